"""Counts taken apart, places in time and in the source, and diffs, as rows.

Importing this adds them to `result_rows`.
"""

from __future__ import annotations

from pintutor.lab.results import (
    Audit,
    Imbalance,
    Moved,
    PatchDiff,
    Share,
    Source,
    Why,
)
from pintutor.patches.diff import FunctionDiff
from pintutor.view.markdown import markdown_rows
from pintutor.view.results import plural, result_rows
from pintutor.view.rows import Row, plain, row
from pintutor.view.wrap import columns, cut, wrap

__all__ = ["diff_rows", "origin", "result_rows"]

CONTEXT = 3
"""Unchanged lines shown on each side of a change."""


def origin(share: Share) -> str:
    """Where a share comes from: `step 37, try_grab_page (mm/gup.c), pin buf[0] as p`."""
    function = f"{share.function} ({share.file})" if share.function else ""
    step = "" if share.step is None else f"step {share.step}"
    return ", ".join(part for part in (step, function, share.command) if part)


@result_rows.register
def _(result: Why, width: int) -> tuple[Row, ...]:
    shares = [(each.units, _holder(each), each) for each in result.shares]
    if result.unaccounted > 0:
        shares.append((result.unaccounted, "belongs to nobody", Share(0, "", "")))
    if result.unaccounted < 0:
        shares.append((result.unaccounted, "missing: claimed twice", Share(0, "", "")))
    value = str(result.value)
    if not shares:
        return _alone(result, width)
    digits = max(len(str(abs(units))) for units, _, _ in shares)
    holders = min(24, max(len(holder) for _, holder, _ in shares))
    rows: list[Row] = [row((result.field, "name"))]
    for index, (units, holder, share) in enumerate(shares):
        first = index == 0 and units >= 0
        sign = "=" if first else "-" if units < 0 else "+"
        lead = f"{value if index == 0 else '':>{len(value)}} {sign} "
        bad = share.kind == ""
        part = row(
            lead,
            (f"{abs(units):>{digits}}  ", "number"),
            (f"{holder:<{holders}}", "bad" if bad else "name"),
            *([(f"  {origin(share)}", "note")] if share.step is not None else []),
        )
        rows += _split(part, share, width, indent=len(lead) + digits + 2)
    return tuple(rows)


def _split(one: Row, share: Share, width: int, *, indent: int) -> tuple[Row, ...]:
    """A row that fits, or its command on a line of its own."""
    if columns(plain(one)) <= width:
        return (one,)
    text, role = one[-1]
    head = text.removesuffix(f", {share.command}")
    tail = row((f"{' ' * (indent + 2)}{share.command}", role))
    return (*wrap((*one[:-1], *row((head, role))), width, indent=indent), cut(tail, width))


def _holder(share: Share) -> str:
    return share.holder if share.kind == "boot" else f"{share.kind} {share.holder}"


def _alone(result: Why, width: int) -> tuple[Row, ...]:
    """A field that has no holders: its value and who wrote it last."""
    parts = row((result.field, "name"), f" = {result.value}")
    rows = [*wrap(parts, width)]
    if result.last is not None:
        rows += wrap(
            row((f"  last written at {origin(result.last)}", "note")), width, indent=4
        )
    else:
        rows.append(row(("  nothing has written it since boot", "note")))
    return tuple(rows)


@result_rows.register
def _(result: Audit, width: int) -> tuple[Row, ...]:
    looked = f"{plural(result.folios, 'folio')} looked at"
    if not result.imbalances:
        return (row(("clean", "good"), f"   every count has its holders, {looked}"),)
    rows: list[Row] = []
    for each in result.imbalances:
        rows += _imbalance(each, width)
    return tuple(rows)


def _imbalance(one: Imbalance, width: int) -> list[Row]:
    units = one.unaccounted
    tail = (
        f"{plural(units, 'unit')} belong to nobody"
        if units > 0
        else f"{plural(-units, 'unit')} are missing"
    )
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
