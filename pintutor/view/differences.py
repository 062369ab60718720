"""Changes as rows: one line a change, old → new, the difference and its name."""

from typing import NamedTuple

from pintutor.lab.results import Change
from pintutor.view.folding import Run, entries, fold
from pintutor.view.notation import (
    count_name,
    difference,
    flag_change,
    wrapped,
)
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import wrap

MOST = 40
"""Rows for one command; the rest is counted."""

INDENT = "  "


class Drawn(NamedTuple):
    """One change, taken apart into the columns of its row."""

    subject: str
    field: str
    old: str
    """Empty when there is no old value to show, as for flags."""
    new: str
    delta: str
    note: str
    numeric: bool
    """True for counts, whose old values are aligned."""


def change_rows(
    changes: tuple[Change, ...], *, pinning: bool, width: int
) -> tuple[Row, ...]:
    """Rows for changes, those of one subject together; page tables are counted.

    `pinning` says that the command pinned or unpinned, so that 1024 is a pin.
    """
    tables = tuple(each for each in changes if each.kind == "table")
    rest = tuple(each for each in changes if each.kind != "table")
    drawn = [_drawn(run, pinning=pinning) for run in fold(rest)]
    order: dict[str, int] = {}
    for each in drawn:
        order.setdefault(each.subject, len(order))
    grouped = sorted(drawn, key=lambda each: order[each.subject])
    if tables:
        grouped.insert(0, _tables(tables))
    return draw(grouped, width=width)


def draw(lines: list[Drawn], *, width: int) -> tuple[Row, ...]:
    """Rows in columns; at most `MOST` of them."""
    subjects = min(24, max((len(each.subject) for each in lines), default=0))
    fields = min(20, max((len(each.field) for each in lines), default=0))
    olds = max((len(each.old) for each in lines if each.numeric), default=0)
    rows: list[Row] = []
    before = ""
    for each in lines[:MOST]:
        subject = "" if each.subject == before else each.subject
        before = each.subject
        lead = f"{INDENT}{subject:<{subjects}}  {each.field:<{fields}}  "
        one = _columns(lead, each, olds)
        rows += wrap(one, width, indent=min(len(lead), width // 2))
    if len(lines) > MOST:
        rows.append(row((f"{INDENT}and {len(lines) - MOST} changes more", "dim")))
    return tuple(rows)


def _columns(lead: str, each: Drawn, olds: int) -> Row:
    """The row: the lead stays plain text so that it is as wide as it was counted."""
    parts = [Segment(lead, "name")]
    if each.old:
        old = f"{each.old:>{olds}}" if each.numeric else each.old
        parts += [Segment(old, "old"), Segment(" → ", "dim")]
    parts.append(Segment(each.new, "new"))
    if each.delta:
        parts.append(Segment(f"   {each.delta}", "delta"))
    if each.note:
        parts.append(Segment(f"  {each.note}", "note"))
    return tuple(parts)


def _drawn(run: Run, *, pinning: bool) -> Drawn:
    change = run.change
    note = f"each of {run.count}" if run.count > 1 else ""
    if change.kind == "pte":
        old, new = entries(change.old, run.last.old), entries(change.new, run.last.new)
        return Drawn(run.subject, "pte", old, new, "", note, numeric=False)
    if change.kind in ("flags", "mm_flags"):
        return Drawn(
            run.subject, "flags", "", flag_change(change), "", note, numeric=False
        )
    if change.delta is None:
        return _text(run, note)
    name = count_name(change, pinning=pinning)
    if wrapped(change):
        name = "the 32-bit count has wrapped"
    notes = "  ".join(part for part in (name, note) if part)
    return Drawn(
        run.subject,
        change.field,
        str(change.old),
        str(change.new),
        f"{difference(change):+d}",
        notes,
        numeric=True,
    )


def _text(run: Run, note: str) -> Drawn:
    change = run.change
    return Drawn(
        run.subject,
        change.field,
        str(change.old),
        str(change.new),
        "",
        note,
        numeric=False,
    )


def _tables(changes: tuple[Change, ...]) -> Drawn:
    """All the page tables that came or went, in one line."""
    made = [each for each in changes if not each.old]
    gone = [each for each in changes if not each.new]
    parts = []
    for sign, some in (("+", made), ("-", gone)):
        if some:
            plural = "page table" if len(some) == 1 else "page tables"
            parts.append(f"{sign} {len(some)} {plural}, in {_chain(some)}")
    return Drawn("tables", "", "", "  ".join(parts), "", "", numeric=False)


def _chain(changes: list[Change]) -> str:
    names = [each.subject for each in changes]
    shown = " ".join(names[:4])
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown

