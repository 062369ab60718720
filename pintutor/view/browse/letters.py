"""The letters: each in its own outline, every entry with the lessons for it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from pintutor.content.course_map import Course
from pintutor.content.letters import Entry, Letter, answered, entries, letters
from pintutor.view.browse.listing import (
    Line,
    Listing,
    fitted,
    group_lines,
    link_lines,
    text_lines,
)
from pintutor.view.rows import row
from pintutor.view.wrap import cut

SIGNS = {"done": ("✓", "good"), "some": ("●", "current"), "": ("·", "dim")}
"""The sign of an entry whose lessons are all done, some, or none."""
LEGEND = "✓ its lessons are done  ● some are"
KINDS = {"patch": "patches", "prose": "prose", "item": "points"}
"""What the entries of a letter are called whose names begin so."""


def letter_listing(course: Course, width: int) -> Listing:
    """Every entry of the letters, as they stand in them."""
    by_name = answered(place.listed.front for place in course.places)
    states = {place.id: place.state for place in course.places}
    lines: list[Line] = []
    for letter in letters():
        head = row((f"{letter.date}  {letter.title}", "title"))
        lines.append(Line(cut(head, width), part=letter.id))
        for kind, held in groupby(letter.entries, _kind):
            lines.append(Line(row((f"  {kind}", "dim"))))
            lines += (_line(each, by_name, states, width) for each in held)
    told = sum(bool(ids) for ids in by_name.values())
    aside = row((f"{told} of {len(by_name)} have a lesson ", "dim"))
    return Listing(row("letters"), aside, tuple(lines))


def _kind(entry: Entry) -> str:
    """The part of a letter that an entry stands in."""
    first = entry.id.split("-")[0]
    return f"changes of {first}" if entry.version else KINDS.get(first, first)


def _line(
    entry: Entry,
    by_name: Mapping[str, tuple[str, ...]],
    states: Mapping[str, str],
    width: int,
) -> Line:
    ids = by_name[entry.name]
    done = [name for name in ids if states[name] == "done"]
    sign = SIGNS["done" if done and len(done) == len(ids) else "some" if done else ""]
    lead = f" {entry.id:<8} "
    text = fitted(entry.text, max(8, width - 1 - len(lead)))
    words = "\n".join((entry.name, entry.text, entry.patch, *ids))
    return Line(row(sign, (lead, "name"), text), entry.name, words)


def entry_lines(entry: Entry, course: Course, width: int) -> tuple[Line, ...]:
    """What an entry says, where, and the lessons for it."""
    letter = _of(entry)
    by_id = {place.id: place for place in course.places}
    ids = answered(place.listed.front for place in course.places)[entry.name]
    where = f"{letter.counted[:-1]} {entry.line} of {letter.title}"
    lines = [
        *text_lines(entry.name, width, role="title"),
        *text_lines(where, width, role="dim"),
        *text_lines(f"{letter.author}, {letter.date}", width, role="dim"),
        Line(()),
        *text_lines(entry.text, width),
    ]
    found = ((f"lesson {name}", by_id[name].listed.front.title) for name in ids)
    lines += group_lines("lessons", link_lines(found, width))
    if entry.patch:
        lines += group_lines("patch", link_lines([(f"patches {entry.patch}", "")], width))
    alike = [(f"letters {name}", "") for name in _alike(entry)]
    lines += group_lines("the same in other letters", link_lines(alike, width))
    return (*lines, Line(()), *text_lines(letter.message, width, role="dim"))


def _of(entry: Entry) -> Letter:
    (letter,) = (each for each in letters() if each.id == entry.letter)
    return letter


def _alike(entry: Entry) -> list[str]:
    """The entry that this one repeats, and those that repeat the same."""
    first = entry.repeats or entry.name
    every = (first, *(each.name for each in entries().values() if each.repeats == first))
    return [name for name in every if name != entry.name]
