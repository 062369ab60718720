"""The vmstat pane: pins taken and given back, and how many were out along the way."""

from __future__ import annotations

from pintutor.sim.journal import RAW
from pintutor.view.panes.marks import count_row, flow
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.rows import Row, Segment, row
from pintutor.view.sparks import sparkline

STATS = ("nr_foll_pin_acquired", "nr_foll_pin_released")
TRACED = 16
"""Moments of the sparkline: those at which a counter moved."""
FAR = 4096
"""How far back those are looked for [writes]."""


def vmstat_rows(now: Moment, width: int, height: int) -> Pane:
    """The counters of /proc/vmstat that pinning moves, and their difference."""
    cells = [_counter(now, name) for name in STATS]
    outs = pins_out(now)
    out = row((f"= {outs[-1]} out", "dim"))
    if len(set(outs)) > 1:
        out = (*out, *row("  ", (sparkline(outs), "delta")))
    if height >= len(cells):
        last = flow((), [*cells[1:], out], width, indent=4)
        return Pane(row("vmstat"), (), (*flow((), cells[:1], width, indent=4), *last))
    return Pane(row("vmstat"), (), flow((), [*cells, out], width, indent=4))


def _counter(now: Moment, name: str) -> Row:
    change = now.fields.get(("vmstat", name))
    value = getattr(now.lab.kernel.vm_stat, name)
    sign = Segment("~ " if change else "  ", "delta")
    return (sign, Segment(f"{name} "), *count_row(value, change, 3))


def pins_out(now: Moment) -> list[int]:
    """Pins taken and not given back, at the last moments at which that changed."""
    stat = now.lab.kernel.vm_stat
    journal = now.lab.machine.journal
    writes = journal.since(max(0, journal.position - FAR))
    values = {RAW + name: getattr(stat, name) for name in STATS}
    acquired, released = values
    found = [values[acquired] - values[released]]
    for at in range(len(writes) - 4, -1, -4):
        if writes[at] is stat and writes[at + 1] in values:
            values[writes[at + 1]] = writes[at + 2]
            found.append(values[acquired] - values[released])
            if len(found) == TRACED:
                break
    return found[::-1]
