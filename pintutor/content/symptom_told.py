"""A symptom as a learner sees it: the commands, and what they come to on both kernels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pintutor.content.answers import PLAIN, spelt
from pintutor.content.before_after import Ended, both
from pintutor.content.errors import ContentError
from pintutor.content.symptom import Symptom
from pintutor.lab.errors import CommandError

ABSENT = "-"


@lru_cache(maxsize=32)
def told(symptom: Symptom) -> str:
    """The commands, a table of what differs, and why, as Markdown."""
    try:
        without, with_ = both(symptom)
        rows = ["| " + " | ".join(cells) + " |" for cells in _rows(symptom)]
    except (CommandError, ContentError) as error:
        return f"This cannot be shown: {error}"
    table = "\n".join(("| | without | with |", "|---|---|---|", *rows))
    said = (*_what(symptom, without, with_), table, symptom.why)
    return "\n\n".join(part for part in said if part)


def _what(symptom: Symptom, without: Ended, with_: Ended) -> Iterator[str]:
    where = f"without `{symptom.patch}` ({without.side}) and with it ({with_.side}):"
    if symptom.scenario:
        yield f"The race `{symptom.scenario}`, explored {where}"
        return
    yield f"The same commands {where}"
    yield "\n".join(("```txt", *symptom.lines, "```"))
    for ended, name in ((without, "Without"), (with_, "With")):
        if ended.wrong:
            yield f"{name} the patch {ended.wrong}."


def _rows(symptom: Symptom) -> Iterator[tuple[str, ...]]:
    """Each value that an expression asks for, without the patch and with it."""
    without, with_ = both(symptom)
    seen: set[str] = set()
    for stated in symptom.stated:
        parts = _parts(without, stated.text) | _parts(with_, stated.text)
        for part in parts or [stated.text]:
            if part not in seen:
                seen.add(part)
                cells = (f"`{part}`", _value(without, part), _value(with_, part))
                yield tuple(cell.replace("|", "\\|") for cell in cells)


def _parts(ended: Ended, text: str) -> dict[str, None]:
    """The parts of an expression that have a plain value there, in order."""
    found = ended.operands(text).items()
    return {part: None for part, value in found if isinstance(value, PLAIN)}


def _value(ended: Ended, text: str) -> str:
    try:
        value = ended.value(text)
    except CommandError:
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    return spelt(value)
