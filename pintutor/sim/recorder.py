"""Which line of a KernelFunction ran at which journal position.

`record` runs a call to its end at once and keeps one event for each line and each
return of the model's own functions. Stepping afterwards is a cursor over these
events and a journal seek: nothing tries to rewind a Python frame. A line event
comes before its line, so the state *after* event n is the state at event n + 1.
"""

import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType
from typing import Any, Generic, NamedTuple, TypeVar

from pintutor.sim.function import CODES
from pintutor.sim.machine import Machine

T = TypeVar("T")

LIMIT = 50_000
"""Lines recorded for one call; past it only the journal is kept."""


class Event(NamedTuple):
    """One line of the model about to run, or one return about to happen."""

    code: CodeType
    line: int
    """Line in the file of `code`."""
    depth: int
    """Model functions on the stack; 1 is the outermost."""
    position: int
    """Journal position before the event [writes]."""
    returns: bool
    """True for a return event: the line ran, the function is left."""
    names: tuple[tuple[str, Any], ...]
    """Local names and what they referred to then."""
    value: Any = None
    """What is returned; None for a line."""

    @property
    def function(self) -> str:
        """Name of the function that the line belongs to."""
        return self.code.co_name


class Recording(Generic[T]):
    """What one recorded call did."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.truncated = False
        """True when the limit was reached and later lines were not recorded."""
        self.result: T | None = None
        self.error: BaseException | None = None
        """What the call raised, if it did."""


def record(
    machine: Machine,
    call: Callable[[], T],
    *,
    limit: int = LIMIT,
    resumed: Sequence[FrameType] = (),
) -> Recording[T]:
    """Run `call` and record the lines of every KernelFunction that it runs.

    `resumed` are frames that stand still and go on in the call, those of a simulated
    CPU: they are recorded from where they stand.

    Plain helpers (predicates, one-line wrappers) are not stepped into: what they write
    counts to the line that called them. Exceptions are kept in the recording, except
    KeyboardInterrupt and SystemExit.
    """
    recording: Recording[T] = Recording()
    previous = sys.gettrace()
    tracer = _Tracer(machine, recording, limit)
    tracer.resume(resumed)
    sys.settrace(tracer.on_call)
    try:
        recording.result = call()
    except Exception as error:
        recording.error = error
    finally:
        sys.settrace(previous)
    return recording


class _Tracer:
    """Trace functions for sys.settrace that append to a recording."""

    def __init__(
        self,
        machine: Machine,
        recording: Recording[Any],
        limit: int,
    ) -> None:
        self.journal = machine.journal
        self.recording = recording
        self.limit = limit
        self.depth = 0

    def resume(self, frames: Sequence[FrameType]) -> None:
        """Take over frames that were entered before: their lines are recorded too."""
        for frame in frames:
            if frame.f_code in CODES:
                frame.f_trace = self.on_line
                self.depth += 1

    def on_call(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Global trace function: decide whether this frame's lines are recorded."""
        if frame.f_code not in CODES:
            return None
        self.depth += 1
        return self.on_line

    def on_line(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Local trace function: keep line and return events."""
        if event == "line" or event == "return":
            self._keep(frame, arg, returns=event == "return")
            if event == "return":
                self.depth -= 1
        return self.on_line

    def _keep(self, frame: FrameType, value: Any, *, returns: bool) -> None:
        events = self.recording.events
        if len(events) >= self.limit:
            self.recording.truncated = True
            sys.settrace(None)
            return
        names = tuple(frame.f_locals.items())
        events.append(
            Event(
                frame.f_code,
                frame.f_lineno,
                self.depth,
                self.journal.position,
                returns,
                names,
                value,
            )
        )
