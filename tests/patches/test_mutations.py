"""Each bug that can be put back is seen by a program, and is not there without it."""

import re
from pathlib import Path

import pytest

from pintutor.lab.lab import Lab
from pintutor.patches import series
from tests.labs import run, started, value
from tests.patches.mutation_cases import CASES, HERE, OOPS, SEEN_ELSEWHERE, Case

ROOT = Path(__file__).resolve().parents[2]


def answer(case: Case, bug: str) -> object:
    """What the program comes to; with a bug, or without any for an empty name."""
    later = HERE in case.lines
    lab = Lab(case.kernel + (f"+{bug}" if bug and not later else ""))
    for line in case.lines:
        text = f"apply {bug}" if line == HERE and bug else line
        if lab.execute(text).oops is not None:
            return True if case.asked == OOPS else "the kernel stopped"
    return False if case.asked == OOPS else value(lab, case.asked)


@pytest.mark.parametrize("bug", CASES)
def test_a_bug_shows_in_its_program_and_nothing_shows_without_it(bug: str) -> None:
    case = CASES[bug]
    assert case.without != case.bug
    assert answer(case, "") == case.without
    assert answer(case, bug) == case.bug


@pytest.mark.parametrize(
    ("kernel", "count"),
    [("v6.5", 1), ("v6.4+zero-page-unpinned+page-get-additional-pin", 1 + 1024)],
)
def test_what_was_posted_takes_another_pin_on_the_third_zero_page(
    kernel: str, count: int
) -> None:
    lab = started("machine zero-pages=4", "mmap a 4", "read a", kernel=kernel)
    run(lab, "pin a[2] as p", "addpin p as q", "unpin p", "unpin q")
    assert value(lab, "zero[2]._refcount") == count


def test_every_bug_on_one_cpu_is_seen_somewhere() -> None:
    bugs = {each.name for each in series.ALL if each.mutation and each.folder != "races"}
    assert {*CASES, *SEEN_ELSEWHERE} == bugs
    for bug, file in SEEN_ELSEWHERE.items():
        assert bug in (ROOT / file).read_text(encoding="utf-8")


def test_every_bug_has_a_scenario_that_shows_it() -> None:
    """But for two: one ends in an oops at once, one is seen by no command."""
    bugs = {each.name for each in series.ALL if each.mutation}
    texts = [file.read_text(encoding="utf-8") for file in ROOT.glob("scenarios/*.pin")]
    named = {word for text in texts for word in re.findall(r"[\w.-]+", text)}
    assert bugs - named == {"bug-bvec-stride", "zero-page-0-returned"}
