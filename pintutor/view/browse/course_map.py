"""The course map: every lesson by topic, how far one is, and what a lesson is about.

Importing this draws what `lessons` returns.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pintutor.content.course_map import Course, Place
from pintutor.view.browse.listing import (
    Line,
    Listing,
    fitted,
    group_lines,
    link_lines,
    text_lines,
)
from pintutor.view.markdown import inline
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, row
from pintutor.view.wrap import wrap

__all__ = ["course_lines", "course_listing", "lesson_lines", "result_rows"]

SIGNS = {"done": ("✓", "good"), "begun": ("●", "current"), "": ("·", "dim")}
"""The sign of a lesson that is done, begun, or neither, and its role."""
NEXT = ("→", "note")
"""The sign of the lesson that comes next."""
LEGEND = "✓ done  ● begun  → next"
WITH_ID = 66
"""From here on a row has the id of its lesson beside the title [columns]."""
ID = 25


@result_rows.register
def _(result: Course, width: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    for line in course_lines(result, width):
        rows.append(line.row)
    if len(result.places) == 1:
        rows += [line.row for line in lesson_lines(result.places[0], result, width)]
    notes = (f"{LEGEND}; {left(result.places)}", *result.notes)
    for note in notes:
        rows += wrap((*row("  "), *inline(note, role="note")), width, indent=2)
    return tuple(rows)


def course_listing(course: Course, width: int) -> Listing:
    """The map, to choose a lesson from; the one that comes next is chosen first."""
    ahead = course.ahead
    aside = row((f"{left(course.places)} ", "dim"))
    lines = course_lines(course, width)
    return Listing(row("lessons"), aside, lines, ahead.id if ahead else "")


def left(places: Iterable[Place]) -> str:
    """How many lessons are done, and how long the others take."""
    held = tuple(places)
    done = sum(place.state == "done" for place in held)
    minutes = sum(one.listed.front.minutes for one in held if one.state != "done")
    return f"{done} of {len(held)} done, {minutes} min left"


def course_lines(course: Course, width: int) -> tuple[Line, ...]:
    """A heading for each topic, and a row for each of its lessons."""
    found: list[Line] = []
    for topic, held in groupby(course.places, lambda place: place.listed.front.topic):
        places = list(held)
        done = sum(place.state == "done" for place in places)
        count = f"{done}/{len(places)}" if done else str(len(places))
        found.append(Line(row((topic, "title"), (f"  {count}", "dim")), part=topic))
        found += (_line(place, course.ahead, width) for place in places)
    return tuple(found)


def _line(place: Place, ahead: Place | None, width: int) -> Line:
    front = place.listed.front
    sign = NEXT if place == ahead and not place.state else SIGNS[place.state]
    number = f" {place.listed.number:<5}"
    minutes = f"{front.minutes:>4} min"
    ids = ID if width >= WITH_ID else 0
    room = max(8, width - 1 - len(number) - len(minutes) - ids - 1)
    parts = [sign, (number, "dim"), (fitted(front.title, room), "plain")]
    if ids:
        parts.append((" " + fitted(front.id, ids - 1), "name"))
    one = row(*parts, (minutes, "dim"))
    return Line(one, front.id, place.words, f"lesson {front.id}")


def lesson_lines(place: Place, course: Course, width: int) -> tuple[Line, ...]:
    """What a lesson is about, what it needs, and where it leads."""
    front = place.listed.front
    by_id = {each.id: each for each in course.places}
    state = {"done": "done before", "begun": "begun"}.get(place.state, "not begun")
    head = f"{place.listed.number}  {front.minutes} min, on {front.kernel}, {state}"
    lines = [
        *text_lines(front.title, width, role="title"),
        *text_lines(head, width, role="dim"),
        Line(()),
        *text_lines(front.summary, width),
    ]
    begin = "goes on with it" if place.state == "begun" else "begins it"
    links = [(f"lesson {front.id}", begin)]
    if place.state:
        links.append((f"lesson {front.id} again", "begins anew"))
    lines += [Line(()), *link_lines(links, width)]
    for word, ids in (("needs", front.needs), ("leads to", place.opens)):
        lines += _others(word, ids, by_id, width)
    patches = [(f"patches {name}", "") for name in front.patches]
    lines += group_lines("patches", link_lines(patches, width))
    terms = [(f"glossary {name}", "") for name in place.terms]
    answers = [(f"letters {name}", "") for name in front.answers]
    functions = [(f"source {name}", "") for name in front.functions]
    lines += group_lines("functions", link_lines(functions, width))
    lines += group_lines("answers of the letters", link_lines(answers, width))
    lines += group_lines("words it uses", link_lines(terms, width))
    return tuple(lines)


def _others(
    word: str, ids: Iterable[str], by_id: dict[str, Place], width: int
) -> list[Line]:
    links = [
        (f"lesson {name}", _told(by_id[name]) if name in by_id else "") for name in ids
    ]
    return group_lines(word, link_lines(links, width))


def _told(place: Place) -> str:
    return f"{SIGNS[place.state][0]} {place.listed.front.title}"
