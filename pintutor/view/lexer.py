"""Colours for the command language and for `.pin` files, from the registry itself.

What a word means is asked of `Registry.classify`, as the prompt and the reference do, so
that a new command is coloured as soon as it is declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pygments.lexer import Lexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Text,
    Whitespace,
    _TokenType,
)

import pintutor.lab.commands  # noqa: F401  (declares the commands)
from pintutor.lab.registry import REGISTRY

TOKENS = {
    "command": Keyword,
    "keyword": Keyword.Type,
    "flag": Name.Attribute,
    "name": Name.Variable,
    "number": Number,
    "string": String,
    "operator": Operator,
    "comment": Comment.Single,
    "error": Error,
}
"""Token of each role that `classify` knows."""

HEADERS = ("about", "kernels", "setup", "run")
"""Keys of a scenario's headers and sections."""

_HEADER = re.compile(rf"(?P<key>{'|'.join(HEADERS)})(?P<colon>\s*:)(?P<value>.*)")

Part = tuple[int, _TokenType, str]


class PinLexer(Lexer):
    """Pygments lexer of the command language, line by line."""

    name = "pintutor"
    aliases = ["pintutor", "pin"]  # noqa: RUF012  (as Pygments declares it)
    filenames = ["*.pin"]  # noqa: RUF012
    url = ""

    def get_tokens_unprocessed(self, text: str) -> Iterator[Part]:
        """(index, token, text) of every part; the parts joined are the text."""
        position = 0
        about = False
        for line in text.splitlines(keepends=True):
            body = line.rstrip("\r\n")
            found = _HEADER.fullmatch(body)
            about = found["key"] == "about" if found else about and body[:1].isspace()
            if found:
                parts = _header(body, found)
            elif about:
                parts = iter([(0, String.Doc, body)])
            else:
                parts = _line(body)
            yield from ((position + start, token, value) for start, token, value in parts)
            if line != body:
                yield position + len(body), Whitespace, line[len(body) :]
            position += len(line)


def _header(body: str, found: re.Match[str]) -> Iterator[Part]:
    yield 0, Keyword.Namespace, found["key"]
    yield found.start("colon"), Operator, found["colon"]
    value = found["value"]
    if found["key"] == "about":
        yield found.start("value"), String.Doc, value
    elif value:
        yield found.start("value"), Name.Constant, value


def _line(body: str) -> Iterator[Part]:
    """The parts of one line, those between the marks as plain text."""
    position = 0
    for start, stop, role in REGISTRY.classify(body):
        if start > position:
            yield position, Text, body[position:start]
        if stop > start:
            yield start, TOKENS[role], body[start:stop]
        position = max(position, stop)
    if position < len(body):
        yield position, Text, body[position:]
