"""The marks that panes have in common: old → new, bars, cells that flow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pintutor.lab.results import Change
from pintutor.view.before import Before
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, wrap

Text = Callable[[object], str]
"""How a value is written."""

GAP = "   "


def arrow(old: str, new: str) -> Row:
    """`old → new`, or the value alone where it did not change."""
    if old == new:
        return row((new, "number"))
    return row((old, "old"), " → ", (new, "new"))


def count_row(value: int, change: Change | None, width: int) -> Row:
    """A count, or `old → new  +difference`, in a column."""
    if change is None:
        return row((f"{value:<{width}}", "number"))
    delta = f"{change.delta:+}"
    pad = width - len(f"{change.old} → {change.new}  {delta}")
    return row(
        (str(change.old), "old"),
        " → ",
        (str(change.new), "new"),
        (f"  {delta}{' ' * max(1, pad)}", "delta"),
    )


def flag_cells(
    before: Before, obj: object, value: int, names: Mapping[int, str]
) -> Iterator[Row]:
    """The bits of `obj.flags` by name, those that were set or cleared with a sign."""
    old = before.of(obj, "flags")
    for bit, name in names.items():
        if value & bit:
            yield row(name) if old & bit else row((f"+{name}", "added"))
        elif old & bit:
            yield row((f"-{name}", "removed"))


def cell(
    before: Before, obj: object, field: str, *, name: str = "", text: Text = str
) -> Row:
    """A field behind its name: `count 4096 → 512`."""
    old, new = text(before.of(obj, field)), text(getattr(obj, field))
    return (Segment(f"{name or field} "), *arrow(old, new))


def sign(*, new: bool, changed: bool) -> Segment:
    """The sign of a thing: `+` new, `~` changed."""
    return Segment("+" if new else "~" if changed else " ", "delta")


def flow(lead: Row, cells: Iterable[Row], width: int, *, indent: int) -> tuple[Row, ...]:
    """Cells behind a lead, as many in a row as fit; none is broken that fits in one."""
    rows: list[Row] = []
    line, empty = [*lead], True
    used = columns(plain(lead))
    for one in cells:
        size = columns(plain(one))
        gap = 0 if empty else len(GAP)
        if used + gap + size > width and (lead or rows or not empty):
            if plain(tuple(line)).strip():
                rows.append(tuple(line))
            line, used, gap = [Segment(" " * indent)], indent, 0
        line += [Segment(GAP), *one] if gap else one
        used += gap + size
        empty = False
    rows.append(tuple(line))
    return tuple(part for one in rows for part in wrap(one, width, indent=indent))


def bar(total: int, done: int, fresh: int, end: int, cells: int) -> Row:
    """A stretch as a bar: done, done just now, left, and what is not part of it.

    `fresh` is where the part begins that was done just now, `end` where what is left
    ends; each cell says what most of it is.
    """
    if total <= 0:
        return row(("·" * cells, "dim"))

    def kind(at: int) -> tuple[str, str]:
        middle = total * (2 * at + 1) // (2 * cells)
        if middle < min(done, fresh):
            return "█", "plain"
        if middle < done:
            return "▓", "delta"
        return ("░", "plain") if middle < end else ("·", "dim")

    return row(*map(kind, range(cells)))


def nothing(text: str, width: int) -> tuple[Row, ...]:
    """What would fill a pane that has nothing to show."""
    return wrap(row((f" {text}", "dim")), width, indent=1)
