"""Jobs: lines that take long, each in a process of its own beside the learner's work.

One machine runs at a time in a process, so a thread would not do. A job carries out its
line on a lab of its own; the learner's machine is never touched. What it came to is told
when it is asked for, as if the line had run then.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import Pipe
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from pintutor.lab import crashes
from pintutor.lab.errors import CommandError
from pintutor.lab.job_messages import Came, Going, Message, Order, Refused, Stopped
from pintutor.lab.progress import Progress

if TYPE_CHECKING:
    from pintutor.lab.observers import Session
    from pintutor.lab.outcome import Outcome

MOST = 4
"""Jobs that may be under way at a time."""


class JobState(NamedTuple):
    """How a job goes on."""

    number: int
    line: str
    done: int
    total: int
    """How much there is to do; 0 while nobody knows."""
    what: str
    """What is counted, where that is no execution of a race."""
    race: str
    """The race whose executions are counted."""
    seconds: float
    """How long it has taken so far."""
    stopping: bool
    """True once it was cancelled."""


class JobTold(NamedTuple):
    """What a line comes to that is carried out beside the learner's work."""

    number: int
    line: str
    happened: str
    """begun, stopping or stopped."""


class JobList(NamedTuple):
    """The jobs that are under way."""

    jobs: tuple[JobState, ...]


class Asked(NamedTuple):
    """A line that may be carried out beside the learner's work."""

    line: str
    """As it was typed, without what ends it."""
    text: str
    """What of it a job carries out: what stands before it is blank."""
    beside: bool
    """True when it asks for a job."""
    as_json: bool
    """True when it asks for data."""


class Job:
    """A line that is carried out in another process."""

    def __init__(
        self, number: int, asked: Asked, command: str, order: Order, session: Session | None
    ) -> None:
        self.number = number
        self.asked = asked
        self.command = command
        """Name of the command."""
        self.session = session
        """The lesson that it was begun in."""
        self.progress = Progress(stop="stops waiting for it")
        self.came: Outcome | None = None
        """What it came to; None until then, and when it was stopped or refused."""
        self.error: CommandError | None = None
        """Why it could not be carried out."""
        self.stopping = False
        self._began = time.monotonic()
        self._pipe, there = Pipe()
        words = [sys.executable, "-m", "pintutor.lab.job_process", str(there.fileno())]
        nothing = subprocess.DEVNULL
        self._process = subprocess.Popen(
            words,
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            pass_fds=(there.fileno(),),
            start_new_session=True,  # Ctrl+C is not for it, and `end` finds its own
        )
        there.close()
        self._pipe.send(order)
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Take what the process tells, until it has ended."""
        told = False
        try:
            with self._pipe, suppress(EOFError, OSError):
                while not told:
                    told = self._take(self._pipe.recv())
        except Exception as error:  # whoever waits must hear of it
            told, hint = True, crashes.kept(error)
            what = crashes.told(error)
            self.error = CommandError(what, None, code="internal-error", hint=hint)
        code = self._process.wait()
        if not told and not self.stopping:
            self.error = _lost(code)

    def _take(self, message: Message) -> bool:
        """Take note of a message; True for the last."""
        match message:
            case Going(done, total, what, race):
                if race:
                    self.progress.ran(done, total or None, race)
                else:
                    self.progress.counted(done, total, what)
                return False
            case Came(outcome):
                self.came = outcome
            case Refused(what, at, code, hint):
                self.error = CommandError(what, at, code=code, hint=hint)
            case Stopped():
                pass
        return True

    @property
    def state(self) -> JobState:
        """How it goes on."""
        told = self.progress
        counts = (told.done, told.total, told.what, told.race)
        seconds = time.monotonic() - self._began
        return JobState(self.number, self.asked.line, *counts, seconds, self.stopping)

    def wait(self, seconds: float) -> bool:
        """Wait for its end, but not longer than this; whether it has come."""
        self._reader.join(seconds)
        return not self._reader.is_alive()

    def cancel(self) -> None:
        """Have it tell what it knows and end; asked again, end it at once."""
        if self.stopping:
            self.end()
            return
        self.stopping = True
        with suppress(OSError):
            self._pipe.send("stop")

    def end(self) -> None:
        """End it with all that it began, if it has not ended."""
        self.stopping = True
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
        self._reader.join()


def _lost(code: int) -> CommandError:
    """Why a process told nothing that ended with this code."""
    how = f"it ended by itself, with exit code {code}"
    if code < 0:
        how = f"it was ended from outside, by {signal.Signals(-code).name}"
    return CommandError(
        f"the process that carried it out is gone: {how}",
        None,
        code="job-lost",
        hint="run the line again; where memory is short, on fewer kernels at a time",
    )


class Jobs:
    """What is under way beside a lab."""

    def __init__(self, *, patience: float | None = None) -> None:
        self.patience = patience
        """When a line that takes long becomes a job [seconds]; None: when it says so."""
        self._jobs: list[Job] = []
        self._count = 0

    @property
    def under_way(self) -> tuple[Job, ...]:
        """The jobs whose end was not told yet, the first begun first."""
        return tuple(self._jobs)

    def begin(
        self, asked: Asked, command: str, order: Order, session: Session | None
    ) -> JobTold:
        """Carry out a line in another process (CommandError when that cannot be)."""
        if self.full:
            raise CommandError(
                f"{MOST} jobs are under way, and more are not begun",
                None,
                code="too-many-jobs",
                hint="`wait` waits for them, `cancel N` stops one",
            )
        if not self._count:
            atexit.register(self.end)
        self._count += 1
        try:
            self._jobs.append(Job(self._count, asked, command, order, session))
        except OSError as error:
            what = f"no process can be begun for it: {error.strerror}"
            raise CommandError(what, None, code="no-process") from None
        return JobTold(self._count, asked.line, "begun")

    @property
    def full(self) -> bool:
        """True when no more are begun."""
        return len(self._jobs) >= MOST

    def refuse_again(self, asked: Asked) -> None:
        """Refuse a line that is under way already (CommandError)."""
        for job in self._jobs:
            if job.asked.line == asked.line:
                raise CommandError(
                    f"job {job.number} does that already",
                    None,
                    code="under-way",
                    hint=f"`wait` waits for it, `cancel {job.number}` stops it",
                )

    def ended(self) -> list[Job]:
        """The jobs that have ended since this was asked last."""
        ended = [job for job in self._jobs if job.wait(0)]
        self._jobs = [job for job in self._jobs if job not in ended]
        return ended

    def end(self) -> None:
        """End all of them at once."""
        for job in self._jobs:
            job.end()
