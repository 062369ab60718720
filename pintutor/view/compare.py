"""Two kernels side by side as rows: what differs has a sign before it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pintutor.lab.comparing import REASONS, Both, Compared, Half
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Outcome
from pintutor.view.differences import draw, drawn
from pintutor.view.markdown import inline
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, cut, wrap

DIFFERS = "≠"
"""Stands before what differs."""

SIGNS = {"-": "removed", "+": "added", " ": "plain"}
"""The role of a line that the left, the right or both have."""

_NUMBER = re.compile(r"^[▶ ] *\d+ (?! *=)|^▶")
"""What stands before a line of source."""

MOST = 40
"""Lines of two bodies that are shown in a log."""


@result_rows.register
def _(result: Compared, width: int) -> tuple[Row, ...]:
    return (*compared_rows(result, width), *body_rows(result, width)[:MOST])


@result_rows.register
def _(result: Both, width: int) -> tuple[Row, ...]:
    left, right = (answered(each, width - 2) for each in result)
    if [*map(_key, left)] == [*map(_key, right)]:
        return (*_marked(left, "  "), row(("  the same on both", "dim")))
    rows: list[Row] = []
    for each, own, other in zip(result, (left, right), (right, left), strict=True):
        rows.append(row((_kernel(each, result), "name")))
        rows += alone(own, other, width)
    return tuple(rows)


def _kernel(one: Outcome | CommandError, both: Both) -> str:
    if isinstance(one, Outcome):
        return one.kernel
    return "the left side" if one is both.left else "the right side"


def answered(found: Outcome | CommandError, width: int) -> tuple[Row, ...]:
    """What a line came to on one side, with what it changed."""
    if isinstance(found, CommandError):
        return wrap((*row(("refused: ", "bad")), *inline(found.message)), width, indent=2)
    rows = [*result_rows(found.result, width)]
    if found.oops is not None:
        rows.append(row((f"{found.oops.kind}: {found.oops}", "bad")))
    return (*rows, *draw(drawn(found.changes, pinning=False), width=width))


def _marked(rows: Sequence[Row], sign: str) -> list[Row]:
    return [(Segment(sign), *one) for one in rows]


def _sign(*, differs: bool) -> Segment:
    return Segment(f"{DIFFERS} ", "bad") if differs else Segment("  ")


def compared_rows(found: Compared, width: int) -> tuple[Row, ...]:
    """Where both stand and what the step did on each, in a few rows."""
    sign = _sign(differs=bool(found.reason))
    where = row((f"step {found.step} of {found.of}", "number"), " · ")
    rows: list[Row] = [(sign, *where, Segment(found.command or "the start", "command"))]
    for half in (found.left, found.right):
        rows += _half(half, width, differs=bool(found.reason))
    if found.reason:
        rows += wrap(row((f"  {REASONS[found.reason]}", "note")), width, indent=2)
    if found.note:
        rows += wrap((*row("  "), *inline(found.note, role="note")), width, indent=2)
    return tuple(rows)


def _half(half: Half, width: int, *, differs: bool) -> tuple[Row, ...]:
    """The line that one side ran, and what that changed."""
    lead = (_sign(differs=differs), Segment(f"{half.kernel}  ", "name"))
    if half.told:
        said = row((half.told, "bad"))
    elif not half.moved:
        said = row(("stands still", "dim"))
    elif half.function:
        where = f"{half.function}:{half.line}"
        said = row((f"{where}  ", "dim"), half.text)
    else:
        done = row(("the command is done", "dim"))
        said = next(iter(result_rows(half.result, width)), done)
    changed = draw(drawn(half.changes, pinning=False), width=width - 2)
    return (cut((*lead, *said), width), *_marked(changed[:4], "  "))


def body_rows(found: Compared, width: int) -> tuple[Row, ...]:
    """Both bodies of where they part, as one list of lines with what differs signed."""
    left, right = found.left, found.right
    if not (left.body or right.body):
        return ()
    head = row(
        (f"  {left.file or right.file}  ", "dim"), (left.function or right.function, "name")
    )
    if left.body == right.body:
        told = "  both run the same body, and go different ways in it"
        return (head, row((told, "dim")), *_one_body(left, right, width))
    if left.function != right.function:
        return (*_alone(left, width), *_alone(right, width))
    legend = row((f"  - {left.kernel}, {left.origin}", "removed"))
    legend += row((f"   + {right.kernel}, {right.origin}", "added"))
    return (head, legend, *(cut(one, width) for one in _difference(left, right)))


def _alone(half: Half, width: int) -> tuple[Row, ...]:
    """The body of one side, where the other is in another function."""
    if not half.body:
        return ()
    head = row((f"  {half.kernel}  {half.file}  ", "dim"), (half.function, "name"))
    return (head, *_one_body(half, half, width))


def _difference(left: Half, right: Half) -> Iterator[Row]:
    """Both bodies of a function, the lines that ran marked."""
    at, beside = 0, 0
    for line in difflib.ndiff(left.body, right.body):
        sign = line[0]
        if sign == "?":
            continue
        at, beside = at + (sign != "+"), beside + (sign != "-")
        here = (sign != "+" and at == left.line) or (sign != "-" and beside == right.line)
        yield row(("▶ " if here else "  ", "current"), (line, SIGNS[sign]))


def _one_body(left: Half, right: Half, width: int) -> list[Row]:
    rows: list[Row] = []
    for number, line in enumerate(left.body, 1):
        here = dict.fromkeys(one.kernel for one in (left, right) if one.line == number)
        mark = "▶ " if here else "  "
        said = f"   {' '.join(here)}" if here else ""
        rows.append(cut(row((mark, "current"), line, (said, "note")), width))
    return rows


def beside(left: Sequence[Row], right: Sequence[Row], width: int) -> tuple[Row, ...]:
    """Two columns of rows, those that are alike in one row, with a sign between others."""
    half = (width - 3) // 2
    return tuple(
        _joined(left[mine] if mine >= 0 else (), right[other] if other >= 0 else (), half)
        for mine, other in _paired([*map(_key, left)], [*map(_key, right)])
    )


def _paired(left: list[str], right: list[str]) -> Iterator[tuple[int, int]]:
    """The numbers of rows that stand beside each other; -1 for none."""
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for _, first, last, start, stop in matcher.get_opcodes():
        both = zip_longest(range(first, last), range(start, stop), fillvalue=-1)
        yield from both


def _joined(left: Row, right: Row, half: int) -> Row:
    shown = cut(left, half)
    gap = Segment(" " * (half - columns(plain(shown))))
    same = _key(left) == _key(right)
    sign = Segment(" │ ", "dim") if same else Segment(f" {DIFFERS} ", "bad")
    return (*shown, gap, sign, *cut(right, half))


def alone(own: Sequence[Row], other: Sequence[Row], width: int) -> tuple[Row, ...]:
    """The rows of one side, with a sign before those that the other has not."""
    texts = {*map(_key, other)}
    return tuple(
        (_sign(differs=_key(one) not in texts), *cut(one, width - 2)) for one in own
    )


def _key(one: Row) -> str:
    """What two rows are compared by: not blanks, nor the number of a line."""
    return " ".join(_NUMBER.sub("", plain(one)).split())
