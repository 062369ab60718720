"""Words that are looked for in what there is: in lessons, patches, letters and terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pintutor.lab.errors import CommandError, printable
from pintutor.lab.words import Word


@dataclass(frozen=True, slots=True)
class Sought:
    """A kind for words to look for, among them the names of what there is."""

    name: str
    note: str
    names: Callable[[], Mapping[str, str]]
    """Each name with half a line about it, for completion."""
    raw: bool = True

    def parse(self, word: Word, lab: object) -> Word:
        """The words, with their place in the line."""
        return word

    def complete(self, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
        """The names that begin with `prefix`."""
        for name, about in self.names().items():
            if name.startswith(prefix):
                yield name, about


def has_words(text: str, wanted: str) -> bool:
    """True when each word of `wanted` stands in `text`, in small letters or large."""
    folded = text.casefold()
    return all(word in folded for word in wanted.casefold().split())


def nothing_found(word: Word, what: str, hint: str, *, meant: str = "") -> CommandError:
    """The error for words that none of `what` has."""
    shown = printable(" ".join(word.text.split())[:40])
    return CommandError(
        f"no {what} has `{shown}`{meant}", word.span, code="nothing-found", hint=hint
    )
