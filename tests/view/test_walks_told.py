"""Where a race stands, in words."""

from __future__ import annotations

from pintutor.view.results import result_rows
from pintutor.view.rows import as_text
from tests.content.races import FORK, walking, witness_of
from tests.labs import run


def told(*lines: str, race: str = "race-fork", kernel: str = FORK) -> str:
    """What the last line told."""
    lab, _ = walking(race=race, kernel=kernel)
    return as_text(result_rows(run(lab, *lines), 100))


def test_a_race_says_what_each_cpu_would_begin() -> None:
    text = told("race")
    assert "race-fork on v6.1+bug-fork-unnoticed   nothing has run" in text
    assert "P1  would begin  fork child" in text


def test_a_turn_says_what_it_did_and_what_could_come_next() -> None:
    text = told("turn P0*3")
    assert "3  P0  changes flags of init in internal_get_user_pages_fast()" in text
    assert "mm  flags  set has_pinned" in text
    assert "P0  next reads write_protect_seq of init" in text
    assert "p[0]._refcount = -" in text


def test_many_turns_at_once_are_shown_at_both_ends() -> None:
    text = told("turn P0*9 P1*20")
    assert "·· 17 turns more" in text
    assert "    1  P0  begins" in text and "   29  P1" in text


def test_the_end_names_the_condition_and_whether_it_holds() -> None:
    assert "exists: p.count == 1 and not p[0].anon_exclusive   does not hold" in told(
        "turn rest"
    )
    schedule = witness_of("race-fork", FORK).schedule
    assert "it holds: this went wrong" in told(f"turn {schedule}")


def test_a_deadlock_is_said_at_the_end() -> None:
    kernel = "v5.17+bug-waiter-unlocked"
    schedule = witness_of("race-wake-up", kernel).schedule
    text = told(f"turn {schedule}", race="race-wake-up", kernel=kernel)
    assert "P0  waits for Dio.waiter" in text
    assert "P0 waits for ever: a deadlock" in text


def test_an_oops_is_said_where_it_stops_its_cpu() -> None:
    kernel = "v6.1+bug-flush-not-awaited"
    schedule = witness_of("race-table", kernel).schedule
    text = told(f"turn {schedule}", race="race-table", kernel=kernel)
    assert "P0 stops: KASAN: use-after-free" in " ".join(text.split())
    assert "P0  was stopped: frame" in text


def test_the_witness_says_what_was_left_out_of_it() -> None:
    lab, _ = walking("turn P0")
    text = as_text(result_rows(run(lab, "witness race-fork"), 78))
    found = witness_of("race-fork", FORK)
    whole = " ".join(text.split())
    assert f"with 2 preemptions, the fewest: {found.schedule}" in whole
    assert found.sentence in whole
    assert f"minimised: {found.alone} of {len(found.steps)} turns touch nothing" in whole


def test_a_deadlock_of_two_locks_is_explained_by_who_holds_them() -> None:
    kernel = "v6.1+bug-pipes-unordered"
    found = witness_of("race-tee", kernel)
    assert found.short == (
        "P0 waits for mutex of two in pipe_double_lock(), after P1 takes mutex of two in"
        " pipe_double_lock(), and P1 waits for mutex of one in pipe_double_lock(), after"
        " P0 takes mutex of one in pipe_double_lock()"
    )
