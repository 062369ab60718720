"""What stands below the command line: what is wrong with it, or how it may go on."""

from __future__ import annotations

from pintutor.lab.command import Completion
from pintutor.lab.errors import CommandError
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, wrap

EMPTIES = "Ctrl+C empties the line"
RUNS = "Enter runs"
COMPLETES = f"Tab puts in   {RUNS}"


def error_below(error: CommandError, line: str, indent: int, width: int) -> tuple[Row, ...]:
    """The caret under the word in the line above, what is wrong, and what to try."""
    rows: list[Row] = []
    message = row((error.message, "bad"))
    start = indent + columns(line[: error.at.start]) if error.at else width
    marks = "^" * max(1, columns(line[error.at.start : error.at.stop])) if error.at else ""
    if error.at is None or start + len(marks) >= width:
        rows += wrap(row(("! ", "bad"), (error.message, "bad")), width, indent=2)
    elif start + len(marks) + columns(error.message) < width:
        rows.append((*row(" " * start, (marks, "bad"), " "), *message))
    else:
        rows.append(row(" " * start, (marks, "bad")))
        rows += wrap(message, width)
    if error.hint:
        rows += wrap(row((f"try: {error.hint}", "note")), width, indent=5)
    if columns(plain(rows[-1])) + len(EMPTIES) + 3 <= width and len(rows) > 1:
        rows[-1] = (*rows[-1], *row("   ", (EMPTIES, "dim")))
    elif len(rows) == 1:
        rows.append(row(" " * min(start, width // 2), (EMPTIES, "dim")))
    return tuple(rows)


def completions_below(
    completions: list[Completion], chosen: int, indent: int, width: int
) -> tuple[Row, ...]:
    """The completions in a row, the chosen one marked, and what it means below."""
    first = max(0, chosen)
    parts: list[Segment] = [Segment(" " * indent)]
    used = indent
    for number, one in enumerate(completions[first:], first):
        text = f"[{one.text}]" if number == chosen else f" {one.text} "
        if used + columns(text) > width - 4:
            parts.append(Segment(f" +{len(completions) - number}", "dim"))
            break
        parts.append(Segment(text, "current" if number == chosen else "command"))
        used += columns(text)
    meta = completions[first].meta
    told = f"{meta}   {COMPLETES}" if meta else COMPLETES
    if indent + 1 + columns(told) > width:
        told = meta or RUNS
    return (tuple(parts), row(" " * indent, (f" {told}", "dim")))
