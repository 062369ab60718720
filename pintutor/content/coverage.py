"""What the course has to show, and what no lesson shows yet."""

from __future__ import annotations

from collections.abc import Iterable

from pintutor.content.lesson import Lesson
from pintutor.content.letters import entries
from pintutor.patches import series


def to_show() -> tuple[str, ...]:
    """Names of the patches that must have a symptom, in the order of the series.

    These are the patches of every series that was posted, those that a letter quotes,
    and every bug that can be put back.
    """
    posted = {patch for patches in series.SERIES.values() for patch in patches}
    quoted = {entry.patch for entry in entries().values()}
    return tuple(
        patch.name
        for patch in series.ALL
        if patch in posted or patch.name in quoted or patch.mutation
    )


def unseen(lessons: Iterable[Lesson]) -> tuple[str, ...]:
    """Names of the patches that no lesson has a symptom of."""
    shown = {symptom.patch for lesson in lessons for symptom in lesson.symptoms}
    return tuple(name for name in to_show() if name not in shown)
