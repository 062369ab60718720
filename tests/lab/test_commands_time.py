"""step, back, next, prev, finish, goto, mark, last, until, back-until, undo, redo."""

import pytest

from pintutor.lab.errors import Span
from pintutor.lab.results import Moved
from tests.dumps import dump
from tests.labs import Lab, refused, run, started, value

PROGRAM = ("mmap a 1", "read a", "pin a as p")


def program(*lines: str) -> Lab:
    """A lab with some history, after these lines."""
    return started(*PROGRAM, *lines)


def where(lab: Lab) -> tuple[str, int]:
    """The function that the cursor stands in, and how deep."""
    event = lab.timeline.stand().event
    return ("", 0) if event is None else (event.function, event.depth)


def ends(lab: Lab) -> list[int]:
    """The last step of each command."""
    total, found = 0, []
    for entry in lab.timeline.entries:
        total += entry.steps
        found.append(total)
    return found


def test_step_and_back_go_one_line() -> None:
    lab = program("goto start")
    moved = run(lab, "step")
    assert (moved.step, moved.command, moved.function) == (1, "mmap a 1", "do_mmap")
    assert moved.text == "if length <= 0 or addr % PAGE_SIZE:"
    assert run(lab, "back") == Moved(0, moved.of, "", "", "", 0, "")


def test_step_and_back_go_as_far_as_they_are_told() -> None:
    lab = program("goto start")
    assert run(lab, "step 20").step == 20
    assert run(lab, "back 5").step == 15
    assert run(lab, "step 1000000").step == lab.timeline.total
    assert run(lab, "back 1000000").step == 0


def test_at_an_end_of_history_a_move_says_so() -> None:
    lab = program()
    assert run(lab, "step").note == "this is the last step"
    run(lab, "goto start")
    assert run(lab, "back").note == "this is the first step"


def test_where_no_command_has_run_a_move_says_that() -> None:
    assert run(started(), "step").note.startswith("no command has run yet")


def test_a_command_is_walked_to_its_ends() -> None:
    lab = program()
    one, two, three = ends(lab)
    found = [run(lab, "back command").step for _ in range(4)]
    assert found == [two, one, 0, 0]
    found = [run(lab, "step command").step for _ in range(4)]
    assert found == [one, two, three, three]


def test_an_event_is_a_step_that_changes_something() -> None:
    lab = program("goto start")
    seen = [0]
    while run(lab, "step event").note == "":
        here = lab.timeline.cursor
        assert lab.timeline.position(here) > lab.timeline.position(here - 1)
        seen.append(here)
    back = [lab.timeline.total]
    while lab.timeline.cursor:
        back.append(run(lab, "back event").step)
    assert set(seen) <= {*back, lab.timeline.total}


def test_a_function_is_walked_to_where_one_is_entered_or_left() -> None:
    lab = program("goto start")
    for _ in range(20):
        step = run(lab, "step function").step
        event, before = (lab.timeline.stand(at).event for at in (step, step - 1))
        outer = before.depth if before is not None else 0
        assert event is None or event.returns or event.depth == outer + 1


def test_next_goes_over_what_a_line_calls_and_prev_back_over_it() -> None:
    lab = program("goto start", "until mm.has_pinned")
    name, depth = where(lab)
    while name != "internal_get_user_pages_fast":
        run(lab, "finish")
        name, depth = where(lab)
    steps = [lab.timeline.cursor]
    while where(lab) == (name, depth):
        steps.append(run(lab, "next").step)
    found = [run(lab, "prev").step for _ in range(2)]
    assert found[1] < found[0] < steps[-1]
    assert where(lab)[1] <= depth


def test_next_at_the_end_of_a_command_goes_into_the_next_one() -> None:
    lab = program("goto start", "step command")
    assert run(lab, "next").command == "read a"


def test_finish_goes_to_where_the_caller_goes_on() -> None:
    lab = program("goto start", "until vmstat.nr_foll_pin_acquired == 1")
    before = where(lab)
    assert before[0] == "try_grab_page"
    run(lab, "finish")
    assert where(lab)[1] < before[1]


def test_finish_of_the_outermost_function_is_the_end_of_the_command() -> None:
    lab = program("goto start", "step")
    assert run(lab, "finish").step == ends(lab)[0]
    assert where(lab) == ("", 0)


@pytest.mark.parametrize("place", ["0", "start"])
def test_goto_goes_to_the_start(place: str) -> None:
    assert run(program(), f"goto {place}").step == 0


