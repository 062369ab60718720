"""What was learned, as Markdown: lessons, patches met, terms, mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from pintutor.content import catalogue
from pintutor.content.catalogue import Listed
from pintutor.content.course_map import how_far
from pintutor.content.errors import ContentError
from pintutor.content.glossary import terms, used
from pintutor.content.lesson import Lesson, load
from pintutor.content.standing import Kept, missed
from pintutor.lab.errors import printable
from pintutor.patches import series

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
"""What Markdown could obey."""


def report(kept: Kept) -> list[str]:
    """The lines of the report."""
    listed = catalogue.lessons()
    begun = [one for one in listed if how_far(kept.get(one.front.id))]
    done = [one for one in begun if kept[one.front.id].complete]
    percent = 100 * len(done) // max(1, len(listed))
    return [
        "# What was learned",
        "",
        f"{len(done)} of {len(listed)} lessons are done, {percent} %; "
        f"{len(begun) - len(done)} begun.",
        *_lessons(kept, begun),
        *_patches(begun),
        *_terms(done),
        *_mistakes(kept),
    ]


def _lessons(kept: Kept, begun: list[Listed]) -> Iterator[str]:
    for topic, group in groupby(begun, lambda one: one.front.topic):
        yield from ("", f"## {topic}", "", "| | lesson | what one learns | |")
        yield "|---|---|---|---|"
        for one in group:
            state = how_far(kept[one.front.id])
            yield f"| {one.number} | {one.front.title} | {one.front.summary} | {state} |"


def _patches(begun: list[Listed]) -> Iterator[str]:
    names = [name for one in begun for name in one.front.patches]
    met = [series.BY_NAME[name] for name in dict.fromkeys(names) if name in series.BY_NAME]
    if met:
        yield from ("", "## Patches met", "")
    for patch in met:
        commit = f", commit {patch.commit}" if patch.commit else ""
        release = f", in {patch.release}" if patch.release else ""
        yield f"- {_text(patch.subject)} (`{patch.name}`{commit}{release})"


def _terms(done: list[Listed]) -> Iterator[str]:
    known = used(lesson for one in done for lesson in _read(one))
    met = [term for term in terms().values() if known[term.name]]
    if met:
        yield from ("", "## Terms met", "")
    for term in met:
        yield f"- **{_text(term.name)}**: {term.said}"


def _read(listed: Listed) -> Iterator[Lesson]:
    try:
        yield load(listed.path)
    except ContentError:
        return  # `pintutor check` names it


def _mistakes(kept: Kept) -> Iterator[str]:
    found = missed(kept)
    if found:
        put_right = sum(not one.mistake.is_open for one in found)
        yield from ("", "## Mistakes", "", f"{put_right} of {len(found)} are corrected.")
        yield from ("", "| lesson | asked | given | |", "|---|---|---|---|")
    for one in found:
        given = ", ".join(_text(text[:40]) for text in one.mistake.texts)
        state = "" if one.mistake.is_open else "corrected"
        asked = one.asked.replace("|", "\\|")
        yield f"| {one.listed.front.title} | {asked} | {given} | {state} |"


def _text(text: str) -> str:
    """Text that Markdown shows and does not obey."""
    return _SIGNS.sub(r"\\\1", printable(text))
