"""What the words of an answer may become: it depends on what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pintutor.content.answers import yes_or_no
from pintutor.content.scenario import VERDICTS
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.lab.kinds import Completion, matching
from pintutor.lab.lab import Lab
from pintutor.lab.words import Word
from pintutor.linux.include.uapi import errno

_LAST = re.compile(r"\S*\Z")
ERRORS = tuple(f"-{name}" for name in vars(errno) if name.startswith("E"))


@dataclass(frozen=True, slots=True)
class AnswerKind:
    """An answer, as the rest of the line."""

    name: str = "TEXT"
    note: str = "a value, or a choice by number"
    raw: bool = True

    def parse(self, word: Word, lab: object) -> Word:
        """The answer as it is written: what is asked says what it means."""
        return word

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """What `prefix`, the last word of an answer, may become."""
        step = lab.session.step if isinstance(lab.session, Session) else None
        if lab.asked is not None or step is None:
            return ()
        if step.exercise is not None:
            return step.exercise.complete(prefix, lab)
        return (each for each in _offered(step, prefix, lab) if each[0].startswith(prefix))

    def continuations(self, word: Word, lab: Any) -> list[Completion]:
        """What the last word of the answer may become."""
        found = _LAST.search(word.text)
        last = found.group() if found else ""
        at = Word(last, word.stop - len(last), word.stop)
        return matching(at, self.complete(last, lab), "value")


def _offered(step: Step, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
    """The choices of a question, or words that are values; errors behind a minus sign."""
    if step.kind == "quiz":
        for number, choice in enumerate(step.choices, 1):
            yield str(number), choice.text
    elif "verdict" in step.expr:
        yield from ((verdict, "") for verdict in VERDICTS)
    elif step.kind == "predict" and prefix.startswith("-"):
        yield from ((word, "") for word in ERRORS)
    elif step.kind == "predict" and yes_or_no(lab, step.expr):
        yield from (("yes", ""), ("no", ""))


ANSWER = AnswerKind()
