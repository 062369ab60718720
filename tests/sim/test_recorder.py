"""The recorder: which line of which function ran at which journal position."""

import sys
from types import FrameType
from typing import Any

import pytest

from pintutor.sim.machine import Machine
from pintutor.sim.recorder import Event, Recorder, Recording, record
from pintutor.sim.threads import Cpus
from tests.sim import toys
from tests.sim.toys import FAIL, HELPER_WRITES, OUTER, SPIN, Box


def shape(recording: Recording[Any]) -> list[tuple[str, int, int, bool]]:
    """Function, depth, position and whether it returns, event by event."""
    return [(e.function, e.depth, e.position, e.returns) for e in recording.events]


def test_lines_and_returns_of_nested_functions_are_kept_in_order(machine: Machine) -> None:
    recording = record(machine, lambda: OUTER(Box(0)))
    assert recording.result == 12
    assert shape(recording) == [
        ("outer", 1, 0, False),
        ("add", 2, 0, False),
        ("add", 2, 1, False),
        ("add", 2, 1, True),
        ("outer", 1, 1, False),
        ("outer", 1, 2, False),
        ("add", 2, 2, False),
        ("add", 2, 3, False),
        ("add", 2, 3, True),
        ("outer", 1, 3, True),
    ]


def test_the_state_at_the_next_event_is_what_a_line_left(machine: Machine) -> None:
    box = Box(0)
    recording = record(machine, lambda: OUTER(box))
    values = []
    for event in recording.events:
        machine.seek(event.position)
        values.append(box.value)
    assert values == [0, 0, 1, 1, 1, 11, 11, 12, 12, 12]


def test_lines_are_those_of_the_source_file(machine: Machine) -> None:
    recording = record(machine, lambda: OUTER(Box(0)))
    first = toys.outer.__code__.co_firstlineno
    lines = [e.line - first for e in recording.events if e.function == "outer"]
    assert lines == [2, 3, 4, 4]


def test_local_names_are_kept_as_they_were_then(machine: Machine) -> None:
    box = Box(0)
    recording = record(machine, lambda: OUTER(box))
    outer = [dict(e.names) for e in recording.events if e.function == "outer"]
    assert outer == [{"box": box}, *[{"box": box, "first": 1}] * 3]


def test_plain_helpers_are_not_stepped_into(machine: Machine) -> None:
    recording = record(machine, lambda: HELPER_WRITES(Box(0)))
    assert {e.function for e in recording.events} == {"helper_writes"}
    assert [e.position for e in recording.events] == [0, 1, 2]


def test_a_call_that_runs_nothing_of_the_model_leaves_no_events(machine: Machine) -> None:
    recording = record(machine, lambda: 7)
    assert (recording.events, recording.result, recording.truncated) == ([], 7, False)


def test_past_the_limit_only_the_journal_is_kept_and_the_flag_says_so(
    machine: Machine,
) -> None:
    box = Box(0)
    recording = record(machine, lambda: SPIN(box, 100), limit=10)
    assert len(recording.events) == 10
    assert recording.truncated
    assert (box.value, machine.journal.position) == (99, 100)


def test_below_the_limit_the_flag_is_not_set(machine: Machine) -> None:
    assert not record(machine, lambda: SPIN(Box(0), 3)).truncated


def test_an_exception_is_kept_with_the_events_before_it(machine: Machine) -> None:
    box = Box(0)
    recording = record(machine, lambda: FAIL(box))
    assert isinstance(recording.error, ValueError)
    assert recording.result is None
    assert [e.returns for e in recording.events] == [False, False, True]
    assert box.value == 5


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_not_kept_but_passed_on(
    machine: Machine, error: type[BaseException]
) -> None:
    def stop() -> None:
        raise error

    before = sys.gettrace()
    with pytest.raises(error):
        record(machine, stop)
    assert sys.gettrace() is before


class Tracer:
    """A tracer such as coverage or a debugger sets."""

    def __init__(self) -> None:
        self.lines = 0

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        self.lines += event == "line"
        return self


@pytest.mark.parametrize("limit", [3, 1000])
def test_the_tracer_from_before_is_set_again(machine: Machine, limit: int) -> None:
    tracer, outer = Tracer(), sys.gettrace()
    sys.settrace(tracer)
    try:
        record(machine, lambda: OUTER(Box(0)), limit=limit)
        restored = sys.gettrace()
    finally:
        sys.settrace(outer)
    assert restored is tracer


@pytest.mark.parametrize("call", [FAIL, OUTER])
def test_recording_under_another_tracer_keeps_the_same_events(
    machine: Machine, call: Any
) -> None:
    plain = shape(record(machine, lambda: call(Box(0))))
    machine.seek(0)
    machine.cut()
    outer = sys.gettrace()
    sys.settrace(Tracer())
    try:
        traced = shape(record(machine, lambda: call(Box(0))))
    finally:
        sys.settrace(outer)
    assert traced == plain


def test_a_recording_within_a_recording_does_not_disturb_it(machine: Machine) -> None:
    inner: list[Recording[int]] = []
    box = Box(0)

    def call() -> int:
        first = OUTER(box)
        inner.append(record(machine, lambda: OUTER(box)))
        return first + OUTER(box)

    recording = record(machine, call)
    assert len(inner[0].events) == 10
    assert len(recording.events) == 20


def test_an_event_says_whose_code_it_is() -> None:
    event = Event(toys.add.__code__, 1, 1, 0, False, (), ())
    assert event.function == "add"


def test_frames_that_go_on_in_a_recording_are_recorded_from_there(machine: Machine) -> None:
    cpus = Cpus(machine, (lambda: OUTER(Box(0)),))
    with Recorder(machine) as recorder:
        first = recorder.record(lambda: cpus.run(0))
        OUTER(Box(0))
        later = recorder.record(lambda: cpus.run(0), within=cpus.frames()[0])
        cpus.kill()
    assert shape(first) == [("outer", 1, 0, False), ("add", 2, 0, False)]
    assert shape(later) == [
        ("add", 2, 4, False),
        ("add", 2, 4, True),
        ("outer", 1, 4, False),
        ("outer", 1, 5, False),
        ("add", 2, 5, False),
    ]
