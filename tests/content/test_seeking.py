"""Looking things up: lessons, patches, letters and terms, by name or by words."""

from __future__ import annotations

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.lab.registry import REGISTRY
from pintutor.patches.series import BY_NAME, SERIES
from tests.labs import refused, run, started


def test_lessons_are_found_by_words_and_one_is_shown_by_its_name() -> None:
    found = run(started(), "lessons zero colours")
    assert [place.id for place in found.places] == ["zero-colours"]
    by_number = run(started(), "lessons 6.1")
    assert [place.id for place in by_number.places] == ["zero-page"]


def test_words_that_no_lesson_has_are_pointed_at() -> None:
    error = refused(started(), "lessons  xyzzy")
    assert error.code == "nothing-found" and error.at is not None
    assert "no lesson has `xyzzy`" in error.message
    assert (error.at.start, error.at.stop) == (9, 14)


def test_a_patch_is_shown_by_its_name() -> None:
    told = run(started(), "patches zero-page-unpinned")
    assert told.title == BY_NAME["zero-page-unpinned"].subject
    assert "folio-add-pin" in told.data["needed_by"] and not told.data["applied"]
    assert told.data["conflicts"] == ["zero-page-unpinned-6.1.130"]


def test_patches_of_a_series_and_new_ones_of_a_release_are_listed() -> None:
    named = [row[1] for row in run(started(), "patches old-dio-v4").rows]
    assert named == [patch.name for patch in SERIES["old-dio-v4"]]
    new = [row[1] for row in run(started(), "patches v6.5").rows]
    assert "zero-page-unpinned" in new and "extraction-flags" not in new


def test_patches_are_found_by_words_of_subject_and_function() -> None:
    named = [row[1] for row in run(started(), "patches gup_put_folio ZERO").rows]
    assert "zero-page-unpinned" in named and "folio-add-pin" not in named
    error = refused(started(), "patches zero-page-unpined")
    assert "did you mean `zero-page-unpinned`?" in error.message and error.at is not None


def test_an_entry_of_a_letter_is_shown_and_entries_are_found_by_words() -> None:
    told = run(started(), "letters block-pin-v21/v12-4")
    assert "pipe-truncate" in told.data["lessons"]
    rows = run(started(), "letters zero page").rows
    assert "extract-v8/patch-1" in [row[0] for row in rows]
    error = refused(started(), "letters blck-pin-v21")
    assert "did you mean `block-pin-v21`?" in error.message


def test_terms_are_found_by_words_of_their_meaning() -> None:
    assert run(started(), "glossary anon exclusive").title == "anon exclusive"
    rows = run(started(), "glossary no counter for pins").rows
    assert "bias" in [row[0] for row in rows] and len(rows) < 5


def test_names_are_completed() -> None:
    texts = [one.text for one in REGISTRY.complete(started(), "patches zero-page-u", 19)]
    assert "zero-page-unpinned" in texts
