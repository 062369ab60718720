"""A line of the command language, cut into words that know their columns.

Words are cut as sh cuts them: white space separates, '…' takes everything as it is, "…"
takes everything but a backslash escape, a backslash elsewhere takes the next character,
pieces that touch are one word, and `#` where a word could begin starts a comment.

A line may begin with the kernels it is meant for and the task that runs it:

    on v6.1 <v6.4: child: write buf[0] "B"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from pintutor.lab.errors import CommandError, Span, printable

MAX_LINE = 4096
"""Longest line that is read at all [characters]."""

_SPACE = re.compile(r"\s*")
_PIECE = re.compile(
    r"""'(?P<single>[^']*)'
      | "(?P<double>(?:[^"\\]|\\.)*)"
      | \\(?P<escape>.)
      | (?P<bare>[^\s'"\\]+)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<string>'[^']*'|"(?:[^"\\]|\\.)*")
      | (?P<number>0[xX][0-9a-fA-F_]+|[0-9][0-9_]*[kKmMgG]?\b)
      | (?P<keyword>(?:and|or|not|in|is)\b)
      | (?P<name>[^\W\d]\w*(?:-[^\W\d]\w*)*)
      | (?P<operator>[][(){}<>=!:,.@+*/%&|^~-]+)""",
    re.VERBOSE | re.DOTALL,
)

Mark = tuple[int, int, str]
"""A part of a line and its role: command, keyword, name, number, string, flag, operator,
comment or error."""
Options = Mapping[str, str]
"""The bare words and the `key=` of a command, each flag or keyword."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what it says, where it stands in its line, and whether it was quoted."""

    text: str
    start: int
    stop: int
    quoted: bool = False
    """A quote or an escape occurs in it, so that it is never a flag or a keyword."""

    @property
    def span(self) -> Span:
        """The columns of the word, quotes included."""
        return Span(self.start, self.stop)

    def after(self, count: int) -> Word:
        """The word without its first `count` characters, which must be bare ones."""
        return Word(self.text[count:], self.start + count, self.stop, self.quoted)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its prefixes: for which kernels, by which task, and what to do."""

    kernels: tuple[Word, ...]
    task: Word | None
    words: tuple[Word, ...]


def split(line: str, *, tolerant: bool = False) -> tuple[Word, ...]:
    """The words of `line`, none for an empty one or a comment.

    Raises CommandError for a line that is too long, holds control characters or leaves
    a quote open; a tolerant caller gets the words that are there instead.
    """
    if not tolerant:
        _refuse(line)

    text = line[:MAX_LINE]
    words = []
    position = _skip_space(text, 0)
    while position < len(text) and text[position] != "#":
        word = _word(text, position, tolerant=tolerant)
        words.append(word)
        position = _skip_space(text, word.stop)
    return tuple(words)


def split_prefixes(words: tuple[Word, ...]) -> Line:
    """`words` taken apart into the prefixes `on KERNEL…:` and `TASK:` and the command.

    A word is a prefix only if a word follows it: `mmap:` alone is a command, misspelt.
    """
    kernels, rest = _split_kernels(words)
    if len(rest) > 1 and _ends_prefix(rest[0]):
        return Line(kernels, _without_colon(rest[0]), rest[1:])
    return Line(kernels, None, rest)


def key_of(line: str, word: Word) -> str:
    """The `key=` that `word` begins with, or all of it, as it is written in `line`."""
    head, equals, _ = line[word.start : word.stop].partition("=")
    return head + equals


def classify(
    line: str, *, options: Callable[[str], Options | None], names: Collection[str] | None
) -> list[Mark]:
    """The parts of `line` that have a role, in order, whatever the line is.

    `options` answers what a command takes, None for no such command. With `names`, only
    those are marked as names. A verb at the end of the line may still be being typed.
    """
    words = split(line, tolerant=True)
    rest = split_prefixes(words).words
    marks = [(word.start, word.stop, "keyword") for word in words[: len(words) - len(rest)]]
    known = options(rest[0].text) if rest and not rest[0].quoted else None
    if known is not None:
        marks.append((rest[0].start, rest[0].stop, "command"))
    elif rest and rest[0].stop < len(line):
        marks.append((rest[0].start, rest[0].stop, "error"))

    for word in rest[1:]:
        marks += _marks(line, word, known or {}, names)
    end = words[-1].stop if words else 0
    if line[end:MAX_LINE].strip():
        marks.append((_skip_space(line, end), min(len(line), MAX_LINE), "comment"))
    return _with_error(marks, line)


def _marks(
    line: str, word: Word, options: Options, names: Collection[str] | None
) -> Iterator[Mark]:
    key = key_of(line, word)
    role = options.get(key) or options.get(key.replace("_", "-"))
    start = word.start + len(key.rstrip("=")) if role else word.start
    if role:
        yield word.start, start, role

    for token in _TOKEN.finditer(line, start, word.stop):
        if token.lastgroup != "name" or names is None or token[0] in names:
            yield token.start(), token.end(), token.lastgroup or "name"


def _with_error(marks: list[Mark], line: str) -> list[Mark]:
    """`marks` with the place where `split` refuses the line, if it does, in error."""
    try:
        split(line)
    except CommandError as error:
        if error.at:
            start, stop = error.at
            clear = [one for one in marks if one[1] <= start or one[0] >= stop]
            return sorted([*clear, (start, min(stop, MAX_LINE), "error")])
    return marks


def _refuse(line: str) -> None:
    if len(line) > MAX_LINE:
        raise CommandError(
            f"the line has {len(line)} characters; at most {MAX_LINE} are read",
            None,
            code="too-long",
            hint="break it into several commands",
        )

    for column, character in enumerate(line):
        if character != "\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise CommandError(
                f"the line holds the control character {printable(character)}",
                Span(column, column + 1),
                code="control-character",
                hint="write bytes that are not text in hexadecimal: 0x1b",
            )


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _word(text: str, start: int, *, tolerant: bool) -> Word:
    parts: list[str] = []
    quoted = False
    position = start
    while position < len(text) and not text[position].isspace():
        piece = _PIECE.match(text, position)
        if piece is None:
            if tolerant:
                rest = "".join(parts) + text[position + 1 :]
                return Word(rest, start, len(text), quoted=True)
            raise _unfinished(text, position)
        quoted = quoted or piece.lastgroup != "bare"
        parts.append(_meaning(piece))
        position = piece.end()
    return Word("".join(parts), start, position, quoted)


def _meaning(piece: re.Match[str]) -> str:
    text = piece[piece.lastgroup or 0]
    return _ESCAPE.sub(r"\1", text) if piece.lastgroup == "double" else text


def _unfinished(text: str, position: int) -> CommandError:
    """What is wrong with a line that ends within the quote or escape at `position`."""
    if text[position] == "\\":
        return CommandError(
            "nothing follows the backslash",
            Span(position, position + 1),
            code="unfinished",
            hint="a backslash takes the next character as it is; write \\\\ for one",
        )
    return CommandError(
        f"the quote {text[position]} is not closed",
        Span(position, len(text)),
        code="unfinished",
        hint=f"end it with {text[position]}, or write \\{text[position]} for the character",
    )


def _split_kernels(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    if not words or words[0].quoted or words[0].text != "on":
        return (), words

    for index in range(1, len(words) - 1):
        if _ends_prefix(words[index]):
            last = _without_colon(words[index])
            return (*words[1:index], last), words[index + 1 :]
    return (), words


def _ends_prefix(word: Word) -> bool:
    return not word.quoted and len(word.text) > 1 and word.text.endswith(":")


def _without_colon(word: Word) -> Word:
    return Word(word.text[:-1], word.start, word.stop - 1)


def refuse_task(parts: Line) -> None:
    """Refuse to look as a task: what looks is nobody's."""
    if parts.task is None:
        return
    name = parts.task.text
    raise CommandError(
        f"`{parts.words[0].text}` changes nothing, so no task runs it",
        parts.task.span,
        code="unexpected-word",
        hint=f"`{name}.buf[0]` is the memory of {name}; `fails EFAULT: {name}: pin buf`"
        f" runs as {name}; `task {name}` chooses it",
    )
