"""Prose as rows: the little of Markdown that lessons and help are written in.

Headings, paragraphs, lists, quotes, tables and fences; `code` and *emphasis* in a line.
Lines that are indented stay as they are, so that usage and examples keep their columns, and
`word: text` hangs under its word.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from pintutor.lab.results import Table
from pintutor.view.grid import table_rows
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import cut, wrap

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*")
_ROLES = {"code": "command", "strong": "title", "em": "note"}
_KINDS = (
    ("blank", re.compile(r"\s*(?P<text>)")),
    ("aligned", re.compile(r"(?P<text>  .*)")),
    ("heading", re.compile(r"#{1,6} +(?P<text>.*)")),
    ("table", re.compile(r"\|(?P<text>.*)\|\s*")),
    ("item", re.compile(r"(?P<text>([-*]|\d+[.)]) .*)")),
    ("label", re.compile(r"(?P<text>[a-z][\w ]*: .*)")),
    ("text", re.compile(r"(?:> )?(?P<text>.*)")),
)
"""What a line can be, in the order in which it is asked."""

_GOES_ON = {("text", "text"), ("item", "text"), ("text", "label")}
"""What a block is, and what a line is that goes on with it."""

_FENCES = ("```", "~~~")
_BORDER = re.compile(r"(?<!\\)\|")
_DIVIDER = re.compile(r"\s*:?-+:?\s*")


def inline(text: str, *, role: str = "plain") -> Row:
    """One line with its `code` and emphasis as segments."""
    parts: list[Segment] = []
    position = 0
    for found in _INLINE.finditer(text):
        parts.append(Segment(text[position : found.start()], role))
        kind = found.lastgroup or ""
        shown = f"`{found[kind]}`" if kind == "code" else found[kind]
        parts.append(Segment(shown, _ROLES[kind]))
        position = found.end()
    parts.append(Segment(text[position:], role))
    return tuple(part for part in parts if part.text)


def hangs(text: str) -> bool:
    """True for one line whose later rows are indented: an item, or `word: text`."""
    return "\n" not in text and _kind(text)[0] in ("item", "label")


def markdown_rows(text: str, *, width: int) -> tuple[Row, ...]:
    """A piece of Markdown in rows of at most `width` columns."""
    rows: list[Row] = []
    for kind, blocks in groupby(_blocks(text.splitlines()), key=lambda block: block[0]):
        texts = [block for _, block in blocks]
        if kind == "table":
            rows += _table(texts, width)
        else:
            rows += [each for block in texts for each in _block(kind, block, width)]
    return tuple(rows)


def _block(kind: str, block: str, width: int) -> tuple[Row, ...]:
    if kind == "verbatim":
        return (cut(row((f"  {block}", "command")), width),)
    if kind == "heading":
        return wrap(inline(block, role="title"), width)
    indent = {"aligned": 4, "item": 2}.get(kind, 0)
    return wrap(inline(block), width, indent=indent) if block else ((),)


def _table(lines: list[str], width: int) -> list[Row]:
    """A table whose second line divides the heads from the rest, in columns."""
    cells = [
        tuple(cell.strip().replace("`", "").replace("\\|", "|") for cell in found)
        for found in (_BORDER.split(line) for line in lines)
        if not all(_DIVIDER.fullmatch(cell) for cell in found)
    ]
    size = len(cells[0])
    body = tuple((*line, *[""] * size)[:size] for line in cells[1:])
    return table_rows(Table("", cells[0], body), width) if body else []


def _blocks(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The blocks of a text, each in one line, with what it is."""
    held = ""
    kind = "text"
    for this, text in _lines(lines):
        if held and (kind, this) in _GOES_ON:
            held += f" {text}"
            continue
        if held:
            yield kind, held
        held, kind = text, "item" if this == "label" else this
        if this == "blank":
            yield this, ""
    if held:
        yield kind, held


def _lines(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each line with what it is by itself; those that open and close a fence are gone."""
    fence = ""
    for line in lines:
        mark = line[:3]
        if fence:
            if mark == fence:
                fence = ""
            else:
                yield "verbatim", line
        elif mark in _FENCES:
            fence = mark
        else:
            yield _kind(line)


def _kind(line: str) -> tuple[str, str]:
    for kind, pattern in _KINDS:
        if found := pattern.fullmatch(line):
            return kind, found["text"]
    return "text", line
