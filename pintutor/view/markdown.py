"""Prose as rows: the little of Markdown that lessons and help are written in.

Headings, paragraphs, lists, quotes and fences; `code` and *emphasis* in a line. Lines
that are indented stay as they are, so that usage and examples keep their columns.
"""

import re
from collections.abc import Iterator

from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import cut, wrap

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*")
_ROLES = {"code": "command", "strong": "title", "em": "note"}
_ITEM = re.compile(r"(?P<mark>[-*]|\d+[.)]) +(?P<text>.*)")
_HEADING = re.compile(r"#{1,6} +(?P<text>.*)")
_FENCE = re.compile(r"(```+|~~~+)")


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


def markdown_rows(text: str, *, width: int) -> tuple[Row, ...]:
    """A piece of Markdown in rows of at most `width` columns."""
    rows: list[Row] = []
    for kind, lines in _blocks(text.splitlines()):
        if kind == "verbatim":
            rows += [cut(row((line, "command")), width) for line in lines]
        elif kind == "aligned":
            rows += [part for line in lines for part in wrap(inline(line), width, indent=4)]
        elif kind == "heading":
            rows += wrap(inline(lines[0], role="title"), width)
        elif kind == "item":
            rows += wrap(inline(" ".join(lines)), width, indent=2)
        elif kind == "blank":
            rows.append(())
        else:
            rows += wrap(inline(" ".join(lines)), width)
    return tuple(rows)


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The blocks of a text: their kind and their lines."""
    held: list[str] = []
    kind = ""
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        if fence or found:
            if not fence and held:
                yield kind, held
                held = []
            if fence and line.strip() != fence:
                yield "verbatim", [f"  {line}"]
            fence = "" if fence and line.strip() == fence else fence or (found or [""])[0]
            continue
        this, text = _line(line)
        joins = this == "text" and kind in ("text", "item") and held
        if held and not joins:
            yield kind, held
            held = []
        kind = kind if joins else this
        held.append(text)
    if held:
        yield kind, held


def _line(line: str) -> tuple[str, str]:
    """What a line is by itself, and its text."""
    if not line.strip():
        return "blank", ""
    if line.startswith("  "):
        return "aligned", line
    if found := _HEADING.fullmatch(line):
        return "heading", found["text"]
    if found := _ITEM.fullmatch(line):
        return "item", f"{found['mark']} {found['text']}"
    return "text", line.removeprefix("> ").strip()
