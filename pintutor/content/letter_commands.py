"""The command that shows the letters, and which lesson answers each line of them."""

from __future__ import annotations

from typing import Annotated, Any

from pintutor.content import catalogue
from pintutor.content.letters import Letter, answered, letters
from pintutor.content.session import TOPIC
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import Lookup
from pintutor.lab.registry import command
from pintutor.lab.results import Table


def _letters(lab: Any) -> dict[str, object]:
    return {letter.id: letter for letter in letters()}


LETTER = Lookup("LETTER", "a letter; `letters` lists them", "letter", _letters)


@command(
    TOPIC,
    mutates=False,
    examples=("letters", "letters block-pin-v21"),
    see=("lessons",),
)
def letters_(lab: Lab, letter: Annotated[Letter | None, LETTER] = None) -> Table:
    """List the letters that the course is about, or the lessons for one, line by line.

    An entry is a patch, a point of a changelog or a claim; the line is where it stands
    in the letter.
    """
    by_name = answered(each.front for each in catalogue.lessons())
    if letter is None:
        return _overview(by_name)
    rows = tuple(
        (entry.line, entry.id, entry.text, " ".join(by_name[entry.name]) or "-")
        for entry in letter.entries
    )
    note = f"{letter.author}, {letter.date}: {letter.title}; {letter.message}"
    return Table(letter.id, (letter.counted[:-1], "entry", "what", "lesson"), rows, note)


def _overview(by_name: dict[str, tuple[str, ...]]) -> Table:
    rows = tuple(
        (
            letter.date,
            letter.id,
            letter.title,
            len(letter.entries),
            sum(bool(by_name[entry.name]) for entry in letter.entries),
        )
        for letter in letters()
    )
    note = "`letters LETTER` names the lesson for each entry"
    columns = ("date", "letter", "subject", "entries", "answered")
    return Table("letters", columns, rows, note)
