"""The process of a job: it carries out one line on a lab of its own and tells the result.

The line comes through a pipe, and how it goes on, what it came to, and the word to stop
go the same way. When the other end of the pipe is gone, so is whoever wanted the result:
the process ends then, with all that it began.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from multiprocessing.connection import Connection
from threading import Event, Lock, Thread

from pintutor.lab import crashes
from pintutor.lab.errors import CommandError
from pintutor.lab.job_messages import Came, Going, Message, Order, Refused, Stopped
from pintutor.lab.lab import Lab

PRIORITY = 10
"""How much it gives way to the learner's own process [as for nice(1)]."""
PULSE = 0.2
"""Between two messages that say how it goes on [seconds]."""


def carried_out(order: Order, lab: Lab) -> Message:
    """What a line comes to."""
    try:
        import_module(order.module)
        return Came(lab.execute(order.line))
    except CommandError as error:
        return Refused(error.message, error.at, error.code, error.hint)
    except KeyboardInterrupt:
        return Stopped()
    except Exception as error:  # whoever waits must hear of it
        hint = crashes.kept(error)
        return Refused(crashes.told(error), None, "internal-error", hint)


class Teller:
    """The other end: it is told how a lab goes on, and may say that it is to stop."""

    def __init__(self, pipe: Connection, lab: Lab) -> None:
        self._pipe = pipe
        self._lab = lab
        self._lock = Lock()
        self._done = Event()
        Thread(target=self._go, daemon=True).start()

    def _go(self) -> None:
        stopping = False
        try:
            while not self._done.is_set():
                if not stopping and self._pipe.poll(PULSE):
                    self._pipe.recv()
                    stopping = True
                elif stopping:
                    self._lab.interrupt()  # which nothing hears until the command runs
                    self._done.wait(PULSE)
                self._tell(_going(self._lab))
        except (EOFError, OSError):
            os.killpg(0, signal.SIGTERM)

    def _tell(self, message: Message) -> None:
        with self._lock:
            if not self._done.is_set():
                self._pipe.send(message)

    def end(self, message: Message) -> None:
        """Tell what it came to, the last of all."""
        with self._lock:
            self._done.set()
            self._pipe.send(message)


def _going(lab: Lab) -> Going:
    progress = lab.progress
    return Going(progress.done, progress.total, progress.what, progress.race)


def serve(pipe: Connection) -> None:
    """Carry out the line that comes through a pipe."""
    os.nice(PRIORITY)
    order = pipe.recv()
    lab = Lab()
    teller = Teller(pipe, lab)
    teller.end(carried_out(order, lab))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
