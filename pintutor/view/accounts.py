"""Audits, places in time and in the source, and diffs, as rows.

Importing this adds them to `result_rows`.
"""

from __future__ import annotations

from pintutor.lab.results import (
    Audit,
    Imbalance,
    Moved,
    PatchDiff,
    Source,
)
from pintutor.patches.diff import FunctionDiff
from pintutor.view.holders import origin
from pintutor.view.markdown import markdown_rows
from pintutor.view.results import plural
from pintutor.view.rows import Row, plain, row
from pintutor.view.watches import result_rows
from pintutor.view.wrap import columns, cut, wrap

__all__ = ["diff_rows", "result_rows"]

MOST = 20
"""Counts of one audit that are shown."""

CONTEXT = 3
"""Unchanged lines shown on each side of a change."""


@result_rows.register
def _(result: Audit, width: int) -> tuple[Row, ...]:
    looked = f"{plural(result.folios, 'folio')} looked at"
    if not result.imbalances:
        return (row(("clean", "good"), f"   every count has its holders, {looked}"),)
    rows: list[Row] = []
    for each in result.imbalances[:MOST]:
        if result.running:
            rows += wrap(_in_flight(each), width, indent=2)
        else:
            rows += _imbalance(each, width)
    more = len(result.imbalances) - MOST
    if more > 0:
        rows.append(row((f"  … {plural(more, 'more count')}", "dim")))
    return tuple(rows)


def _in_flight(one: Imbalance) -> Row:
    """What the call holds that has just run half way."""
    units = plural(abs(one.unaccounted), "unit")
    told = (
        "in the running call" if one.unaccounted > 0 else "given back by the running call"
    )
    count = f"{one.page}.{one.field} is {one.value}, its holders account for {one.held}: "
    return row(("~ ", "delta"), count, (f"{units} {told}", "note"))


def _imbalance(one: Imbalance, width: int) -> list[Row]:
    units = one.unaccounted
    belong, are = ("belongs", "is") if abs(units) == 1 else ("belong", "are")
    told = f"{belong} to nobody" if units > 0 else f"{are} missing"
    tail = f"{plural(abs(units), 'unit')} {told}"
    count = f"{one.page}.{one.field} is {one.value}"
    held = f", its holders account for {one.held}: "
    rows = [*wrap(row(("! ", "bad"), count, held, (tail, "bad")), width, indent=2)]
    if one.last is not None:
        rows += wrap(
            row((f"  last written at {origin(one.last)}", "note")), width, indent=4
        )
    rows += wrap(
        row(
            "  try: ",
            (f"`why {one.page}.{one.field}`", "command"),
            ", ",
            (f"`last {one.page}.{one.field}`", "command"),
        ),
        width,
        indent=7,
    )
    return rows


@result_rows.register
def _(result: Moved, width: int) -> tuple[Row, ...]:
    where = "before the first command"
    if result.function:
        where = f"{result.function} ({result.file}), line {result.line}"
    elif result.command:
        where = "the end of the command"
    head = row((f"step {result.step} of {result.of}   {where}", "title"))
    tail = row((f"   {result.command}", "command"))
    if columns(plain((*head, *tail))) <= width:
        rows = [(*head, *tail)]
    else:
        rows = [cut(head, width), cut(tail, width)]
    if result.text:
        rows += wrap(row(("▶ ", "current"), result.text), width, indent=6)
    if result.note:
        rows += wrap(row((f"  {result.note}", "note")), width, indent=4)
    return tuple(rows)


@result_rows.register
def _(result: Source, width: int) -> tuple[Row, ...]:
    parts = row(
        (result.function, "title"), f"   {result.file}", (f"   {result.body}", "dim")
    )
    rows = [*wrap(parts, width, indent=2)]
    digits = len(str(len(result.lines)))
    for number, text in enumerate(result.lines, 1):
        here = number == result.current
        mark = ("▶", "current") if here else " "
        one = row(mark, (f"{number:>{digits}}  ", "dim"), text)
        rows += wrap(one, width, indent=digits + 3 + _indent(text) + 8)
    return tuple(rows)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


@result_rows.register
def _(result: PatchDiff, width: int) -> tuple[Row, ...]:
    merged = ", ".join(part for part in (result.commit, result.release) if part)
    rows = [*wrap(row((result.subject, "title"), (f"   {merged}", "dim")), width)]
    rows += markdown_rows(result.reason, width=width)
    for each in result.functions:
        rows.append(())
        rows += wrap(row((each.function, "title"), (f"   {each.file}", "dim")), width)
        for one in diff_rows(each):
            rows += wrap(one, width, indent=_indent(plain(one)[2:]) + 10)
    return tuple(rows)


def diff_rows(change: FunctionDiff) -> tuple[Row, ...]:
    """What changes in one function; long unchanged stretches are left out."""
    kept = _near_a_change(change.lines)
    rows: list[Row] = []
    skipped = 0
    for index, line in enumerate(change.lines):
        if index not in kept:
            skipped += 1
            continue
        if skipped:
            rows.append(_gap(skipped))
            skipped = 0
        role = {"+": "added", "-": "removed"}.get(line[:1], "plain")
        rows.append(row((line.rstrip(), role)))
    if skipped:
        rows.append(_gap(skipped))
    return tuple(rows)


def _gap(lines: int) -> Row:
    return row((f"  … {plural(lines, 'line')}", "dim"))


def _near_a_change(lines: tuple[str, ...]) -> set[int]:
    changed = [index for index, line in enumerate(lines) if line[:1] in "+-"]
    near = range(-CONTEXT, CONTEXT + 1)
    return {index + step for index in changed for step in near} | {0}
