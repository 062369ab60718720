"""The command for all that is kept: how far one is, and to reset, export, import it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pintutor.content import catalogue
from pintutor.content.learner import progress_changes
from pintutor.content.learner.progress import Store
from pintutor.content.learner.progress_changes import Change
from pintutor.content.learner.report import report
from pintutor.content.session import TOPIC, Session
from pintutor.content.standing import mistakes, summary
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.kinds import OneOf
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told
from pintutor.lab.words import Word

ACTION = OneOf("mistakes", "reset", "forget", "export", "import", "report")


class WhatKind:
    """A lesson, `all` or a file, whichever the action takes."""

    name = "LESSON|FILE"
    note = "a lesson by name or number, `all`, or a file"
    raw = False

    def parse(self, word: Word, lab: object) -> Word:
        """The word, with its place in the line."""
        return word

    def complete(self, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
        """`all`, and the lessons."""
        known = {one.front.id: one.front.title for one in catalogue.lessons()}
        for name, about in {"all": "every lesson", **known}.items():
            if name.startswith(prefix):
                yield name, about


WHAT = WhatKind()


@command(
    TOPIC,
    mutates=False,
    examples=(
        "progress",
        "progress mistakes",
        "progress reset zero-page",
        "progress export mine.jsonl",
        "progress report learned.md",
    ),
    see=("lessons", "review", "resume"),
)
def progress(
    lab: Lab,
    action: Annotated[str, ACTION] = "",
    what: Annotated[Word | None, WHAT] = None,
    *,
    yes: bool = False,
) -> Table | Told:
    """Say how far you are; list what went wrong; reset, forget, export, import, report.

    `reset` lets a lesson begin anew, and keeps what went wrong in it for `review`;
    `forget` keeps nothing of it. `import` puts an exported file and what is kept here
    together. These three say what they would change, and with `yes` they do it. `report`
    tells in Markdown what was learned, or writes that into a file.
    """
    store = Store()
    if not action:
        return _noted(summary(store.load()), store)
    if action == "mistakes":
        _refuse(what)
        return _noted(mistakes(store.load()), store)
    if action == "report" and what is None:
        return Told("report", tuple(report(store.load())))
    if what is None:
        raise _lacking(action)
    change = progress_changes.change(store, action, what)
    if change.asks and not yes:
        said = f"`progress {action} {what.text} yes` does it"
        return Told(change.title, (*change.lines, said), change.data)
    notes = change.carry_out()
    return Told(change.done, (*notes, *_left(lab, change)), change.data)


def _noted(table: Table, store: Store) -> Table:
    return table._replace(note="; ".join((table.note, *store.tell())))


def _refuse(what: Word | None) -> None:
    if what is not None:
        hint = "`progress mistakes` lists all of them"
        said = f"`{printable(what.text[:40])}` is not expected here"
        raise CommandError(said, what.span, code="unexpected-word", hint=hint)


def _lacking(action: str) -> CommandError:
    wanted = "a lesson, or `all`" if action in progress_changes.LOSING else "a file"
    return CommandError(
        f"`progress {action}` needs {wanted}",
        None,
        code="missing-word",
        hint="`help progress` shows how it is written",
    )


def _left(lab: Lab, change: Change) -> tuple[str, ...]:
    """Leave the lesson under way, if what was done of it is gone."""
    session = lab.session
    if not isinstance(session, Session) or session.lesson.id not in change.lost:
        return ()
    lab.session = None
    return ("no lesson is under way now; the machine stays as it is",)
