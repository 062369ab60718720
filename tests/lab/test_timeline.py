"""The timeline: every step of every command, both ways, and what was left behind."""

from typing import Any

import pytest

from pintutor.lab.registry import REGISTRY
from pintutor.sim.errors import KernelBug
from tests.dumps import dump
from tests.labs import Lab, refused, run, started, value

PROGRAM = ("mmap a 2", "read a[0]", "pin a[0] as p", "write a[1] 0x41", "unpin p")


def program() -> Lab:
    """A lab with some history."""
    return started(*PROGRAM)


def walk(lab: Lab, steps: Any) -> list[Any]:
    """All state after each of these steps."""
    found = []
    for step in steps:
        lab.timeline.seek(step)
        found.append(dump(lab))
    return found


def test_a_command_takes_a_step_for_each_line_and_one_for_its_end() -> None:
    lab = started("mmap a 1")
    entry = lab.timeline.entries[0]
    assert entry.steps == len(entry.events) + 1 == lab.timeline.total


def test_step_0_is_before_the_first_command() -> None:
    lab = program()
    lab.timeline.seek(0)
    assert dump(lab) == dump(Lab())
    assert lab.timeline.stand() == (None, 0)


def test_the_end_of_each_command_is_the_state_that_it_left() -> None:
    lab, seen = Lab(), []
    for line in PROGRAM:
        run(lab, line)
        seen.append((lab.timeline.total, dump(lab)))
    for step, state in reversed(seen):
        lab.timeline.seek(step)
        assert dump(lab) == state


def test_walking_back_visits_the_states_of_walking_forward() -> None:
    lab = program()
    steps = range(0, lab.timeline.total + 1, 7)
    forward = walk(lab, steps)
    backward = walk(lab, reversed(steps))
    assert forward == backward[::-1]


def test_a_seek_stops_at_the_ends_of_history() -> None:
    lab = program()
    lab.timeline.seek(10**9)
    assert lab.timeline.cursor == lab.timeline.total
    lab.timeline.seek(-5)
    assert lab.timeline.cursor == 0


def test_the_state_at_a_step_is_what_its_line_left() -> None:
    """Of the line that adds the pin: 1 before it, 1025 after it."""
    lab = started(*PROGRAM[:3], "goto start")
    step = run(lab, "until zero._refcount == 1025").step
    event = lab.timeline.stand(step).event
    assert event is not None
    assert event.function == "try_grab_page"
    run(lab, "goto end")
    assert run(lab, "last zero._refcount").step == step


def test_positions_never_go_back_from_step_to_step() -> None:
    timeline = program().timeline
    positions = [timeline.position(step) for step in range(timeline.total + 1)]
    assert positions == sorted(positions)


def test_the_step_of_a_write_is_the_line_that_made_it() -> None:
    lab = program()
    timeline = lab.timeline
    for position in range(timeline.position(0), timeline.position(timeline.total)):
        step = timeline.step_at(position)
        assert timeline.position(step - 1) <= position < timeline.position(step)


def test_what_booting_wrote_was_written_by_no_step() -> None:
    lab = program()
    assert lab.timeline.step_at(0) == 0
    assert run(lab, "show trace").rows[0][0] == 0


def test_steps_and_stands_are_two_names_of_one_thing() -> None:
    timeline = program().timeline
    for step in range(timeline.total + 1):
        assert timeline.step_of(timeline.stand(step)) == step


def test_a_command_in_the_past_cuts_the_future_off_as_a_branch() -> None:
    lab = program()
    run(lab, "undo 3", "read a[1]")
    assert [entry.line for entry in lab.timeline.entries] == [*PROGRAM[:2], "read a[1]"]
    (future,) = lab.timeline.futures
    assert [entry.line for entry in future.entries] == list(PROGRAM[2:])


def test_returning_to_a_branch_restores_its_end_and_keeps_the_other() -> None:
    lab = program()
    old = dump(lab)
    run(lab, "undo 3", "read a[1]", "get a as g")
    new = dump(lab)
    run(lab, "branch b1")
    assert dump(lab) == old
    run(lab, "branch b2")
    assert dump(lab) == new
    run(lab, "branch b1", "goto start")
    assert dump(lab) == dump(Lab())


