"""What all exercises have in common that are answered by `answer`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pintutor.content.situation import Situation
from pintutor.lab.lab import Lab
from pintutor.lab.words import Word

BOOKS = "audit.clean"
"""What must hold besides, unless the checks speak of the books themselves."""


def with_books(checks: tuple[str, ...]) -> tuple[str, ...]:
    """The checks, with one of the books if none is: no goal is reached by a leak."""
    return checks if any("audit" in each for each in checks) else (*checks, BOOKS)


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer comes to."""

    right: bool
    text: str
    """The answer as it is kept, so that it can be given again."""
    said: tuple[str, ...] = ()
    """What it comes to, in words."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The same as data."""
    situation: Situation | None = None
    """The machine that it brought about, which conditions of hints are asked of."""


class Exercise(Protocol):
    """Something that is asked, and judged by running it: typed text is not compared."""

    @property
    def usage(self) -> str:
        """How it is answered: `answer v6.4`."""

    def shown(self, lab: Lab, draft: str) -> str:
        """What stands below the question, as Markdown; `draft` is what is written yet."""

    def complete(self, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
        """What the last word of an answer may become, each with half a line about it."""

    def meant(self, lab: Lab, given: Word) -> Any:
        """What an answer stands for; two that mean one thing are equal (CommandError)."""

    def judged(self, lab: Lab, meant: Any) -> Judged:
        """What an answer comes to (CommandError when that cannot be found out)."""
