"""run: to the end of a command, or until something holds, with the steps on the way."""

from pintutor.lab.errors import Span
from tests.labs import Lab, refused, run, started, value

PROGRAM = ("mmap a 1", "read a", "pin a as p")


def _ends(lab: Lab) -> list[int]:
    total, found = 0, []
    for entry in lab.timeline.entries:
        total += entry.steps
        found.append(total)
    return found


def test_run_goes_to_the_end_of_the_command_under_way_by_every_line() -> None:
    lab = started(*PROGRAM, "goto 50")
    end = _ends(lab)[1]
    moved = run(lab, "run")
    assert (moved.step, moved.frames) == (end, tuple(range(51, end + 1)))


def test_run_at_the_end_of_a_command_goes_through_the_next() -> None:
    lab = started(*PROGRAM)
    one, two, _ = _ends(lab)
    run(lab, f"goto {one}")
    assert run(lab, "run").frames == tuple(range(one + 1, two + 1))


def test_run_at_the_end_of_history_shows_the_last_command_again() -> None:
    lab = started(*PROGRAM)
    _, two, three = _ends(lab)
    moved = run(lab, "run")
    assert (moved.frames, moved.note) == (tuple(range(two + 1, three + 1)), "")
    assert lab.timeline.cursor == three


def test_without_a_history_run_stays() -> None:
    moved = run(started(), "run")
    assert (moved.step, moved.frames) == (0, ())


def test_run_until_stops_where_it_holds_and_no_sooner() -> None:
    lab = started(*PROGRAM, "goto start")
    moved = run(lab, "run until zero._refcount > 1")
    assert value(lab, "zero._refcount") > 1
    assert moved.frames[-1] == moved.step
    run(lab, "back")
    assert value(lab, "zero._refcount") == 1


def test_run_until_what_never_holds_stays_and_says_so() -> None:
    lab = started(*PROGRAM, "goto 5")
    moved = run(lab, "run until zero._refcount > 9999")
    assert (moved.step, moved.frames) == (5, ())
    assert moved.note == "never: zero._refcount > 9999"


def test_run_by_events_shows_only_steps_that_change_something() -> None:
    lab = started(*PROGRAM, "goto start")
    end = _ends(lab)[0]
    frames = run(lab, "run event").frames
    assert frames[-1] == end
    place = lab.timeline.position
    assert all(place(step) != place(step - 1) for step in frames[:-1])


def test_run_tells_its_pace() -> None:
    lab = started(*PROGRAM)
    paces = [run(lab, line).pace for line in ("run", "run slow", "run fast event")]
    assert paces == ["normal", "slow", "fast"]


def test_run_refuses_another_word_at_that_word() -> None:
    error = refused(started(*PROGRAM), "run quickly")
    assert error.at == Span(4, 11)
    assert "until" in error.hint


def test_run_until_nothing_is_refused() -> None:
    assert refused(started(*PROGRAM), "run until").at == Span(4, 9)


def test_an_error_in_the_expression_stands_at_its_column() -> None:
    error = refused(started(*PROGRAM), "run slow until 1 +")
    assert error.at is not None and error.at.start >= 15


def test_back_finish_goes_to_where_the_function_was_called() -> None:
    lab = started(*PROGRAM)
    run(lab, "goto start", "run until zero._refcount > 1")
    inner = lab.timeline.stand().event
    assert inner is not None
    run(lab, "back-finish")
    outer = lab.timeline.stand().event
    assert outer is not None and outer.depth == inner.depth - 1
    run(lab, "step")
    entered = lab.timeline.stand().event
    assert entered is not None and entered.function == inner.function


def test_back_finish_of_the_outermost_function_goes_to_before_the_command() -> None:
    lab = started(*PROGRAM, "goto 3")
    assert run(lab, "back-finish").step == 0
