"""The patch that turned what a scenario comes to, found by halving."""

from __future__ import annotations

from math import log2
from pathlib import Path

import pytest

from pintutor.content.races.bisecting import Bisection, bisect, turning_kernels, way_between
from pintutor.content.reading import load, parse
from pintutor.content.scenario import find
from pintutor.lab import releases
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.patches import series

ROUND_TRIP = """\
about: A pin of the zero page.
kernels: v6.1 v6.5
run:
  mmap buf 1
  read buf
  pin buf as p
  expect buf[0].pte.special
"""


def bisected(name: str, old: str, new: str, *, value: str = "") -> Bisection:
    expression = Expression.parse(value, 0) if value else None
    return bisect(load(find(name)), old, new, expression=expression)


def found(bisection: Bisection) -> list[str]:
    return [str(turn) for turn in bisection.found]


@pytest.mark.parametrize("new", ["v6.5", "v6.12"])
def test_what_a_script_states_was_turned_by_the_patch_that_it_is_about(new: str) -> None:
    result = bisected("zero-page", "v6.1", new)
    assert found(result) == ["+zero-page-unpinned"]
    assert result.before.outcome == "holds"
    assert "zero._refcount == 1 + 5 * 1024" in result.after.outcome


def test_the_value_of_an_expression_was_turned_by_the_same_patch() -> None:
    scenario = parse(ROUND_TRIP, Path("round.pin"))
    value = Expression.parse("zero._refcount", 0)
    result = bisect(scenario, "v6.1", "v6.5", expression=value)
    assert found(result) == ["+zero-page-unpinned"]
    assert (result.before.outcome, result.after.outcome) == ("1025", "1")


REFUSED_LATER = """\
about: A line that kernels refuse from some patch on.
kernels: v6.1 v6.5
run:
  mmap buf 1
  read buf
  gup pin_user_pages_fast_only buf 1 as q
  pin buf as p
"""


def test_a_value_is_asked_past_lines_that_a_kernel_refuses() -> None:
    scenario = parse(REFUSED_LATER, Path("refused.pin"))
    value = Expression.parse("zero._refcount % 1024 + p.count", 0)
    with pytest.raises(CommandError) as raised:
        bisect(scenario, "v6.1", "v6.5", expression=value)
    assert raised.value.code == "nothing-turned"
    counted = Expression.parse("zero._refcount - 1024 * p.count > 0", 0)
    result = bisect(scenario, "v6.1", "v6.5", expression=counted)
    assert found(result) == ["+zero-page-unpinned"]


def test_a_race_was_settled_by_the_patch_that_pins() -> None:
    result = bisected("race-dio-fork", "v6.4", "v6.5")
    assert found(result) == ["+bio-extract-pages"]
    assert (result.before.outcome, result.after.outcome) == ("Sometimes", "Never")


def test_backwards_the_same_patch_is_taken_off() -> None:
    assert found(bisected("race-dio-fork", "v6.5", "v6.4")) == ["-bio-extract-pages"]


def test_a_bug_that_was_put_back_is_found() -> None:
    result = bisected("race-two-reads", "v6.5+bio-pin-not-noted", "v6.12")
    assert found(result) == ["-bio-pin-not-noted"]


def test_it_tries_no_more_than_halving_takes() -> None:
    result = bisected("zero-page", "v6.1", "v6.12")
    assert len(result.trials) <= 2 + log2(len(result.way)) + 1
    assert result.after.count - result.before.count == 1


def test_a_kernel_that_patches_refuse_is_not_tried() -> None:
    result = bisected("race-pipe", "v6.2+extract-v8", "v6.5")
    start = releases.find("v6.2+extract-v8")[1]
    for trial in result.trials:
        off = {turn.patch for turn in result.way[: trial.count] if not turn.on}
        on = [turn.patch for turn in result.way[: trial.count] if turn.on]
        patches = series.in_order((*(each for each in start if each not in off), *on))
        assert releases.misfit(patches) is None


def test_where_nothing_turned_it_says_what_both_come_to() -> None:
    with pytest.raises(CommandError, match=r"the same on v6\.1 and v6\.2: holds"):
        bisected("zero-page", "v6.1", "v6.2")


def test_a_race_has_no_value() -> None:
    with pytest.raises(CommandError, match="a race comes to a verdict"):
        bisected("race-fork", "v6.1", "v6.5", value="zero._refcount")


def test_the_way_back_is_the_way_reversed() -> None:
    there, back = way_between("v6.1", "v6.5"), way_between("v6.5", "v6.1")
    assert [each.patch for each in there] == [each.patch for each in reversed(back)]
    assert all(each.on for each in there) and not any(each.on for each in back)


def test_it_begins_with_two_kernels_whose_verdicts_differ() -> None:
    assert turning_kernels(load(find("race-dio-fork"))) == ("v6.4", "v6.5")
    assert turning_kernels(load(find("zero-page"))) == ("v5.17", "v6.4+zero-page-unpinned")
