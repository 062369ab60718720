"""Entries of page tables that map nothing but say where a page is."""

from __future__ import annotations

from pintutor.linux.mm.swapops import (
    MIGRATION_TYPES,
    is_migration_entry,
    is_swap_pte,
    pte_swp_exclusive,
    pte_to_swp_entry,
    swp_offset,
    swp_offset_pfn,
    swp_type,
)


def absent_words(pte: int) -> str:
    """What such an entry says: `swap slot 3 exclusive`; empty for any other entry."""
    if not is_swap_pte(pte):
        return ""
    entry = pte_to_swp_entry(pte)
    if is_migration_entry(entry):
        kind = MIGRATION_TYPES[swp_type(entry)]
        return f"moving from pfn:{swp_offset_pfn(entry):#x} {kind}"
    exclusive = " exclusive" if pte_swp_exclusive(pte) else ""
    return f"swap slot {swp_offset(entry)}{exclusive}"


def present_bits(pte: int) -> int:
    """The entry, or 0 when it maps nothing: then its bits mean something else."""
    return 0 if is_swap_pte(pte) else pte
