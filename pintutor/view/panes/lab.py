"""The lab pane: what has a name in the free lab, and what could be done next."""

from __future__ import annotations

from functools import lru_cache

from pintutor.lab.lab import Lab
from pintutor.lab.names import BUILT_IN
from pintutor.view.panes.moment import Pane
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import columns, safe, wrap

FIRST = (
    ("mmap buf 2", "two pages of memory"),
    ("disk d 64K", "a disk, for files and direct I/O"),
    ("kernels", "the releases; `kernel K` runs another"),
    ("lessons", "the course"),
)
"""What to begin with."""


def lab_rows(lab: Lab, width: int, height: int) -> Pane:
    """The names of a lab, and lines that go on from there, which can be clicked."""
    with lab.machine:
        names = lab.names.all()
        ranges, held = tuple(lab.names.ranges()), tuple(lab.names.held())
    own = tuple(one for one in names.items() if one[0] not in BUILT_IN)
    shown = _rows(own, ranges, held, width)
    return Pane(row("lab"), row((lab.kernel_name, "dim")), shown)


@lru_cache(maxsize=16)
def _rows(
    own: tuple[tuple[str, str], ...],
    ranges: tuple[str, ...],
    held: tuple[str, ...],
    width: int,
) -> tuple[Row, ...]:
    """The rows; kept, since few steps change a name."""
    rows: list[Row] = [row(("in use", "title"))]
    wide = max((columns(name) for name, _ in own), default=0)
    for name, told in own:
        lead = row((f"  {name:<{wide}}  ", "name"))
        rows += wrap((*lead, Segment(told)), width - 2, indent=wide + 4)
    rows += [(), row(("next", "title"))]
    for line, told in _next(ranges, held):
        lead = row("  ", (line, "command"), "  ")
        rows += wrap((*lead, Segment(told, "dim")), width - 2, indent=4)
    return safe((*row(" "), *one) for one in rows)


def _next(ranges: tuple[str, ...], held: tuple[str, ...]) -> list[tuple[str, str]]:
    """Lines that make sense with these names, the most useful first."""
    if not ranges:
        return list(FIRST)
    page = f"{ranges[-1]}[0]"
    found = [
        (f"write {page} 0x41", "a page of its own"),
        (f"pin {page}", "FOLL_PIN on it"),
        (f"why {page}._refcount", "what its count is made of"),
    ]
    found += [(f"unpin {name}", "give it back") for name in held[-1:]]
    return [*found, ("audit", "whether the books balance"), ("undo", "take it back")]
