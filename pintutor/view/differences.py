"""Changes as rows: one line a change, old → new, the difference and its name."""

from typing import NamedTuple

from pintutor.lab.results import Change
from pintutor.view.folding import Run, entries, fold
from pintutor.view.notation import (
    count_name,
    difference,
    flag_change,
    set_change,
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


def drawn(changes: tuple[Change, ...], *, pinning: bool) -> list[Drawn]:
    """Changes ready to draw, those of one subject together; page tables are counted.

    `pinning` says that the command pinned or unpinned, so that 1024 is a pin.
    """
    tables = tuple(each for each in changes if each.kind == "table")
    rest = tuple(each for each in changes if each.kind != "table")
    # A large folio counts its pins exactly: 1024 more references are no pin of it.
    large = {each.subject for each in changes if each.field == "_pincount"}
    lines = [
        _drawn(run, pinning=pinning and run.change.subject not in large)
        for run in fold(rest)
    ]
    order: dict[str, int] = {}
    for each in lines:
        order.setdefault(each.subject, len(order))
    lines.sort(key=lambda each: order[each.subject])
    return [_tables(tables), *lines] if tables else lines


def draw(lines: list[Drawn], *, width: int) -> tuple[Row, ...]:
    """Rows in columns; at most `MOST` of them."""
    sizes = _Sizes.of(lines)
    rows: list[Row] = []
    before = ""
    for each in lines[:MOST]:
        subject = "" if each.subject == before else each.subject
        before = each.subject
        lead = f"{INDENT}{subject:<{sizes.subject}}  {each.field:<{sizes.field}}  "
        rows += wrap(_columns(lead, each, sizes), width, indent=min(len(lead), width // 2))
    if len(lines) > MOST:
        rows.append(row((f"{INDENT}and {len(lines) - MOST} changes more", "dim")))
    return tuple(rows)


class _Sizes(NamedTuple):
    """Widths of the columns; the long names of vmstat stand out of theirs."""

    subject: int
    field: int
    old: int
    new: int
    delta: int

    @staticmethod
    def of(lines: list[Drawn]) -> "_Sizes":
        """The widths that the lines need."""
        inside = [each for each in lines if each.subject != "vmstat"]
        counts = [each for each in inside if each.numeric]
        return _Sizes(
            min(24, max((len(each.subject) for each in lines), default=0)),
            min(20, max((len(each.field) for each in inside), default=0)),
            max((len(each.old) for each in counts), default=0),
            max((len(each.new) for each in counts), default=0),
            max((len(each.delta) for each in counts), default=0),
        )


def _columns(lead: str, each: Drawn, sizes: _Sizes) -> Row:
    """One row; counts stand below each other."""
    aligned = each.numeric and each.subject != "vmstat"
    old, new, delta = each.old, each.new, each.delta
    if aligned and sizes.old:
        old, new = f"{old:>{sizes.old}}", f"{new:<{sizes.new}}"
        delta = f"{delta:>{sizes.delta}}"
    parts = [Segment(lead, "name")]
    if old.strip():
        parts += [Segment(old, "old"), Segment(" → ", "dim")]
    elif aligned and sizes.old:
        new = f"{new.strip():>{sizes.old}}"
    parts.append(Segment(new, "new"))
    if delta.strip():
        parts.append(Segment(f"  {delta}", "delta"))
    if each.note:
        parts.append(Segment(f"  {each.note}", "note"))
    return tuple(parts)


def _drawn(run: Run, *, pinning: bool) -> Drawn:
    change = run.change
    note = "each" if run.count > 1 else ""
    if change.kind == "pte":
        old = entries(change.old, run.last.old, run.count)
        new = entries(change.new, run.last.new, run.count)
        return Drawn(run.subject, change.field, old, new, "", note, numeric=False)
    if change.kind in ("flags", "mm_flags"):
        return Drawn(run.subject, "flags", "", flag_change(change), "", note, numeric=False)
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
    if change.field == "patches":
        return Drawn(
            run.subject, "patches", "", set_change(change), "", note, numeric=False
        )
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
