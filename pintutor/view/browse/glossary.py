"""The glossary: every term, what it means, where it stands, and who uses it."""

from __future__ import annotations

from pintutor.content.course_map import Course
from pintutor.content.glossary import Term, explained, terms
from pintutor.view.browse.listing import (
    Line,
    Listing,
    fitted,
    group_lines,
    link_lines,
    text_lines,
)
from pintutor.view.rows import row

NAME = 24
WITH_MEANING = 50
"""From here on a row has the beginning of the meaning [columns]."""


def glossary_listing(width: int) -> Listing:
    """The terms in the order of the alphabet."""
    lines = tuple(_line(term, width) for term in terms().values())
    return Listing(row("glossary"), row((f"{len(lines)} terms ", "dim")), lines)


def _line(term: Term, width: int) -> Line:
    if width < WITH_MEANING:
        return Line(row((fitted(term.name, width), "name")), term.name, term.searched)
    said = fitted(term.said, width - NAME)
    one = row((fitted(term.name, NAME - 1) + " ", "name"), (said, "plain"))
    return Line(one, term.name, term.searched)


def term_lines(term: Term, course: Course, width: int) -> tuple[Line, ...]:
    """What a term means, where it stands in Linux, and the lessons that use it."""
    lines = text_lines(term.name, width, role="title")
    if term.also:
        lines += text_lines("also: " + ", ".join(term.also), width, role="dim")
    lines += [Line(()), *text_lines(term.said, width), Line(())]
    lines += text_lines(f"in Linux: {term.place}", width)
    if term.function:
        lines += link_lines([(f"source {term.function}", "")], width)
    using = [place for place in course.places if term.name in place.terms]
    lesson = explained(term, tuple(place.id for place in using))
    if lesson:
        first = [(f"lesson {lesson}", "")]
        lines += group_lines("explained in", link_lines(first, width))
    links = ((f"lesson {each.id}", each.listed.front.title) for each in using)
    return (*lines, *group_lines("used in", link_lines(links, width)))
