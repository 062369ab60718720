"""Which line of a KernelFunction ran at which journal position.

`record` runs a call to its end at once and keeps one event for each line and each
return of the model's own functions. Stepping afterwards is a cursor over these
events and a journal seek: nothing tries to rewind a Python frame. A line event
comes before its line, so the state *after* event n is the state at event n + 1.
"""

import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType, TracebackType
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
    bound: tuple[str, ...]
    """Local names that referred to something then."""
    values: tuple[Any, ...]
    """What each of them referred to."""
    value: Any = None
    """What is returned; None for a line."""

    @property
    def names(self) -> tuple[tuple[str, Any], ...]:
        """Local names and what they referred to then.

        They are paired when somebody looks: a pair for each name of each line would be
        most of what the cyclic garbage collector has to walk while a call is recorded.
        """
        return tuple(zip(self.bound, self.values, strict=True))

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


def record(machine: Machine, call: Callable[[], T], *, limit: int = LIMIT) -> Recording[T]:
    """Run `call` and record the lines of every KernelFunction that it runs.

    Plain helpers (predicates, one-line wrappers) are not stepped into: what they write
    counts to the line that called them. Exceptions are kept in the recording, except
    KeyboardInterrupt and SystemExit.
    """
    with Recorder(machine, limit=limit) as recorder:
        return recorder.record(call)


class Recorder:
    """Records calls one after the other: trace functions for sys.settrace.

    A call may stop half-way, as a simulated CPU does, and go on in a later one. So
    tracing stays on in between: a function that was entered untraced stays so.
    """

    def __init__(self, machine: Machine, *, limit: int = LIMIT) -> None:
        self._journal = machine.journal
        self._limit = limit
        self._recording: Recording[Any] | None = None
        self._depth = 0
        self._previous: Any = None

    def __enter__(self) -> "Recorder":
        self._previous = sys.gettrace()
        sys.settrace(self._on_call)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.settrace(self._previous)

    def record(
        self, call: Callable[[], T], *, within: Sequence[FrameType] = ()
    ) -> Recording[T]:
        """Run `call`, which goes on within these frames if any; see `record`."""
        recording: Recording[T] = Recording()
        self._depth = sum(frame.f_code in CODES for frame in within)
        self._recording = recording
        try:
            recording.result = call()
        except Exception as error:
            recording.error = error
        finally:
            self._recording = None
        return recording

    def _on_call(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Global trace function: decide whether this frame's lines are recorded."""
        if self._recording is None or frame.f_code not in CODES:
            return None
        self._depth += 1
        return self._on_line

    def _on_line(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Local trace function: keep line and return events."""
        if self._recording is not None and event in ("line", "return"):
            self._keep(self._recording, frame, arg, returns=event == "return")
            if event == "return":
                self._depth -= 1
        return self._on_line

    def _keep(
        self, recording: Recording[Any], frame: FrameType, value: Any, *, returns: bool
    ) -> None:
        if len(recording.events) >= self._limit:
            recording.truncated = True
            sys.settrace(None)
            return
        names = frame.f_locals
        recording.events.append(
            Event(
                frame.f_code,
                frame.f_lineno,
                self._depth,
                self._journal.position,
                returns,
                tuple(names),
                tuple(names.values()),
                value,
            )
        )
