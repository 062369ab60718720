"""Commands: each declared once, as a function, and read, completed and explained from it.

    @command("pins", kernel="mm/gup.c: pin_user_pages_fast()", see=("unpin",))
    def pin(lab: Lab, where: Annotated[Region, REGION], *, write: bool = False) -> Gup:
        \"""Take a FOLL_PIN on every page of a region.\"""

How a signature is read is said in `declaration.py`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TypeVar

from pintutor.lab import words as lines
from pintutor.lab.arguments import Arguments, Call
from pintutor.lab.declaration import (
    PLACES,
    Command,
    Parameter,
    Shape,
    parameters_of,
    typed,
)
from pintutor.lab.errors import CommandError, did_you_mean
from pintutor.lab.kinds import Completion, matching
from pintutor.lab.words import MAX_LINE, Mark, Word, split, split_prefixes

__all__ = ["Call", "Command", "Completion", "Registry"]

F = TypeVar("F", bound=Callable[..., object])


class Registry:
    """The commands that a lab knows."""

    def __init__(self) -> None:
        self.commands: dict[str, Command] = {}
        self._aliases: dict[str, Command] = {}

    def command(
        self,
        topic: str,
        *,
        kernel: str = "",
        examples: tuple[str, ...] = (),
        see: tuple[str, ...] = (),
        aliases: tuple[str, ...] = (),
        mutates: bool = True,
        long: bool = False,
    ) -> Callable[[F], F]:
        """Declare the decorated function a command; TypeError if it cannot be one."""

        def declare(function: F) -> F:
            summary, _, body = (inspect.getdoc(function) or "").partition("\n")
            one = Command(
                typed(function.__name__),
                topic,
                function,
                parameters_of(function),
                kernel,
                examples,
                see,
                aliases,
                mutates,
                summary,
                body.strip(),
                long,
            )
            self._add(one)
            return function

        return declare

    def _add(self, command: Command) -> None:
        self._check(command)
        self.commands[command.name] = command
        self._aliases.update(dict.fromkeys(command.aliases, command))

    def _check(self, command: Command) -> None:
        for name in (command.name, *command.aliases):
            if self.get(name):
                raise TypeError(f"command `{name}` is declared twice")
        if not command.summary:
            raise TypeError(f"command `{command.name}` has no docstring, which is its help")

        options = [word for one in command.parameters for word in one.options]
        if len(options) != len(set(options)):
            raise TypeError(f"command `{command.name}` gives one word two meanings")
        places = [one.shape for one in command.parameters if one.shape in PLACES]
        if any(shape is not Shape.PLACE for shape in places[:-1]):
            raise TypeError(
                f"command `{command.name}` has words after the rest of the line"
            )

    def topics(self) -> dict[str, list[Command]]:
        """The commands of each topic, in the order of their declaration."""
        found: dict[str, list[Command]] = {}
        for one in self.commands.values():
            found.setdefault(one.topic, []).append(one)
        return found

    def get(self, name: str) -> Command | None:
        """The command of that name or alias, or None."""
        return self.commands.get(name.replace("_", "-")) or self._aliases.get(name)

    def find(self, word: Word) -> Command:
        """The command that `word` names, or CommandError at the word."""
        found = None if word.quoted else self.get(word.text)
        if found:
            return found

        prefix = word.text == "on" or word.text.endswith(":")
        meant = did_you_mean(word.text, [*self.commands, *self._aliases])
        hint = "" if meant else "`help` lists the commands"
        if prefix:
            hint = "a prefix ends in a colon and has a command after it"
        message = "no such command" + ("" if prefix else meant)
        raise CommandError(message, word.span, code="unknown-command", hint=hint)

    def parse(self, lab: object, words: tuple[Word, ...], line: str) -> Call:
        """The command that `words` of `line` call, with values; CommandError at a word."""
        if not words:
            raise CommandError("the line is empty", None, code="unknown-command")

        arguments = Arguments(self.find(words[0]), line)
        for word in words[1:]:
            arguments.take(word)
        return arguments.call(lab, words[0].span, words[-1].stop)

    def complete(self, lab: object, line: str, cursor: int) -> list[Completion]:
        """What could stand at `cursor`; the line need not be right before it."""
        command, before, current = self._at(line, cursor)
        if current is None:
            return []
        if not before:
            named = [(one.name, one.summary) for one in self.commands.values()]
            return matching(current, named, "command")
        if command is None:
            return []
        return _taken(command, line[:cursor], before).complete(current, lab)

    def awaited(self, line: str, cursor: int) -> Parameter | None:
        """What the word at `cursor` would be an argument for, if the line takes one."""
        command, before, current = self._at(line, cursor)
        if command is None or current is None:
            return None
        return _taken(command, line[:cursor], before).awaited(current)

    def _at(self, line: str, cursor: int) -> tuple[Command | None, list[Word], Word | None]:
        """The command, the words before `cursor` and the one at it; None in a comment."""
        text = line[: max(0, cursor)]
        words = list(split(text, tolerant=True))
        end = words[-1].stop if words else 0
        if len(text) > MAX_LINE or text[end:].strip():  # too long, or in a comment
            return None, [], None

        if end < len(text) or not words:
            words.append(Word("", len(text), len(text)))
        *before, current = split_prefixes(tuple(words)).words
        return self.get(before[0].text) if before else None, before, current

    def classify(self, line: str, *, names: Collection[str] | None = None) -> list[Mark]:
        """(start, stop, role) of the parts of any line, in order; see `words.classify`."""

        def options(verb: str) -> dict[str, str] | None:
            command = self.get(verb)
            if command is None:
                return None
            return {
                word: "keyword" if one.shape is Shape.WORD or "=" in word else "flag"
                for one in command.parameters
                for word in one.options
            }

        return lines.classify(line, options=options, names=names)


def _taken(command: Command, text: str, before: list[Word]) -> Arguments:
    """The words before the cursor, as far as the command can take them."""
    arguments = Arguments(command, text)
    for word in before[1:]:
        with suppress(CommandError):
            arguments.take(word)
    return arguments
