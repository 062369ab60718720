"""Commands: each declared once, as a function, and read, completed and explained from it.

    @command("pins", kernel="mm/gup.c: pin_user_pages_fast()", see=("unpin",))
    def pin(lab: Lab, where: Annotated[Region, REGION], *, write: bool = False) -> Gup:
        \"""Take a FOLL_PIN on every page of a region.\"""

After the lab, positional parameters are words in their order, `*words` are all that
remain, and a raw Kind takes the rest of the line. Keyword-only ones stand anywhere: a
bool is a bare word, OneOf any of its choices, `as_` is `as NAME`, others are `key=value`.
A quoted word is never a flag or a key. A string in Annotated is that parameter's note.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from pintutor.lab import words as lines
from pintutor.lab.errors import CommandError, Span, did_you_mean, printable
from pintutor.lab.kinds import Parameter, Shape, parameters_of, typed
from pintutor.lab.words import MAX_LINE, Mark, Word, split, split_prefixes

F = TypeVar("F", bound=Callable[..., object])
_PLACES = (Shape.PLACE, Shape.REST, Shape.RAW)


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it was declared."""

    name: str
    topic: str
    function: Callable[..., object]
    parameters: tuple[Parameter, ...]
    kernel: str
    """Where the kernel does this: `mm/gup.c: pin_user_pages_fast()`."""
    examples: tuple[str, ...]
    see: tuple[str, ...]
    aliases: tuple[str, ...]
    mutates: bool
    """Whether it changes the machine, rather than looks at it or moves in time."""
    summary: str
    """What it does, in one line."""
    body: str
    """The rest of its help."""

    @property
    def usage(self) -> str:
        """The command in one line: `pin WHERE [write] [fast|slow] [nr=INT] [as NAME]`."""
        return " ".join([self.name, *(one.usage for one in self.parameters)])


@dataclass(frozen=True, slots=True)
class Call:
    """A command with the values of its arguments, and where in the line each stands."""

    command: Command
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    spans: Mapping[str, Span]
    """By the parameter's name in Python; only arguments that are in the line."""

    def run(self, lab: object) -> object:
        """Carry it out in `lab`; the result is the command's."""
        return self.command.function(lab, *self.args, **self.kwargs)


class Completion(NamedTuple):
    """A text that may replace the line from `start` up to the cursor."""

    text: str
    start: int
    meta: str
    kind: str
    """command, flag, choice, word (`as`), key (`nr=`) or value."""


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
    ) -> Callable[[F], F]:
        """Declare the decorated function a command; TypeError if it cannot be one."""

        def declare(function: F) -> F:
            name = typed(function.__name__)
            summary, _, body = (inspect.getdoc(function) or "").partition("\n")
            one = Command(
                name,
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
            )
            self._check(one)
            self.commands[name] = one
            self._aliases.update(dict.fromkeys(aliases, one))
            return function

        return declare

    def _check(self, command: Command) -> None:
        for name in (command.name, *command.aliases):
            if self.get(name):
                raise TypeError(f"command `{name}` is declared twice")
        if not command.summary:
            raise TypeError(f"command `{command.name}` has no docstring, which is its help")

        options = [word for one in command.parameters for word in one.options]
        if len(options) != len(set(options)):
            raise TypeError(f"command `{command.name}` gives one word two meanings")
        places = [one.shape for one in command.parameters if one.shape in _PLACES]
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
        hint = "a prefix ends in a colon and has a command after it" if prefix else ""
        message = "no such command" + ("" if prefix else meant)
        raise CommandError(message, word.span, code="unknown-command", hint=hint)

    def parse(self, lab: object, words: tuple[Word, ...], line: str) -> Call:
        """The command that `words` of `line` call, with values; CommandError at a word."""
        if not words:
            raise CommandError("the line is empty", None, code="unknown-command")

        arguments = _Arguments(self.find(words[0]), line)
        for word in words[1:]:
            arguments.take(word)
        arguments.require(words[-1].stop)
        return arguments.call(lab)

    def complete(self, lab: object, line: str, cursor: int) -> list[Completion]:
        """What could stand at `cursor`; the line need not be right before it."""
        text = line[: max(0, cursor)]
        words = list(split(text, tolerant=True))
        end = words[-1].stop if words else 0
        if len(text) > MAX_LINE or text[end:].strip():  # too long, or in a comment
            return []

        if end < len(text) or not words:
            words.append(Word("", len(text), len(text)))
        *before, current = split_prefixes(tuple(words)).words
        if not before:
            named = [(one.name, one.summary) for one in self.commands.values()]
            return _matching(current, named, "command")
        command = self.get(before[0].text)
        if command is None:
            return []
        arguments = _Arguments(command, text)
        for word in before[1:]:
            with suppress(CommandError):
                arguments.take(word)
        return arguments.complete(current, lab)

    def classify(self, line: str, *, names: Collection[str] | None = None) -> list[Mark]:
        """(start, stop, role) of the parts of any line, in order; see `words.classify`."""

        def options(verb: str) -> dict[str, str] | None:
            command = self.get(verb)
            if command is None:
                return None
            return {
                word: "keyword" if one.shape in (Shape.WORD, Shape.KEY) else "flag"
                for one in command.parameters
                for word in one.options
            }

        return lines.classify(line, options=options, names=names)


