"""The commands that keep an eye on expressions, and the one that draws a pane."""

import pytest

from pintutor.lab.watches import MOST
from pintutor.view.text import outcome_rows
from tests.labs import Lab, refused, run, started


def _notes(lab: Lab, line: str) -> tuple[str, ...]:
    return lab.execute(line).notes


def _watched(lab: Lab) -> list[tuple[object, ...]]:
    return [(one.expression, one.before, one.value) for one in run(lab, "watches").watched]


def test_a_line_tells_what_became_of_a_watched_value() -> None:
    lab = started("mmap buf 2", "watch zero._refcount", "read buf")
    assert _notes(lab, "pin buf as p") == ("watch zero._refcount: 1 → 2049  +2048",)
    assert _notes(lab, "show pages") == ()
    assert _notes(lab, "unpin p") == ("watch zero._refcount: 2049 → 1  -2048",)


def test_moving_in_time_tells_it_too() -> None:
    lab = started("mmap buf 2", "read buf", "watch zero._refcount", "pin buf as p")
    assert "watch zero._refcount: 2049 → 1  -2048" in _notes(lab, "undo")


def test_undo_does_not_take_a_watch_back() -> None:
    lab = started("watch zero._refcount", "mmap buf 2", "undo")
    assert _watched(lab) == [("zero._refcount", 1, 1)]


def test_what_has_no_value_yet_can_be_watched() -> None:
    lab = started("mmap buf 2", "watch buf[0]._refcount")
    assert _notes(lab, "write buf[0] 0x41") == ("watch buf[0]._refcount: none → 1",)
    assert _watched(lab) == [("buf[0]._refcount", None, 1)]


def test_within_a_command_the_value_before_is_that_of_the_step_before() -> None:
    lab = started("mmap buf 2", "read buf", "watch zero._refcount", "pin buf as p")
    assert _watched(lab) == [("zero._refcount", 1, 2049)]
    run(lab, "back-until zero._refcount == 1025", "back-until zero._refcount == 1", "step")
    assert _watched(lab) == [("zero._refcount", 1, 1025)]
    run(lab, "step")
    assert _watched(lab) == [("zero._refcount", 1025, 1025)]


def test_the_trace_ends_with_now_and_has_what_was_before() -> None:
    lab = started("mmap buf 2", "read buf", "watch zero._refcount", "pin buf as p")
    (one,) = run(lab, "watches").watched
    assert one.trace[-1] == 2049
    assert [value for at, value in enumerate(one.trace) if value not in one.trace[:at]] == [
        1,
        1025,
        2049,
    ]


def test_watching_leaves_the_machine_where_it_stands() -> None:
    lab = started("mmap buf 2", "watch audit.clean", "read buf", "pin buf as p", "back 30")
    position, cursor = lab.machine.journal.position, lab.timeline.cursor
    run(lab, "watches")
    assert (lab.machine.journal.position, lab.timeline.cursor) == (position, cursor)
    run(lab, "goto end", "unpin p")
    assert run(lab, "audit").imbalances == ()


def test_a_value_that_was_found_out_once_is_the_same_when_asked_again() -> None:
    lab = started("mmap buf 2", "read buf", "watch zero._refcount", "pin buf as p")
    known = run(lab, "watches")
    run(lab, "back 40", "watches", "goto end")
    assert run(lab, "watches") == known


def test_another_future_has_values_of_its_own() -> None:
    lab = started("mmap buf 2", "read buf", "watch zero._refcount", "pin buf as p")
    run(lab, "watches", "undo", "pin buf[0] as q")
    (one,) = run(lab, "watches").watched
    assert (one.before, one.value) == (1, 1025) and 2049 not in one.trace


def test_what_a_command_returned_is_not_taken_from_memory() -> None:
    lab = started("watch result.ret", "mmap buf 2", "pin buf as p", "get buf[0] as g")
    (one,) = run(lab, "watches").watched
    assert one.value == 1


def test_an_expression_is_watched_once() -> None:
    lab = started("watch zero._refcount", "watch zero._refcount")
    assert len(run(lab, "watches").watched) == 1


def test_one_is_no_longer_watched_or_none() -> None:
    lab = started("watch zero._refcount", "watch audit.clean", "unwatch zero._refcount")
    assert [name for name, *_ in _watched(lab)] == ["audit.clean"]
    run(lab, "unwatch all")
    assert _watched(lab) == [] and "nothing is watched" in run(lab, "watches").note


@pytest.mark.parametrize(
    ("line", "at", "told"),
    [
        ("watch nix._refcount", (6, 9), "nothing is called `nix`"),
        ("watch zero._refcoun", (11, 19), "did you mean `_refcount`"),
        ("watch 1 +", (9, 9), "is not finished"),
        ("unwatch zero._pincount", (8, 22), "no watch is called"),
        ("draw bix", (5, 8), "did you mean `bio`"),
    ],
)
def test_an_error_is_at_the_right_word(line: str, at: tuple[int, int], told: str) -> None:
    error = refused(started("watch zero._refcount"), line)
    assert error.at is not None
    assert told in error.message and line[error.at.start : error.at.stop] in line
    assert error.at.start >= at[0] and error.at.stop <= at[1]


def test_a_thing_without_a_value_is_refused_with_what_to_ask() -> None:
    error = refused(started("mmap buf 2"), "watch buf[0]")
    assert "no value" in error.message and "buf[0].pte.write" in error.hint


def test_there_is_an_end_to_what_can_be_watched() -> None:
    lab = started(*(f"watch zero._refcount + {n}" for n in range(MOST)))
    assert "are watched already" in refused(lab, "watch zero._mapcount").message


def test_a_pane_is_drawn_as_text() -> None:
    lab = started("mmap buf 2", "read buf", "pin buf as p")
    rows = outcome_rows(lab.execute("draw vmstat"), lab=lab)
    text = "".join(segment.text for one in rows for segment in one)
    assert "nr_foll_pin_acquired 0 → 2" in text


def test_as_data_it_is_said_which_pane_was_drawn() -> None:
    assert started().execute("draw tasks --json").to_json()["result"] == {"pane": "tasks"}
