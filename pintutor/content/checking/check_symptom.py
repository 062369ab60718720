"""What is wrong with a symptom: it is looked for without the patch and with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pintutor.content.before_after import Ended, both
from pintutor.content.errors import ContentError
from pintutor.content.races import findings
from pintutor.content.races.findings import Finding
from pintutor.content.symptom import Stated, Symptom
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression

ENDINGS = ("stopped", "refused")
"""Words that state how commands end that do not all run."""


def check_symptom(path: Path, symptom: Symptom) -> Iterator[Finding]:
    """What is wrong with a symptom of the lesson in that file."""
    unread = list(_unread(path, symptom))
    if unread:
        yield from unread
        return
    try:
        ended = both(symptom)
    except CommandError as error:
        yield findings.at(path, symptom.line, "PT007", error)
        return
    except ContentError as error:
        yield from findings.of(error)
        return
    ends = list(_ends(path, symptom, *ended))
    yield from ends
    if not ends:
        for stated in symptom.stated:
            yield from _held(path, stated, *ended)


def _unread(path: Path, symptom: Symptom) -> Iterator[Finding]:
    for stated in symptom.stated:
        try:
            Expression.parse(stated.text, 0)
        except CommandError as error:
            yield findings.at(path, stated.number, "PT017", error)


def _ends(path: Path, symptom: Symptom, *ended: Ended) -> Iterator[Finding]:
    """Commands that did not all run, where no expression says that they do not."""
    for side, name in zip(ended, ("without", "with"), strict=True):
        if side.wrong and not any(_foreseen(symptom, side, word) for word in ENDINGS):
            what = f"{name} the patch, on {side.side}: {side.wrong}"
            yield Finding(path, side.line, "PT010", what, _ending(side))


def _foreseen(symptom: Symptom, ended: Ended, word: str) -> bool:
    return bool(ended.words.get(word)) and symptom.names(word)


def _ending(ended: Ended) -> str:
    """What to write when the end of the commands is meant to be so."""
    word = next((word for word in ENDINGS if ended.words.get(word)), "")
    return f"if that is the symptom, state `{word}` where it is so" if word else ""


def _held(path: Path, stated: Stated, without: Ended, with_: Ended) -> Iterator[Finding]:
    """Whether an expression holds where it is to hold, and there only."""
    here = {"without": (without,), "with": (with_,), "same": (without, with_)}
    rule = "PT025" if stated.where == "same" else "PT024"
    for ended in here[stated.where]:
        name = "without" if ended is without else "with"
        wrong = ended.situation.missing(stated.text)
        if wrong:
            what = f"{name} the patch `{stated.text}` does not hold: {wrong}"
            yield Finding(path, stated.number, rule, what, f"{name} it: {ended.side}")
            return
    if stated.where == "same":
        return
    other, name = (with_, "with") if stated.where == "without" else (without, "without")
    if not other.situation.missing(stated.text):
        what = f"`{stated.text}` holds {name} the patch too"
        hint = "what holds on both belongs under `same`, and shows nothing of the patch"
        yield Finding(path, stated.number, rule, what, hint)
