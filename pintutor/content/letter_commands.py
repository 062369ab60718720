"""The command that shows the letters, and which lesson answers each line of them."""

from __future__ import annotations

from typing import Annotated

from pintutor.content import catalogue
from pintutor.content.letters import Entry, Letter, answered, entries, letters
from pintutor.content.session import TOPIC
from pintutor.lab.errors import did_you_mean
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told
from pintutor.lab.seeking import Sought, has_words, nothing_found
from pintutor.lab.words import Word


def _names() -> dict[str, str]:
    titles = {letter.id: letter.title for letter in letters()}
    return titles | {name: entry.text for name, entry in entries().items()}


SEARCH = Sought("SEARCH", "a letter, an entry of one, or words of entries", _names)


@command(
    TOPIC,
    mutates=False,
    examples=("letters", "letters block-pin-v21", "letters zero page"),
    see=("lessons",),
)
def letters_(lab: Lab, search: Annotated[Word | None, SEARCH] = None) -> Table | Told:
    """List the letters that the course is about, or the lessons for one, line by line.

    An entry is a patch, a point of a changelog or a claim; the line is where it stands
    in the letter. The name of an entry shows it alone; other words list the entries of
    all letters that have them.
    """
    by_name = answered(each.front for each in catalogue.lessons())
    wanted = search.text.strip() if search else ""
    if search is None:
        return _overview(by_name)
    if wanted in entries():
        return _entry(entries()[wanted], by_name)
    named = [letter for letter in letters() if letter.id == wanted]
    if named:
        return _letter(named[0], by_name)
    rows = tuple(
        (entry.name, entry.text, " ".join(by_name[entry.name]) or "-")
        for entry in entries().values()
        if has_words(f"{entry.name} {entry.text}", wanted)
    )
    if not rows:
        meant = did_you_mean(wanted, [letter.id for letter in letters()])
        raise nothing_found(search, "letter", "`letters` lists them", meant=meant)
    return Table("letters", ("entry", "what", "lesson"), rows)


def _letter(letter: Letter, by_name: dict[str, tuple[str, ...]]) -> Table:
    rows = tuple(
        (entry.line, entry.id, entry.text, " ".join(by_name[entry.name]) or "-")
        for entry in letter.entries
    )
    note = f"{letter.author}, {letter.date}: {letter.title}; {letter.message}"
    return Table(letter.id, (letter.counted[:-1], "entry", "what", "lesson"), rows, note)


def _entry(entry: Entry, by_name: dict[str, tuple[str, ...]]) -> Told:
    """One entry of a letter: what it says, where, and the lessons for it."""
    (letter,) = (each for each in letters() if each.id == entry.letter)
    said = (
        ("letter", f"{letter.title}, {letter.date}, {letter.counted[:-1]} {entry.line}"),
        ("repeats", entry.repeats),
        ("patch", entry.patch and f"`patches {entry.patch}`"),
        ("lessons", ", ".join(f"`lesson {each}`" for each in by_name[entry.name])),
        ("message", letter.message),
    )
    told = tuple(f"{word}: {text}" for word, text in said if text)
    data = {"entry": entry.name, "lessons": list(by_name[entry.name])}
    return Told(entry.name, (entry.text, *told), data)


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
