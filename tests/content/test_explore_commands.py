"""`explore` and `bisect` in the prompt: their results, their words, and their errors."""

from __future__ import annotations

import pytest

import pintutor.view.races  # noqa: F401  (declares commands)
from pintutor.content.races.bisecting import Bisection
from pintutor.content.races.explored import Explored
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.view.results import result_rows
from pintutor.view.rows import plain
from tests.labs import refused, run, started, value


def explored(line: str) -> Explored:
    result = run(started(), line)
    assert isinstance(result, Explored)
    return result


def verdicts(result: Explored) -> dict[str, str]:
    return {on.found.kernel: on.found.verdict for on in result.kernels}


def shown(result: object) -> str:
    return "\n".join(plain(one).rstrip() for one in result_rows(result, 80))


def at(lab: Lab, line: str) -> str:
    """The word that an error points at."""
    span = refused(lab, line).at
    assert span is not None
    return line[span.start : span.stop]


def test_a_race_is_explored_on_the_kernels_that_it_names() -> None:
    assert verdicts(explored("explore race-two-reads")) == {
        "v6.1": "Never",
        "v6.5+bio-pin-not-noted": "Always",
        "v6.5": "Never",
        "v6.12": "Never",
    }


def test_or_on_those_that_are_named_with_every_combination_of_patches() -> None:
    line = "explore race-unmap kernel=v6.1 patches=bug-flush-not-awaited,bug-walk-unchecked"
    assert verdicts(explored(line)) == {
        "v6.1": "Never",
        "v6.1+bug-flush-not-awaited": "Never",
        "v6.1+bug-walk-unchecked": "Never",
        "v6.1+bug-flush-not-awaited+bug-walk-unchecked": "Sometimes",
    }


def test_the_report_says_what_was_run_and_what_that_stands_for() -> None:
    text = shown(explored("explore race-dio-fork kernel=v6.4,v6.5"))
    assert "  v6.4   Sometimes\n    20 executions for 3.50e+08 interleavings" in text
    assert "nothing left to try" in text and "! " in text


def test_a_part_of_it_is_said_to_be_one() -> None:
    text = shown(explored("explore race-dio-fork kernel=v6.5 strategy=walk runs=20"))
    assert "v6.5   Not found   stated: Never" in text
    assert "walk looks at a part only: more may happen" in text.replace("\n    ", " ")


def test_where_a_budget_ends_it_the_rest_is_estimated() -> None:
    text = shown(explored("explore race-dio-fork kernel=v6.5 strategy=naive budget=30"))
    assert "30 executions, of about " in text
    assert "not exhausted, the budget is spent" in text.replace("\n    ", " ")


def test_the_lab_stays_as_it_is() -> None:
    lab = started("mmap buf 1", "write buf 0x41")
    before = lab.machine.journal.position
    run(lab, "explore race-two-reads kernel=v6.1")
    assert lab.machine.journal.position == before


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("explore race-frok", "race-frok"),
        ("explore race-fork kernel=v6.1,v6.3", "v6.3"),
        ("explore race-fork patches=bug-walk-unchecked,nothing", "nothing"),
        ("explore race-fork strategy=dpro", "dpro"),
        ("explore race-fork workers=0", "0"),
        ("bisect zero-pag", "zero-pag"),
        ("bisect zero-page from v6.0", "v6.0"),
    ],
)
def test_what_is_wrong_is_pointed_at(line: str, word: str) -> None:
    assert at(started(), line) == word


def test_what_cannot_be_shared_is_refused() -> None:
    error = refused(started(), "explore race-fork strategy=naive workers=2")
    assert error.message == "`naive` cannot be shared among processes"


def test_more_patches_than_can_be_combined_are_refused() -> None:
    names = ",".join(["bug-walk-unchecked"] * 6)
    assert at(started(), f"explore race-fork patches={names}") == names


def test_behind_a_comma_the_next_kernel_is_completed() -> None:
    line = "explore race-fork kernel=v6.1,v6.1"
    found = {each.text for each in REGISTRY.complete(started(), line, len(line))}
    assert "v6.1,v6.12" in found


def test_a_bisection_names_the_patch_and_what_it_turned() -> None:
    result = run(started(), "bisect race-dio-fork")
    assert isinstance(result, Bisection)
    text = shown(result)
    assert "turned by bio-extract-pages" in text
    assert "before it: Sometimes\n  with it: Never" in text


def test_a_bisection_where_nothing_turned_says_so() -> None:
    line = "bisect short-pin from v6.1 to=v6.5 value=zero._refcount"
    error = refused(started(), line)
    assert error.message == "`short-pin` comes to the same on v6.1 and v6.5: 1"


def test_what_is_no_expression_is_pointed_at() -> None:
    assert at(started(), "bisect zero-page value=zero[") == "["


def test_what_an_exploration_found_can_be_asked_for() -> None:
    lab = started("mmap buf 1", "explore race-tee kernel=v6.1")
    assert value(lab, "result.verdict") == "Never" and value(lab, "result.executions") > 1
    run(lab, "explore race-tee kernel=v6.1,v6.1+bug-pipes-unordered")
    assert value(lab, "result.verdict") == "they differ"
    run(lab, "bisect race-tee from v6.1 to=v6.1+bug-pipes-unordered")
    assert value(lab, "result.patch") == "bug-pipes-unordered"
    run(lab, "read buf")
    assert "value" in refused(lab, "expect result.patch").message
