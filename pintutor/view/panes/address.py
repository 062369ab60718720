"""A virtual address taken apart: the index into each table, and the offset."""

from __future__ import annotations

from pintutor.lab.results import Change
from pintutor.lab.swap_words import present_bits
from pintutor.linux.arch.x86.include.pgtable import PTE_NAMES, pte_index
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE
from pintutor.view.panes.marks import flow
from pintutor.view.rows import Row, Segment, row

LEVELS = ("pgd", "pud", "pmd", "pte")
INDEX_BITS = 9
"""Bits that index one table."""
DIGITS = 62
"""Columns that the binary digits take."""
ROLES = ("name", "plain", "name", "plain", "dim")
"""Of the five parts, so that neighbours differ."""


def split_rows(address: int, width: int) -> tuple[Row, ...]:
    """The parts of an address: in binary above, where there is room, and as numbers."""
    texts = [f"{level.upper()} {pte_index(level, address)}" for level in LEVELS]
    texts.append(f"offset {address % PAGE_SIZE}")
    if width < DIGITS:
        return flow(row(" "), [row(text) for text in texts], width, indent=1)
    digits = [f"{pte_index(level, address):0{INDEX_BITS}b}" for level in LEVELS]
    digits.append(f"{address % PAGE_SIZE:0{PAGE_SHIFT}b}")
    return (
        _parts(("bits", *digits)),
        _parts(("", *texts)),
    )


def _parts(texts: tuple[str, ...]) -> Row:
    lead, *parts = texts
    cells = (
        Segment(f"{text:<{INDEX_BITS + 2}}", role)
        for text, role in zip(parts, ROLES, strict=True)
    )
    return (Segment(f" {lead:<5}", "dim"), *cells)


def bit_names(entry: int, change: Change | None, width: int) -> tuple[Row, ...]:
    """An entry as its number and its bits by name, with the sign of those that changed."""
    new = present_bits(entry)
    old = present_bits(int(change.old)) if change is not None else new
    cells: list[Row] = [row((f"{entry:#x}", "dim"))]
    for bit, name in PTE_NAMES.items():
        if new & bit:
            cells.append(row(name) if old & bit else row((f"+{name}", "added")))
        elif old & bit:
            cells.append(row((f"-{name}", "removed")))
    return flow(row("       "), cells, width, indent=7)