class _Arguments:
    """The words of one line, sorted by the parameters of one command."""

    def __init__(self, command: Command, line: str) -> None:
        self.command = command
        self.line = line
        self.taken: dict[str, list[Word]] = {}
        self.places = [one for one in command.parameters if one.shape in _PLACES]
        self.awaiting: Parameter | None = None
        """The `as` whose word comes next."""
        self.options = {word: one for one in command.parameters for word in one.options}

    def option(self, word: Word) -> Parameter | None:
        """The keyword-only parameter that `word` is written for, if it is."""
        key = lines.key_of(self.line, word)
        return self.options.get(key) or self.options.get(key.replace("_", "-"))

    def take(self, word: Word) -> None:
        """Give `word` to the parameter it is for; CommandError if there is none."""
        if self.awaiting:
            self._keep(self.awaiting, word)
            self.awaiting = None
        elif self._in_raw():
            self._keep(self.places[0], word)
        elif option := self.option(word):
            self._take_option(option, word)
        elif self.places:
            self._keep(self.places[0], word)
            if self.places[0].shape is Shape.PLACE:
                self.places.pop(0)
        else:
            raise self._unexpected(word)

    def _in_raw(self) -> bool:
        return bool(
            self.places
            and self.places[0].shape is Shape.RAW
            and self.places[0].name in self.taken
        )

    def _take_option(self, option: Parameter, word: Word) -> None:
        if option.name in self.taken:
            before = self.taken[option.name][0].text
            clash = option.shape is Shape.CHOICE and before != word.text
            what = f"`{before}` and `{word.text}` exclude each other"
            raise CommandError(
                what if clash else f"`{option.word}` is given twice",
                word.span,
                code="given-twice",
            )
        if option.shape is Shape.WORD:
            self.awaiting = option
        elif option.shape is Shape.KEY:
            self._keep(option, self._value_word(option, word))
        else:
            self._keep(option, word)

    def _value_word(self, option: Parameter, word: Word) -> Word:
        value = word.after(len(option.word) + 1)
        if value.start < value.stop:
            return value
        raise self._lacks(f"{option.word}=", option.takes, value.stop)

    def _keep(self, parameter: Parameter, word: Word) -> None:
        self.taken.setdefault(parameter.name, []).append(word)

    def require(self, end: int) -> None:
        """CommandError at column `end` when the command needs more than it was given."""
        for one in self.command.parameters:
            if one.required and one.name not in self.taken:
                raise self._lacks(self.command.name, one.usage, end)
        if self.awaiting:
            raise self._lacks(self.awaiting.word, self.awaiting.takes, end)

    def _lacks(self, what: str, needs: str, end: int) -> CommandError:
        return CommandError(
            f"`{what}` needs {needs} here",
            Span(end, end),
            code="missing-argument",
            hint=self.command.usage,
        )

    def call(self, lab: object) -> Call:
        """The call with its values, or CommandError at the first word that has none."""
        values = {
            one.name: self._value(one, self.taken[one.name], lab)
            for one in sorted(self.command.parameters, key=self._column)
            if one.name in self.taken
        }
        places: list[object] = []
        for one in self.command.parameters:
            if one.shape is Shape.REST:
                places.extend(values.pop(one.name, ()))
            elif one.shape in _PLACES and one.name in values:
                places.append(values.pop(one.name))
        spans = {
            name: Span(words[0].start, words[-1].stop) for name, words in self.taken.items()
        }
        return Call(self.command, tuple(places), values, spans)

    def _column(self, parameter: Parameter) -> int:
        words = self.taken.get(parameter.name)
        return words[0].start if words else len(self.line)

    def _value(self, parameter: Parameter, words: list[Word], lab: object) -> Any:
        kind = parameter.kind
        if kind is None:
            return True
        if parameter.shape is Shape.REST:
            return tuple(kind.parse(word, lab) for word in words)
        if parameter.shape is Shape.RAW:
            start, stop = words[0].start, words[-1].stop
            return kind.parse(Word(self.line[start:stop], start, stop), lab)
        return kind.parse(words[0], lab)

    def complete(self, current: Word, lab: object) -> list[Completion]:
        """What `current`, the word at the cursor, may become."""
        if self.awaiting:
            return _from_kind(self.awaiting, current, lab)
        option = None if self._in_raw() else self.option(current)
        if option and option.shape is Shape.KEY:
            return _from_kind(option, current.after(len(option.word) + 1), lab)

        found = _from_kind(self.places[0], current, lab) if self.places else []
        for text, one in self.options.items():
            if one.name not in self.taken and not self._in_raw():
                found += _matching(current, [(text, one.note)], one.shape.name.lower())
        return found

    def _unexpected(self, word: Word) -> CommandError:
        head, equals, _ = word.text.partition("=")
        meant = did_you_mean(head + equals, self.options)
        return CommandError(
            f"`{printable(word.text[:40])}` is not expected here{meant}",
            word.span,
            code="unexpected-word",
            hint=self.command.usage,
        )


def _from_kind(parameter: Parameter, current: Word, lab: object) -> list[Completion]:
    found = parameter.kind.complete(current.text, lab) if parameter.kind else ()
    return [Completion(text, current.start, meta, "value") for text, meta in found]


def _matching(
    current: Word, found: Iterable[tuple[str, str]], kind: str
) -> list[Completion]:
    return [
        Completion(text, current.start, meta, kind)
        for text, meta in found
        if text.startswith(current.text)
    ]
