"""Patches to look up: one, those of a series or a release, or those that have words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pintutor.lab.seeking import has_words
from pintutor.patches import series
from pintutor.patches.patch import Patch


def names() -> dict[str, str]:
    """What can be looked up by name: patches, series and releases."""
    counted = {**series.SERIES, **series.RELEASES}
    known = {name: f"{len(held)} patches" for name, held in counted.items()}
    return {patch.name: patch.subject for patch in series.ALL} | known


def needed_by(patch: Patch) -> tuple[str, ...]:
    """The patches that cannot be applied without it."""
    return tuple(each.name for each in series.ALL if patch.name in each.needs)


def conflicts_of(patch: Patch) -> tuple[str, ...]:
    """The patches that it does not go with, whichever of the two says so."""
    others = (each.name for each in series.ALL if patch.name in each.conflicts)
    return tuple(dict.fromkeys((*patch.conflicts, *others)))


def series_of(patch: Patch) -> tuple[str, ...]:
    """The series that it was posted in."""
    return tuple(name for name, held in series.SERIES.items() if patch in held)


def functions_of(patch: Patch) -> tuple[str, ...]:
    """The functions that have another body with it, each once."""
    return tuple(dict.fromkeys(one.function.__name__ for one in patch.variants))


def words_of(patch: Patch) -> str:
    """Where a search looks."""
    named = (*series_of(patch), *functions_of(patch))
    said = (patch.name, patch.subject, patch.commit, patch.release, patch.author)
    return "\n".join((*said, *named))


def listed(wanted: str) -> tuple[Patch, ...]:
    """The patches that a word means, in the order of the series; all for none.

    A patch by name, a series, what is new in a release, or all that have these words.
    """
    if wanted in series.BY_NAME:
        return (series.BY_NAME[wanted],)
    if wanted in series.SERIES:
        return series.SERIES[wanted]
    if wanted in series.RELEASES:
        return new_in(wanted)
    return tuple(patch for patch in series.ALL if has_words(words_of(patch), wanted))


def new_in(release: str) -> tuple[Patch, ...]:
    """The patches that a release has over the one before it."""
    names = list(series.RELEASES)
    before = names[max(0, names.index(release) - 1)]
    held = set(series.RELEASES[before]) if before != release else set()
    return tuple(patch for patch in series.RELEASES[release] if patch not in held)


def merged(patch: Patch) -> str:
    """Its commit and release, or that no release has it."""
    if patch.mutation:
        return "a bug that is put back"
    parts = [part for part in (patch.commit, patch.release) if part]
    return ", ".join(parts) or "posted, in no release"


def about(
    patch: Patch, applied: Iterable[Patch] | None = None
) -> tuple[tuple[str, str], ...]:
    """What there is to say of a patch: each thing with the word for it.

    `applied` are the patches of the kernel that runs; None where none runs.
    """
    state = ""
    if applied is not None:
        state = f"{patch.name}, {'' if patch in set(applied) else 'not '}applied"
    said = (
        ("patch", state),
        ("commit", f"{merged(patch)}, by {patch.author}"),
        ("series", ", ".join(series_of(patch))),
        ("needs", ", ".join(patch.needs)),
        ("needed by", ", ".join(needed_by(patch))),
        ("conflicts with", ", ".join(conflicts_of(patch))),
        ("changes", ", ".join(functions_of(patch))),
    )
    return tuple((word, text) for word, text in said if text)


def data(patch: Patch) -> dict[str, Any]:
    """What there is to say of a patch, for a program."""
    return {
        "name": patch.name,
        "subject": patch.subject,
        "commit": patch.commit,
        "release": patch.release,
        "author": patch.author,
        "mutation": patch.mutation,
        "series": list(series_of(patch)),
        "needs": list(patch.needs),
        "needed_by": list(needed_by(patch)),
        "conflicts": list(conflicts_of(patch)),
        "functions": list(functions_of(patch)),
    }
