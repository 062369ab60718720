"""The rows of what is browsed: what each says, what a filter keeps, and their widths."""

from __future__ import annotations

import pytest

from pintutor.content.course_map import Course, course
from pintutor.content.glossary import terms
from pintutor.content.learner.record import Record
from pintutor.content.letters import entries
from pintutor.patches.series import ALL, BY_NAME
from pintutor.view.browse.course_map import course_lines, course_listing, lesson_lines
from pintutor.view.browse.glossary import glossary_listing, term_lines
from pintutor.view.browse.letters import entry_lines, letter_listing
from pintutor.view.browse.listing import Line, filtered
from pintutor.view.browse.patches import patch_lines, patch_listing
from pintutor.view.rows import as_text, plain, row
from pintutor.view.wrap import columns
from tests.labs import run, started


def taken(*done: str, begun: str = "") -> Course:
    """The course of a learner who is through with these lessons."""
    kept = {name: Record(complete=True) for name in done}
    return course(kept | ({begun: Record(done=["first"])} if begun else {}))


def text(lines: tuple[Line, ...]) -> str:
    return as_text(line.row for line in lines)


def test_signs_say_what_is_done_begun_and_next() -> None:
    shown = text(course_lines(taken("page-counts"), 80))
    assert "✓ 1.1" in shown and "→ 1.2" in shown and "· 1.3" in shown
    shown = text(course_lines(taken("page-counts", begun="walking-time"), 80))
    assert "● 1.6" in shown and "→" not in shown


def test_a_lesson_whose_needs_are_not_met_does_not_come_next() -> None:
    ahead = taken("page-counts", "page-tables").ahead
    assert ahead is not None and ahead.id == "get-versus-pin"


def test_the_map_counts_lessons_and_minutes() -> None:
    every = taken().places
    minutes = sum(place.listed.front.minutes for place in every)
    aside = plain(course_listing(taken(), 80).aside)
    assert aside == f"0 of {len(every)} done, {minutes} min left "


def test_a_lesson_names_what_it_needs_and_leads_to() -> None:
    held = taken("page-counts")
    (place,) = (one for one in held.places if one.id == "zero-page")
    shown = text(lesson_lines(place, held, 80))
    assert "needs\n  lesson page-counts  ✓" in shown
    assert "leads to\n  lesson folio-add-pin" in shown
    assert "patches zero-page-unpinned" in shown and "source try_grab_folio" in shown


def test_patches_stand_in_stacking_order_with_those_applied_marked() -> None:
    lab = started()
    listing = patch_listing(lab, 80)
    assert [line.key for line in listing.lines if line.key] == [one.name for one in ALL]
    assert "· zero-page-unpinned " in text(listing.lines)
    run(lab, "apply zero-page-unpinned")
    assert "✓ zero-page-unpinned " in text(patch_listing(lab, 80).lines)


def test_a_patch_says_what_goes_with_it_both_ways() -> None:
    lab = started()
    shown = text(patch_lines(BY_NAME["zero-page-unpinned"], lab, taken(), 80))
    assert "needed by\n" in shown and "patches folio-add-pin" in shown
    assert "conflicts with\n  patches zero-page-unpinned-6.1.130" in shown
    other = text(patch_lines(BY_NAME["zero-page-unpinned-6.1.130"], lab, taken(), 80))
    assert "conflicts with\n  patches zero-page-unpinned" in other
    assert "apply zero-page-unpinned-6.1.130" in other


def test_a_lesson_is_found_by_a_function_and_by_a_term_of_the_glossary() -> None:
    lines = course_lines(taken(), 80)
    by_function = [line.key for line in filtered(lines, "gup_put_folio") if line.key]
    assert "zero-page" in by_function and len(by_function) < 25
    by_term = [line.key for line in filtered(lines, "anon exclusive") if line.key]
    assert "page-tables" not in by_term and by_term


def test_a_letter_keeps_its_own_outline() -> None:
    listing = letter_listing(taken(), 80)
    assert [line.key for line in listing.lines if line.key] == [*entries()]
    assert "  changes of v21\n" in text(listing.lines)


def test_an_entry_names_its_lessons_and_what_repeats_it() -> None:
    shown = text(entry_lines(entries()["block-pin-v21/patch-2"], taken(), 80))
    assert "lesson iomap-zero" in shown and "line 238 of" in shown


def test_a_term_says_where_it_stands_and_who_uses_it() -> None:
    shown = text(term_lines(terms()["bias"], taken(), 80))
    assert "in Linux: mm/gup.c: try_grab_folio()" in shown
    assert "lesson page-counts" in shown and "also: GUP_PIN_COUNTING_BIAS" in shown


def test_a_filter_keeps_the_headings_over_what_it_keeps() -> None:
    found = filtered(letter_listing(taken(), 80).lines, "block-pin-v21 V19-1")
    assert [line.key for line in found] == ["", "", "block-pin-v21/v19-1"]
    assert plain(found[1].row) == "  changes of v19"
    assert not filtered(glossary_listing(80).lines, "no such words")


def test_a_filter_of_blanks_keeps_all() -> None:
    lines = (Line(row("heading")), Line(row("a"), "a", "a"))
    assert filtered(lines, "  ") == lines


@pytest.mark.parametrize("width", [36, 40, 58, 66, 78, 118])
def test_no_row_is_wider_than_its_pane(width: int) -> None:
    lab, held = started(), taken("page-counts")
    listings = (
        course_lines(held, width),
        patch_listing(lab, width).lines,
        letter_listing(held, width).lines,
        glossary_listing(width).lines,
        *(lesson_lines(place, held, width) for place in held.places[::7]),
        *(patch_lines(patch, lab, held, width) for patch in ALL[::17]),
        *(entry_lines(entry, held, width) for entry in [*entries().values()][::29]),
        *(term_lines(term, held, width) for term in [*terms().values()][::13]),
    )
    wide = [
        plain(line.row)
        for lines in listings
        for line in lines
        if columns(plain(line.row)) > width
    ]
    assert not wide
