"""The words of one line, given to the parameters of the command that they call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pintutor.lab.declaration import PLACES, Command, Parameter, Shape
from pintutor.lab.errors import CommandError, Span, did_you_mean, printable
from pintutor.lab.kinds import Completion, Continued, NewName, OneOf, Text, matching
from pintutor.lab.words import Word, key_of

_KEY = re.compile(r"[^\W\d][\w-]*=(?!=)")
"""How an unquoted word begins that is written for a key."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command with the values of its arguments, and where in the line each stands."""

    command: Command
    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    spans: Mapping[str, Span]
    """By the parameter's name in Python; only arguments that are in the line."""
    verb: Span
    """Where the command's own word stands."""
    end: int
    """Where the words of the line end [column]."""

    def run(self, lab: object) -> object:
        """Carry it out in `lab`; the result is the command's."""
        try:
            return self.command.function(lab, *self.args, **self.kwargs)
        except CommandError as error:
            if error.at is None and error.of:
                error.at = self._place(error)
            raise

    def _place(self, error: CommandError) -> Span:
        """Where the line says what is wrong; what it lacks would stand at its end."""
        lacks = error.code == "missing-argument"
        elsewhere = Span(self.end, self.end) if lacks else self.verb
        return next((self.spans[x] for x in error.of if x in self.spans), elsewhere)


class Arguments:
    """The words of one line, sorted by the parameters of one command."""

    def __init__(self, command: Command, line: str) -> None:
        self.command = command
        self.line = line
        self.taken: dict[str, list[Word]] = {}
        self.places = [one for one in command.parameters if one.shape in PLACES]
        self.awaiting: Parameter | None = None
        """The `as` whose word comes next."""
        self.options = {word: one for one in command.parameters for word in one.options}

    def option(self, word: Word) -> Parameter | None:
        """The keyword-only parameter that `word` is written for, if it is."""
        key = key_of(self.line, word)
        return self.options.get(key) or self.options.get(key.replace("_", "-"))

    def take(self, word: Word) -> None:
        """Give `word` to the parameter it is for; CommandError if there is none."""
        if self.awaiting:
            self._keep(self.awaiting, word)
            self.awaiting = None
        elif self._in_raw():
            self._keep(self.places[0], word)
        elif self._is_the_name(word):
            raise self._reserved(word)
        elif option := self.option(word):
            self._take_option(option, word)
        elif self._names_a_key(word):
            raise self._unknown_key(word)
        elif self.places:
            self._keep(self.places[0], word)
            if self.places[0].shape is Shape.PLACE:
                self.places.pop(0)
        else:
            raise self._unexpected(word)

    def _is_the_name(self, word: Word) -> bool:
        """Whether a word of the command stands where the name of what it makes would.

        `mmap r 2 r` names a range badly; it does not say `r` twice.
        """
        if self.taken or not self.places or key_of(self.line, word) not in self.options:
            return False
        named = self.places[0].required and isinstance(self.places[0].kind, NewName)
        return named and not key_of(self.line, word).endswith("=")

    def _reserved(self, word: Word) -> CommandError:
        return CommandError(
            f"`{word.text}` is a word of `{self.command.name}` and cannot be a name",
            word.span,
            code="bad-name",
            hint=f"try `{word.text}1`",
        )

    def _names_a_key(self, word: Word) -> bool:
        """Whether `word` is `key=value`, where it cannot be a text that looks like it."""
        if self.places and (self._raw() or isinstance(self.places[0].kind, Text)):
            return False
        return bool(_KEY.match(self.line, word.start, word.stop))

    def _raw(self) -> bool:
        return bool(self.places and self.places[0].shape is Shape.RAW)

    def _in_raw(self) -> bool:
        return self._raw() and self.places[0].name in self.taken

    def _take_option(self, option: Parameter, word: Word) -> None:
        value = self._value_word(option, word)
        if option.name in self.taken:
            before = self.taken[option.name][0].text
            clash = option.shape is Shape.CHOICE and before != value.text
            what = f"`{before}` and `{printable(value.text[:40])}` exclude each other"
            raise CommandError(
                what if clash else f"`{option.word}` is given twice",
                word.span,
                code="given-twice",
            )
        if option.shape is Shape.WORD:
            self.awaiting = option
        elif value.start < value.stop:
            self._keep(option, value)
        else:
            raise self._lacks(f"{option.word}=", option.takes, value.stop)

    def _value_word(self, option: Parameter, word: Word) -> Word:
        """The word, or what stands behind its key."""
        keyed = key_of(self.line, word).endswith("=")
        return word.after(len(option.word) + 1) if keyed else word

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

    def call(self, lab: object, verb: Span, end: int) -> Call:
        """The call with its values, or CommandError at the first word that has none.

        What is missing, at column `end`, is said only when every word there is right.
        """
        values = {
            one.name: self._value(one, self.taken[one.name], lab)
            for one in sorted(self.command.parameters, key=self._column)
            if one.name in self.taken
        }
        self.require(end)
        places: list[object] = []
        for one in self.command.parameters:
            if one.shape is Shape.REST:
                places.extend(values.pop(one.name, ()))
            elif one.shape in PLACES and one.name in values:
                places.append(values.pop(one.name))
        spans = {
            name: Span(words[0].start, words[-1].stop) for name, words in self.taken.items()
        }
        return Call(self.command, tuple(places), values, spans, verb, end)

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
        if self._in_raw():
            return self._in_place(current, lab)
        option = self.option(current)
        if option and key_of(self.line, current).endswith("="):
            return _from_kind(option, self._value_word(option, current), lab)

        found = self._in_place(current, lab)
        for text, one in self.options.items():
            if one.name not in self.taken and one.offers(text):
                note = _about(one, text)
                found += matching(current, [(text, note)], one.shape.name.lower())
        return found

    def awaited(self, current: Word) -> Parameter | None:
        """The parameter that `current`, the word at the cursor, would be for."""
        option = self.option(current)
        keyed = option is not None and key_of(self.line, current).endswith("=")
        place = self.places[0] if self.places else None
        return self.awaiting or (option if keyed else place)

    def _in_place(self, current: Word, lab: object) -> list[Completion]:
        if not self.places:
            return []
        place = self.places[0]
        if not isinstance(place.kind, Continued):
            return _from_kind(place, current, lab)
        start = self.taken.get(place.name, [current])[0].start
        rest = Word(self.line[start:], start, len(self.line))
        return place.kind.continuations(rest, lab)

    def _unknown_key(self, word: Word) -> CommandError:
        key = key_of(self.line, word)
        meant = did_you_mean(key, self.options) or did_you_mean(key[:-1], self.options)
        return CommandError(
            f"`{self.command.name}` takes no `{printable(key[:40])}`{meant}",
            Span(word.start, word.start + len(key) - 1),
            code="unknown-key",
            hint=self.command.usage,
        )

    def _unexpected(self, word: Word) -> CommandError:
        return CommandError(
            f"`{printable(word.text[:40])}` is not expected here"
            + did_you_mean(word.text, self.options),
            word.span,
            code="unexpected-word",
            hint=self.command.usage,
        )


def _about(parameter: Parameter, text: str) -> str:
    """What is said of a word of an option: what it means itself, else the option."""
    kind = parameter.kind
    about = kind.about.get(text, "") if isinstance(kind, OneOf) else ""
    return about or parameter.note


def _from_kind(parameter: Parameter, current: Word, lab: object) -> list[Completion]:
    found = parameter.kind.complete(current.text, lab) if parameter.kind else ()
    return [Completion(text, current.start, meta, "value") for text, meta in found]
