"""What resetting, forgetting, exporting, importing and reporting would do, and doing it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pintutor.content import catalogue
from pintutor.content.course_map import how_far
from pintutor.content.learner.journal import Unreadable, replace
from pintutor.content.learner.progress import Store, read_file
from pintutor.content.learner.record import Record, merged
from pintutor.content.learner.report import report
from pintutor.content.standing import Kept
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.words import Word

LOSING = ("reset", "forget")
"""Actions that take something away; the others take a file."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that can be done to what is kept, or with it."""

    title: str
    """What it would do."""
    lines: tuple[str, ...]
    """To what, each in a line."""
    done: str
    """What to say when it is done."""
    carry_out: Callable[[], tuple[str, ...]]
    """Do it; returns what went wrong, and what to say besides (CommandError)."""
    asks: bool
    """True when it takes effect only on demand."""
    lost: tuple[str, ...] = ()
    """The lessons of which something is lost."""
    data: Mapping[str, Any] = field(default_factory=dict)


def change(store: Store, action: str, what: Word) -> Change:
    """What an action with a lesson or a file would do (CommandError)."""
    if action in LOSING:
        return _losing(store, action, what)
    path = Path(what.text.strip("\"'")).expanduser()
    if action == "import":
        return _importing(store, path, what)
    if action == "export":
        return _writing(path, what, "progress", lambda: store.export(path))
    text = "\n".join(report(store.load())) + "\n"
    raw = text.encode("utf-8", "backslashreplace")
    return _writing(path, what, "the report", lambda: replace(path, raw))


def _losing(store: Store, action: str, what: Word) -> Change:
    kept = store.load()
    told = {name: _told(kept[name], action) for name in _lessons(kept, what)}
    names = tuple(name for name in told if told[name])
    if not names:
        return Change("", (), "nothing is kept of it", lambda: (), asks=False)
    lose = store.reset if action == "reset" else store.forget
    return Change(
        "this would be lost",
        tuple(f"{name}: {told[name]}" for name in names),
        f"{action}: {', '.join(names)}",
        lambda: lose(names),
        asks=True,
        lost=names,
        data={"action": action, "lessons": list(names)},
    )


def _lessons(kept: Kept, what: Word) -> tuple[str, ...]:
    """The lessons of which something is kept, among those that are meant."""
    if what.text == "all":
        return tuple(kept)
    numbers = {one.number: one.front.id for one in catalogue.lessons()}
    name = numbers.get(what.text, what.text)
    if name in kept:
        return (name,)
    if name in numbers.values():
        return ()
    raise CommandError(
        f"no lesson is called `{printable(what.text[:40])}`"
        + did_you_mean(what.text, [*numbers.values(), *kept, "all"]),
        what.span,
        code="unknown-lesson",
        hint="`progress` and `lessons` list them; `all` means every lesson",
    )


def _told(record: Record, action: str) -> str:
    """What there is of a lesson, in a few words."""
    parts = [
        how_far(record),
        _counted(len(record.done), "step"),
        _counted(len(record.answers), "answer"),
        _counted(len(record.lines), "command"),
    ]
    if action == "forget":
        parts.append(_counted(len(record.mistakes), "mistake"))
    return ", ".join(part for part in parts if part)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""


def _importing(store: Store, path: Path, what: Word) -> Change:
    try:
        theirs = read_file(path)
    except (OSError, Unreadable) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _failed("read", what, reason or "") from None
    mine = store.load()
    news = {name: _both(mine.get(name), record) for name, record in theirs.items()}
    news = {name: record for name, record in news.items() if record != mine.get(name)}
    lines = tuple(_compared(name, mine.get(name), news[name]) for name in news)
    if not news:
        said = "it says nothing that is not kept here already"
        return Change("", (), said, lambda: (), asks=False)
    return Change(
        "this would change",
        lines,
        f"imported: {', '.join(news)}",
        lambda: store.save_all(news),
        asks=True,
        data={"action": "import", "lessons": list(news)},
    )


def _both(mine: Record | None, theirs: Record) -> Record:
    """What both say; one stands where one was further."""
    if mine is None:
        return theirs
    # How often it was begun anew elsewhere says nothing here.
    other = dataclasses.replace(theirs, take=mine.take)
    return merged(*sorted((other, mine), key=_reach))


def _reach(record: Record) -> tuple[int, ...]:
    return (len(record.done), len(record.lines), record.part)


def _compared(name: str, mine: Record | None, now: Record) -> str:
    before = _told(mine, "forget") if mine else ""
    return f"{name}: {before or 'nothing'} → {_told(now, 'forget')}"


def _writing(path: Path, what: Word, thing: str, write: Callable[[], None]) -> Change:
    """Write a file; one that is there already is overwritten on demand only."""
    there = path.exists()

    def carry_out() -> tuple[str, ...]:
        try:
            write()
        except OSError as error:
            raise _failed("written", what, error.strerror or "") from None
        return ()

    name = printable(str(path))
    return Change(
        f"{name} would be overwritten",
        (),
        f"{thing} is written to {name}",
        carry_out,
        asks=there,
        data={"file": str(path)},
    )


def _failed(what: str, word: Word, reason: str) -> CommandError:
    name = printable(word.text[:60])
    return CommandError(f"{name} cannot be {what}: {reason}", word.span, code="bad-file")
