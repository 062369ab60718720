"""The trace of commands, row by row, with some of what stands in it hidden.

A row is text around cells: numbers of a count, names of bits that were set or cleared,
functions in the order in which they were called.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Outcome
from pintutor.lab.results import Change
from pintutor.lab.show_memory import pte_names
from pintutor.linux.include.linux.page_flags import FLAG_NAMES
from pintutor.sim.search.dice import Dice

COUNTS, BITS, CALLS, ALL = "counts", "bits", "calls", "all"
KINDS = (COUNTS, BITS, CALLS, ALL)
"""What of a trace may be asked for."""

MOST_ROWS = 64
"""Rows of a trace that are shown; those behind them are left out."""
MOST_CALLS = 12
"""Functions of a command that are named."""

Cell = tuple[int, int]
"""A row of the trace and a cell of it."""
Value = int | str


@dataclass(frozen=True, slots=True)
class Row:
    """A part of what a command did."""

    before: tuple[str, ...]
    """The text before each cell."""
    cells: tuple[Value, ...]
    line: str = ""
    """The command, in the first row of its own."""
    signed: int = -1
    """The cell that shows its sign; -1 for none."""
    in_order: bool = True
    """False when nothing says which cell comes first, so that one is hidden at most."""

    def text(self, hidden: dict[int, str]) -> str:
        """The row with something else in the place of these cells."""
        shown = [
            hidden.get(n, f"{cell:+}" if n == self.signed else str(cell))
            for n, cell in enumerate(self.cells)
        ]
        return "".join(
            part for pair in zip(self.before, shown, strict=True) for part in pair
        )


@dataclass(frozen=True, slots=True)
class Trace:
    """What commands did, and which cells are hidden."""

    rows: tuple[Row, ...]
    hidden: tuple[Cell, ...]
    """In reading order."""

    @property
    def values(self) -> tuple[Value, ...]:
        """What stands in the blanks."""
        return tuple(self.rows[row].cells[cell] for row, cell in self.hidden)

    def markdown(self, *, answered: Sequence[int] = ()) -> str:
        """The trace, a list for each command; blanks of these numbers are filled in."""
        blanks: list[dict[int, str]] = [{} for _ in self.rows]
        for number, (row, cell) in enumerate(self.hidden):
            if number not in answered:
                blanks[row][cell] = f"**?{number + 1}**"
        lines = [
            (f"\n`{row.line}`:\n\n" if row.line else "") + f"- {row.text(hidden)}"
            for row, hidden in zip(self.rows, blanks, strict=True)
        ]
        return "\n".join(lines).strip("\n")


def blanked(outcomes: Sequence[Outcome], kind: str, *, seed: int, blanks: int) -> Trace:
    """The trace of commands with so many of its cells hidden, or all if it has fewer.

    Errors: CommandError when it has none.
    """
    rows = [row for outcome in outcomes for row in _of(outcome, kind)][:MOST_ROWS]
    free = [(row, cell) for row, one in enumerate(rows) for cell in range(len(one.cells))]
    if not free:
        asked = {COUNTS: "number", BITS: "bit", CALLS: "call"}.get(kind, "thing")
        what = f"these commands have no {asked} that could be asked for"
        hint = "a pin changes counts, a first write sets bits: `blank bits write buf 0x41`"
        raise CommandError(what, None, code="no-blanks", hint=hint)
    return Trace(tuple(rows), tuple(sorted(_drawn(rows, free, Dice(seed), blanks))))


def _of(outcome: Outcome, kind: str) -> list[Row]:
    """The rows of a command; its words stand in the first only."""
    found: list[Row] = []
    if kind in (CALLS, ALL):
        found += _called(outcome.calls[:MOST_CALLS])
    for change in outcome.changes:
        if kind in (COUNTS, ALL):
            found += _counted(change)
        if kind in (BITS, ALL):
            found += _bits(change)
    first = [replace(row, line=outcome.line.strip()) for row in found[:1]]
    return first + found[1:]


def _called(names: tuple[str, ...]) -> Iterator[Row]:
    if names:
        yield Row(("calls ", *[", then "] * (len(names) - 1)), names)


def _counted(change: Change) -> Iterator[Row]:
    """A count before, after, and by how much it changed."""
    if isinstance(change.old, int) and isinstance(change.new, int) and change.delta:
        before = (f"{change.subject}.{change.field}: ", " → ", ", ")
        yield Row(before, (change.old, change.new, change.delta), signed=2)


def _bits(change: Change) -> Iterator[Row]:
    """The bits of a page's flags or of an entry that were set, and those cleared."""
    old, new = _named(change, change.old), _named(change, change.new)
    for verb, here, there in (("sets", new, old), ("clears", old, new)):
        names = tuple(name for name in here if name not in there)
        if names:
            before = (
                f"{change.subject}.{change.field} {verb} ",
                *[", "] * (len(names) - 1),
            )
            yield Row(before, names, in_order=False)


def _named(change: Change, value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return ()
    if change.kind == "flags":
        return tuple(name for bit, name in FLAG_NAMES.items() if value & bit)
    return pte_names(value) if change.kind == "pte" else ()


def _drawn(rows: Sequence[Row], free: list[Cell], dice: Dice, count: int) -> list[Cell]:
    """Cells by chance, of as many different rows as there are."""
    found: list[Cell] = []
    while free and len(found) < count:
        taken = {row for row, _ in found}
        fresh = [cell for cell in free if cell[0] not in taken] or free
        cell = fresh[dice.below(len(fresh))]
        found.append(cell)
        alone = not rows[cell[0]].in_order
        free = [one for one in free if one != cell and not (alone and one[0] == cell[0])]
    return found
