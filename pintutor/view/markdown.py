"""Prose as rows: the little of Markdown that lessons and help are written in.

Headings, paragraphs, lists, quotes and fences; `code` and *emphasis* in a line. Lines
that are indented stay as they are, so that usage and examples keep their columns, and
`word: text` hangs under its word.
"""

import re
from collections.abc import Iterator

from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import cut, wrap

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*")
_ROLES = {"code": "command", "strong": "title", "em": "note"}
_KINDS = (
    ("blank", re.compile(r"\s*(?P<text>)")),
    ("aligned", re.compile(r"(?P<text>  .*)")),
    ("heading", re.compile(r"#{1,6} +(?P<text>.*)")),
    ("item", re.compile(r"(?P<text>([-*]|\d+[.)]) .*)")),
    ("item", re.compile(r"(?P<text>[a-z][\w ]*: .*)")),
    ("text", re.compile(r"(?:> )?(?P<text>.*)")),
)
"""What a line can be, in the order in which it is asked."""

_FENCES = ("```", "~~~")


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
    return "\n" not in text and _kind(text)[0] == "item"


def markdown_rows(text: str, *, width: int) -> tuple[Row, ...]:
    """A piece of Markdown in rows of at most `width` columns."""
    rows: list[Row] = []
    for kind, block in _blocks(text.splitlines()):
        if kind == "verbatim":
            rows.append(cut(row((f"  {block}", "command")), width))
        elif kind == "heading":
            rows += wrap(inline(block, role="title"), width)
        else:
            indent = {"aligned": 4, "item": 2}.get(kind, 0)
            rows += wrap(inline(block), width, indent=indent) if block else [()]
    return tuple(rows)


def _blocks(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The blocks of a text, each in one line, with what it is."""
    held = ""
    kind = "text"
    for this, text in _lines(lines):
        if this == "text" and held and kind in ("text", "item"):
            held += f" {text}"
            continue
        if held:
            yield kind, held
        held, kind = text, this
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
