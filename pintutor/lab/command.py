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
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from pintutor.lab.errors import CommandError, Span, did_you_mean, printable
from pintutor.lab.kinds import Kind, Parameter, Shape, parameters_of, typed
from pintutor.lab.words import MAX_LINE, Word, split, split_prefixes, tokens

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

    @property
    def usage(self) -> str:
        """The command in one line: `pin WHERE [write] [fast|slow] [nr=INT] [as NAME]`."""
        return " ".join([self.name, *(one.usage for one in self.parameters)])

    @property
    def summary(self) -> str:
        """What it does, in one line."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def body(self) -> str:
        """The rest of its help."""
        return (inspect.getdoc(self.function) or "").partition("\n")[2].strip()


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
            parameters = parameters_of(function)
            one = Command(
                name, topic, function, parameters, kernel, examples, see, aliases, mutates
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

        bare = [word for one in command.parameters for word in one.bare_words]
        if len(bare) != len(set(bare)):
            raise TypeError(f"command `{command.name}` gives one bare word two meanings")
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
        raise CommandError(
            f"no such command{meant}" if meant else "no such command",
            word.span,
            code="unknown-command",
            hint="a prefix ends in a colon and has a command after it" if prefix else "",
        )

    def parse(self, lab: object, words: tuple[Word, ...], line: str) -> Call:
        """The command that `words` of `line` call, with values; CommandError at a word."""
        if not words:
            raise CommandError("the line is empty", None, code="unknown-command")

        arguments = _Arguments(self.find(words[0]), words, line)
        for _ in arguments:
            pass
        arguments.require()
        return arguments.call(lab)

    def complete(self, lab: object, line: str, cursor: int) -> list[Completion]:
        """What could stand at `cursor`; the line need not be right before it."""
        text = line[: max(0, cursor)]
        words = list(split(text, tolerant=True))
        end = words[-1].stop if words else 0
        if len(text) > MAX_LINE or text[end:].strip():
            return []

        if end < len(text) or not words:
            words.append(Word("", len(text), len(text)))
        *before, current = split_prefixes(tuple(words)).words
        if not before:
            named = [(one.name, one.summary) for one in self.commands.values()]
            return _matching(current, named, "command")
        command = self.get(before[0].text)
        return _Arguments(command, text).complete(before[1:], current, lab) if command else []

    def classify(
        self, line: str, *, names: Collection[str] | None = None
    ) -> list[tuple[int, int, str]]:
        """(start, stop, role) of the parts of a line, in order; it never raises.

        Roles are command, keyword, name, number, string, flag, operator, comment, error.
        With `names`, only those are marked as names.
        """
        words = split(line, tolerant=True)
        rest = split_prefixes(words).words
        before = words[: len(words) - len(rest)]
        marks = [(word.start, word.stop, "keyword") for word in before]
        for index, word in enumerate(rest):
            marks += self._marks(line, word, rest[0], names) if index else self._verb(rest)

        end = words[-1].stop if words else 0
        tail = line[end:MAX_LINE]
        if tail.strip().startswith("#"):
            marks.append((end + tail.index("#"), end + len(tail), "comment"))
        return _with_error(marks, line)

    def _verb(self, words: tuple[Word, ...]) -> list[tuple[int, int, str]]:
        word = words[0]
        typing = len(words) == 1 and any(one.startswith(word.text) for one in self.commands)
        known = typing or (self.get(word.text) and not word.quoted)
        return [(word.start, word.stop, "command" if known else "error")]

    def _marks(
        self, line: str, word: Word, verb: Word, names: Collection[str] | None
    ) -> list[tuple[int, int, str]]:
        command = self.get(verb.text)
        option = _Arguments(command, line).option(word) if command else None
        start = word.start
        marks = []
        if option:
            role = "keyword" if option.shape in (Shape.WORD, Shape.KEY) else "flag"
            key = len(option.word) if option.shape is Shape.KEY else word.stop - start
            marks.append((start, start + key, role))
            start += key

        for found in tokens(line, start, word.stop):
            if found[2] != "name" or names is None or line[found[0] : found[1]] in names:
                marks.append(found)
        return marks


class _Arguments:
    """The words of one line, sorted by the parameters of one command."""

    def __init__(self, command: Command, line: str) -> None:
        self.command = command
        self.line = line
        self.taken: dict[str, list[Word]] = {}
        self.places = [one for one in command.parameters if one.shape in _PLACES]
        self.awaiting: Parameter | None = None
        """The `as` whose word comes next."""
        self.options = {
            word.replace("_", "-"): one for one in command.parameters for word in one.options
        }

    def option(self, word: Word) -> Parameter | None:
        """The keyword-only parameter that `word` is written for, if it is."""
        head, equals, _ = self.line[word.start : word.stop].partition("=")
        return self.options.get(head.replace("_", "-") + equals)

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
            same = option.shape is not Shape.CHOICE or before == word.text
            shown = f"`{word.text}` "
            raise CommandError(
                f"`{option.word}` is given twice" if same else f"`{word.text}` or `{before}`, not both",
                word.span,
                code="given-twice",
            )
        if option.shape is Shape.WORD:
            self.awaiting = option
        elif option.shape is Shape.KEY:
            self._keep(option, word.after(len(option.word) + 1))
        else:
            self._keep(option, word)
