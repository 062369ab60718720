"""The patch browser: the series in stacking order, and what each patch changes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pintutor.content.course_map import Course
from pintutor.lab.lab import Lab
from pintutor.lab.patch_list import about, merged, series_of, words_of
from pintutor.patches import series
from pintutor.patches.diff import diff
from pintutor.patches.livepatch import applied
from pintutor.patches.patch import Patch
from pintutor.view.accounts import diff_rows
from pintutor.view.browse.listing import (
    Line,
    Listing,
    fitted,
    group_lines,
    link_lines,
    text_lines,
)
from pintutor.view.markdown import markdown_rows
from pintutor.view.rows import plain, row
from pintutor.view.wrap import wrap

APPLIED = ("✓", "good")
NOT_APPLIED = ("·", "dim")
LEGEND = "✓ applied"
WITH_SUBJECT = 60
"""From here on a row has the subject beside the name [columns]."""
NAME = 30


def patch_listing(lab: Lab, width: int) -> Listing:
    """Every patch in the order in which they go on top of each other."""
    here = set(applied(lab.machine))
    lines: list[Line] = []
    for release, held in groupby(series.ALL, _release):
        patches = list(held)
        count = f"  {sum(each in here for each in patches)}/{len(patches)} applied"
        part = f"{release} from {patches[0].name} on"  # a release may come up again
        lines.append(Line(row((release, "title"), (count, "dim")), part=part))
        lines += (_line(each, width, applied=each in here) for each in patches)
    aside = row((f"{len(here)} of {len(series.ALL)} applied ", "dim"))
    return Listing(row("patches"), aside, tuple(lines))


def _release(patch: Patch) -> str:
    """What a patch stands under; a bug that is put back has no release either."""
    mainline = patch.release and not patch.mutation
    return patch.release if mainline else "in no release"


def _line(patch: Patch, width: int, *, applied: bool) -> Line:
    sign = APPLIED if applied else NOT_APPLIED
    size = NAME if width >= WITH_SUBJECT else width - 2
    parts = [sign, (f" {fitted(patch.name, size - 1)}", "name")]
    if width >= WITH_SUBJECT:
        parts.append((fitted(f" {patch.subject}", width - size - 1), "plain"))
    verb = "revert" if applied else "apply"
    return Line(row(*parts), patch.name, words_of(patch), f"{verb} {patch.name}")


def patch_lines(patch: Patch, lab: Lab, course: Course, width: int) -> tuple[Line, ...]:
    """Where a patch comes from, what it goes with, who teaches it, and its diff."""
    here = applied(lab.machine)
    verb = "revert" if patch in here else "apply"
    links = [(f"{verb} {patch.name}", ""), (f"diff {patch.name}", "in the source pane")]
    lines = [
        *text_lines(patch.subject, width, role="title"),
        *text_lines(f"{merged(patch)}, by {patch.author}", width, role="dim"),
        Line(()),
        *(Line(each) for each in markdown_rows(patch.reason, width=width)),
        Line(()),
        *link_lines(links, width),
    ]
    posted = series_of(patch)
    lines += group_lines(
        "series", link_lines(((f"patches {x}", "") for x in posted), width)
    )
    for word, text in about(patch, here):
        if word in ("needs", "needed by", "conflicts with"):
            others = text.split(", ")
            found = ((f"patches {each}", _state(each, here)) for each in others)
            lines += group_lines(word, link_lines(found, width))
    taught = [
        (f"lesson {place.id}", place.listed.front.title)
        for place in course.places
        if patch.name in place.listed.front.patches
    ]
    lines += group_lines("taught by", link_lines(taught, width))
    return (*lines, *_diff_lines(patch, here, width))


def _state(name: str, here: Iterable[Patch]) -> str:
    return APPLIED[0] if series.BY_NAME[name] in set(here) else ""


def _diff_lines(patch: Patch, here: tuple[Patch, ...], width: int) -> list[Line]:
    """What changes in the model, function by function."""
    place = series.ALL.index(patch)
    below = tuple(each for each in here if series.ALL.index(each) < place)
    lines: list[Line] = []
    for each in diff(patch, below):
        head = row((each.function, "title"), (f"  {each.file}", "dim"))
        lines += [Line(()), *(Line(one) for one in wrap(head, width, indent=2))]
        for one in diff_rows(each):
            text = plain(one)[2:]
            indent = min(len(text) - len(text.lstrip()) + 10, width // 2)
            lines += (Line(part) for part in wrap(one, width, indent=indent))
    return lines