def test_goto_goes_to_a_number_a_mark_and_the_end() -> None:
    lab = program("goto 40", "mark here")
    assert run(lab, "goto end").step == lab.timeline.total
    assert run(lab, "goto 7").step == 7
    assert run(lab, "goto here").step == 40


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("99999", "the last step is"),
        ("-1", "neither a step nor a mark"),
        ("hree", "did you mean `here`"),
        ("٣", "the last step is"),
        ("9" * 50, "neither a step nor a mark"),
        ("x y", "neither a step nor a mark"),
    ],
)
def test_goto_refuses_what_is_no_step(place: str, message: str) -> None:
    lab = program("mark here")
    before = lab.timeline.cursor
    if place == "٣":
        assert run(lab, f"goto {place}").step == 3
        return
    error = refused(lab, f"goto {place}")
    assert message in error.message
    assert error.at == Span(5, 5 + len(place))
    assert lab.timeline.cursor == before


def test_marks_are_listed_with_their_steps() -> None:
    lab = program("mark one", "goto 5", "mark two")
    assert run(lab, "mark").rows == (("one", lab.timeline.total), ("two", 5))


def test_last_goes_to_the_line_that_wrote_a_field() -> None:
    lab = program("unpin p")
    moved = run(lab, "last zero._refcount")
    assert (moved.command, moved.function) == ("unpin p", "folio_put_refs")
    moved = run(lab, "last zero._refcount")
    assert (moved.command, moved.function) == ("pin a as p", "try_grab_page")
    moved = run(lab, "last zero._refcount")
    assert moved.note == "nothing wrote zero._refcount before this step"
    assert moved.command == "pin a as p"


def test_last_says_when_nothing_wrote_the_field() -> None:
    lab = program("goto start")
    assert (
        run(lab, "last zero._refcount").note == "nothing has written zero._refcount so far"
    )
    assert lab.timeline.cursor == 0


def test_until_and_back_until_find_the_same_change_from_both_sides() -> None:
    lab = program("goto start")
    there = run(lab, "until zero._refcount > 1").step
    run(lab, "goto end")
    assert run(lab, "back-until zero._refcount == 1").step == there - 1


@pytest.mark.parametrize("line", ["until zero._refcount == 7", "back-until a[0].dirty"])
def test_a_search_that_finds_nothing_stays_and_says_so(line: str) -> None:
    lab = program("goto 50")
    before = dump(lab)
    moved = run(lab, line)
    assert (moved.step, moved.note) == (50, f"never: {line.partition(' ')[2]}")
    assert dump(lab) == before


def test_a_search_goes_over_steps_at_which_a_name_means_nothing() -> None:
    lab = program("goto start")
    assert run(lab, "until p.count == 1").command == "pin a as p"


@pytest.mark.parametrize("line", ["until", "until 1 +", "back-until (", "until b == "])
def test_a_search_for_what_is_no_expression_is_refused(line: str) -> None:
    lab = program("goto 50")
    refused(lab, line)
    assert lab.timeline.cursor == 50


def test_undo_and_redo_go_command_by_command() -> None:
    lab = program()
    one, two, three = ends(lab)
    assert [run(lab, "undo").step for _ in range(4)] == [two, one, 0, 0]
    assert [run(lab, "redo").step for _ in range(4)] == [one, two, three, three]
    assert run(lab, "undo 2").step == one
    assert run(lab, "redo 2").step == three


def test_undo_in_the_middle_of_a_command_takes_that_command_back() -> None:
    lab = program("back 5")
    assert run(lab, "undo").step == ends(lab)[1]


def test_redo_in_the_middle_of_a_command_finishes_it() -> None:
    lab = program("back 5")
    assert run(lab, "redo").step == lab.timeline.total


def test_the_timeline_lists_the_commands_with_their_steps() -> None:
    lab = program("undo")
    table = run(lab, "timeline")
    one, two, three = ends(lab)
    assert [row[:3] for row in table.rows] == [
        ("", 1, one),
        (">", one + 1, two),
        ("", two + 1, three),
    ]
    assert [row[4] for row in table.rows] == list(PROGRAM)
    assert table.note == f"step {two} of {three}"


def test_branches_are_listed_with_what_they_hold() -> None:
    lab = program("undo", "get a as g")
    assert run(lab, "branch").rows == (("b1", "read a", "pin a as p"),)
    assert run(lab, "branch b1").note == "on branch b1 now"
    assert run(lab, "branch").rows == (("b2", "read a", "get a as g"),)
    assert value(lab, "zero._refcount") == 1025


@pytest.mark.parametrize(
    "line", ["step 0", "step -1", "back x", "undo 0", "step line event"]
)
def test_a_wrong_count_is_refused(line: str) -> None:
    lab = program("goto 50")
    assert refused(lab, line).at is not None
    assert lab.timeline.cursor == 50