def test_a_branch_of_a_branch_is_entered_through_it() -> None:
    lab = started("mmap a 1", "read a", "undo", "write a 0x41", "get a", "undo", "pin a")
    run(lab, "branch b1", "branch b2")
    assert [entry.line for entry in lab.timeline.entries] == [
        "mmap a 1",
        "write a 0x41",
        "get a",
    ]


def test_a_mark_in_a_branch_that_was_left_comes_back_with_it() -> None:
    lab = started("mmap a 1", "read a", "mark there", "undo", "write a 0x41")
    error = refused(lab, "goto there")
    assert "another branch" in error.message
    assert run(lab, "mark").rows == (("there", "another branch"),)
    run(lab, "branch b1", "goto start")
    assert run(lab, "goto there").command == "read a"


def test_branches_can_be_left_and_entered_many_times() -> None:
    lab = started("mmap a 1")
    for number in range(1, 6):
        run(lab, f"write a 0x0{number}", "undo")
    run(lab, "read a")
    ends = {}
    for number in range(1, 6):
        run(lab, f"branch b{number}")
        ends[number] = run(lab, "read a+0:1").value
        run(lab, "undo")
    assert sorted(ends.values()) == ["01", "02", "03", "04", "05"]


def test_a_command_that_stopped_the_kernel_has_steps_too() -> None:
    lab = started("mmap a 1", "write a 0x41", "get a as g", "poke a[0]._refcount 1")
    assert isinstance(lab.execute("put g").oops, KernelBug)
    entry = lab.timeline.entries[-1]
    assert entry.events[-1].returns
    run(lab, "back", "step")
    assert lab.timeline.cursor == lab.timeline.total


def test_a_long_command_is_cut_short_in_the_record_and_exact_in_state() -> None:
    lab = started("mmap a 4096")
    outcome = lab.execute("read a")
    entry = lab.timeline.entries[-1]
    assert (entry.truncated, len(entry.events)) == (True, 50_000)
    assert any("50000 lines were recorded" in note for note in outcome.notes)
    assert value(lab, "a[4095].mapped")
    after = dump(lab)
    run(lab, "undo", "redo")
    assert dump(lab) == after


@pytest.mark.parametrize("line", ["back 3", "undo", "goto start", "prev"])
def test_moving_in_time_adds_nothing_to_history(line: str) -> None:
    lab = program()
    total, position = lab.timeline.total, lab.machine.journal.end
    run(lab, line)
    assert (lab.timeline.total, lab.machine.journal.end) == (total, position)


def test_a_branch_keeps_its_name_however_often_it_is_left() -> None:
    lab = started("mmap a 1", "read a", "undo", "write a 0x41")
    for name, line in (("b1", "read a"), ("b2", "write a 0x41")) * 2:
        run(lab, f"branch {name}")
        assert lab.timeline.entries[-1].line == line


def test_a_command_that_fails_in_the_past_leaves_names_that_differ() -> None:
    lab = started("mmap a 1", "read a", "undo")
    refused(lab, "pin b")
    run(lab, "write a 0x41", "undo", "get a")
    assert [future.name for future in lab.timeline.futures] == ["b1", "b2"]


def test_where_a_mark_was_left_the_branch_is_named() -> None:
    lab = started("mmap a 1", "read a", "mark there", "undo", "write a 0x41")
    assert "`branch b1`" in refused(lab, "goto there").hint


def test_a_mark_that_is_taken_away_is_unknown() -> None:
    lab = started("mmap a 1", "mark there", "unmark there")
    assert refused(lab, "goto there").code == "unknown-step"
    assert run(lab, "mark").rows == ()


def test_a_mark_that_there_is_not_cannot_be_taken_away() -> None:
    error = refused(started("mark there"), "unmark their")
    assert error.at is not None and error.at.start == 7
    assert "there" in error.message


def test_goto_completes_marks_and_both_ends() -> None:
    lab = started("mmap a 1", "mark there")
    with lab.machine:
        found = REGISTRY.complete(lab, "goto ", 5)
    assert [one.text for one in found] == ["there", "start", "end"]
