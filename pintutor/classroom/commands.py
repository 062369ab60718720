"""The commands that hand in what was done of a lesson, and follow a class's rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pintutor.classroom.class_reading import read_class
from pintutor.classroom.handing_in import (
    CannotHandIn,
    student_named,
    submission_of,
    write,
)
from pintutor.content.errors import ContentError
from pintutor.content.races.witness_commands import FILE_NAME
from pintutor.content.session import TOPIC
from pintutor.content.under_way import session_of
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.kinds import no_completions
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word


class StudentName:
    """The name of who hands in."""

    name = "STUDENT"
    note = "who hands it in; in quotes if it has spaces"
    raw = False

    def parse(self, word: Word, lab: Any) -> str:
        """The name (CommandError at the word when it can be none)."""
        try:
            return student_named(word.text)
        except CannotHandIn as error:
            raise CommandError(
                error.message, word.span, code="bad-name", hint=error.hint
            ) from None

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """Nothing: names are not known here."""
        return no_completions(self, prefix, lab)


STUDENT_NAME = StudentName()


@command(
    TOPIC,
    mutates=False,
    examples=("submit zero-page.submission as ada",),
    see=("lesson", "check"),
)
def submit(
    lab: Lab,
    file: Annotated[Word, FILE_NAME, "the file to write"],
    *,
    as_: Annotated[str, STUDENT_NAME] = "",
) -> Told:
    """Write what you did of the lesson into a file, to be handed in.

    It holds what you typed in all sittings, with what the lesson took no notice of left
    out. Your name is PINTUTOR_STUDENT of the environment, or the one that you log in
    with, if you do not say one.
    """
    session = session_of(lab)
    try:
        made = submission_of(session.lesson, session.typed.lines, student_named(as_))
        write(Path(file.text), made)
    except CannotHandIn as error:
        raise CommandError(
            error.message, file.span, code="not-handed-in", hint=error.hint
        ) from None
    count = len(made.lines)
    lines = f"{count} line" + ("" if count == 1 else "s")
    what = f"{printable(file.text)} holds {lines} of `{made.lesson}`, by {made.student}"
    return Told("", (what,), {"file": file.text, "lesson": made.lesson, "lines": count})


@command(
    TOPIC,
    mutates=False,
    examples=("class autumn.toml",),
    see=("rules", "lesson", "submit"),
)
def class_(lab: Lab, file: Annotated[Word, FILE_NAME, "the file of the class"]) -> Told:
    """Take lessons by the rules that a class file has under `[policy]`."""
    try:
        found = read_class(Path(file.text))
    except ContentError as error:
        raise CommandError(
            str(error), file.span, code="bad-class", hint=error.hint
        ) from None
    told = lab.execute(found.policy.line).result
    assert isinstance(told, Told), "it says which rules hold now"
    seed = f"`lesson NAME seed={found.seed} student=YOU` is your variant of a lesson"
    variant = (seed,) if found.seed is not None else ()
    return Told(found.name or "class", (*told.paragraphs, *variant), told.data)
