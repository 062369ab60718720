"""Each line of a letter has a lesson, each patch a symptom, each term a use.

The list may only get shorter. When a lesson has covered more, take that out by

    python -m tests.content.test_coverage
"""

from pathlib import Path

import pytest

import pintutor.content.commands
import pintutor.content.races.explore_commands
import pintutor.content.races.witness_commands  # noqa: F401  (declare commands of lessons)
from pintutor.content.catalogue import lessons
from pintutor.content.checking import check_coverage
from pintutor.content.coverage import to_show, unseen
from pintutor.content.glossary import used
from pintutor.content.lesson import load
from pintutor.content.letters import Letter, entries, letters, uncovered
from pintutor.patches import series

UNCOVERED = Path(__file__).with_name("uncovered.txt")
ENTRIES = {
    "hubbard-2022": (6, 0, 14),
    "extract-v8": (10, 35, 8),
    "block-pin-v21": (6, 82, 9),
    "extending-dio": (1, 0, 14),
    "old-dio-v4": (3, 10, 6),
}
"""Patches, points of changelogs and claims: counted by hand in each letter."""


def still() -> list[str]:
    """What has no lesson now: entries of letters, patches without a symptom, terms."""
    found = lessons()
    taken = [load(one.path) for one in found]
    patches = unseen(taken)
    return [
        *uncovered(one.front for one in found),
        *(f"patch {name}" for name in patches),
        *(f"term {name}" for name, ids in used(taken).items() if not ids),
    ]


def listed() -> list[str]:
    """What the list says has none."""
    return UNCOVERED.read_text(encoding="utf-8").splitlines()


def test_what_no_lesson_covers_is_listed() -> None:
    new = sorted(set(still()) - set(listed()))
    assert not new, "a lesson is gone, or a patch or a term is new"


def test_what_is_listed_is_covered_by_no_lesson() -> None:
    done = sorted(set(listed()) - set(still()))
    assert not done, "covered now; take it out: python -m tests.content.test_coverage"


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.id)
def test_a_letter_has_all_its_entries(letter: Letter) -> None:
    kinds = [entry.kind for entry in letter.entries]
    counts = tuple(kinds.count(kind) for kind in ("patch", "change", "prose"))
    assert counts == ENTRIES[letter.id]


def test_entries_stand_in_the_order_of_their_letter() -> None:
    for letter in letters():
        lines = [entry.line for entry in letter.entries]
        assert lines == sorted(lines)


def test_a_patch_of_a_letter_is_the_one_of_the_model() -> None:
    for entry in entries().values():
        if entry.kind == "patch":
            subject = series.BY_NAME[entry.patch].subject
            # Version 8 and version 21 differ in the wording of two subjects.
            assert subject == entry.text or entry.letter == "extract-v8"


def test_every_patch_of_a_posted_series_and_every_bug_must_be_shown() -> None:
    bugs = {patch.name for patch in series.ALL if patch.mutation}
    posted = {patch.name for each in series.SERIES.values() for patch in each}
    assert bugs | posted <= set(to_show())


if __name__ == "__main__":
    now = still()
    left = [name for name in listed() if name in now]
    UNCOVERED.write_text("".join(f"{name}\n" for name in left), encoding="utf-8")


def test_check_names_what_the_course_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    without = [one for one in lessons() if one.front.id != "convert-the-core"]
    monkeypatch.setattr("pintutor.content.catalogue.lessons", lambda root: without)
    found = list(check_coverage.check_coverage())
    told = {each.message: each for each in found}
    entry = told["no lesson answers `hubbard-2022/patch-4`"]
    line = entry.path.read_text(encoding="utf-8").splitlines()[entry.line - 1]
    assert line.startswith("patch-4 = ") and entry.rule == "PT028"
    shown = told["no lesson shows what `bio-pin-pages` changes"]
    assert shown.path.name == "bio_map_pin_pages.py" and shown.path.is_file()
