"""Entries that map nothing but say where a page is
(include/linux/swapops.h, include/linux/swap.h, Linux v6.1).

A swap entry is a number: a type in the bits from 58 up, an offset below them.
The offset is a slot of the swap device, or for a migration entry the frame that
a page is being moved away from. In a page table the type lies in the top five
bits, and the offset, inverted, from bit 9 up: so the entry is neither empty nor
present, and names no frame that exists. Bit 3 says that the page belonged to
this address space only.

Not modelled: entries for device memory, poisoned pages and markers, soft-dirty.
"""

from pintutor.linux.arch.x86.include.pgtable import pte_none, pte_present

SWP_TYPE_SHIFT = 58
SWP_OFFSET_MASK = (1 << SWP_TYPE_SHIFT) - 1

SWP_MIGRATION_READ = 23
SWP_MIGRATION_READ_EXCLUSIVE = 24
SWP_MIGRATION_WRITE = 25
MIGRATION_TYPES = {
    SWP_MIGRATION_READ: "read",
    SWP_MIGRATION_READ_EXCLUSIVE: "read exclusive",
    SWP_MIGRATION_WRITE: "write",
}
"""Type to what the page's entry permitted."""

SWP_PFN_BITS = 34
SWP_PFN_MASK = (1 << SWP_PFN_BITS) - 1
SWP_MIG_YOUNG = 1 << SWP_PFN_BITS
SWP_MIG_DIRTY = 1 << SWP_PFN_BITS + 1

_PAGE_SWP_EXCLUSIVE = 1 << 3
_PTE_TYPE_SHIFT = 59
_PTE_OFFSET_SHIFT = 9
_PTE_OFFSET_MASK = (1 << 50) - 1


def swp_entry(type_: int, offset: int) -> int:
    """A swap entry."""
    return type_ << SWP_TYPE_SHIFT | offset


def swp_type(entry: int) -> int:
    """What kind of entry it is; 0 is a slot of the swap device."""
    return entry >> SWP_TYPE_SHIFT


def swp_offset(entry: int) -> int:
    """The slot of the swap device; of a migration entry a frame, and bits."""
    return entry & SWP_OFFSET_MASK


def swp_offset_pfn(entry: int) -> int:
    """The frame that a migration entry names."""
    return entry & SWP_PFN_MASK


def swp_entry_to_pte(entry: int) -> int:
    """The entry as a page table holds it."""
    offset = ~swp_offset(entry) & _PTE_OFFSET_MASK
    return swp_type(entry) << _PTE_TYPE_SHIFT | offset << _PTE_OFFSET_SHIFT


def pte_to_swp_entry(pte: int) -> int:
    """The swap entry in an entry of a page table."""
    offset = ~(pte >> _PTE_OFFSET_SHIFT) & _PTE_OFFSET_MASK
    return swp_entry(pte >> _PTE_TYPE_SHIFT, offset)


def is_swap_pte(pte: int) -> bool:
    """True for an entry that is neither empty nor maps a page."""
    return not pte_none(pte) and not pte_present(pte)


def non_swap_entry(entry: int) -> bool:
    """True for what is no slot of the swap device."""
    return swp_type(entry) != 0


def is_migration_entry(entry: int) -> bool:
    """True when the page is being moved."""
    return swp_type(entry) in MIGRATION_TYPES


def is_readable_migration_entry(entry: int) -> bool:
    """True when the page could be read only, and may be shared."""
    return swp_type(entry) == SWP_MIGRATION_READ


def is_writable_migration_entry(entry: int) -> bool:
    """True when the page could be written."""
    return swp_type(entry) == SWP_MIGRATION_WRITE


def make_migration_entry(type_: int, pfn: int, flags: int) -> int:
    """An entry for a page that is moved away from a frame.

    In C there is one function for each type; `flags` are SWP_MIG_*.
    """
    return swp_entry(type_, pfn | flags)


def make_readable_migration_entry(entry: int) -> int:
    """The same migration entry for a page that may be shared."""
    return swp_entry(SWP_MIGRATION_READ, swp_offset_pfn(entry))


def make_readable_exclusive_migration_entry(entry: int) -> int:
    """The same migration entry for a page that can be read only."""
    return swp_entry(SWP_MIGRATION_READ_EXCLUSIVE, swp_offset_pfn(entry))


def pte_swp_mkexclusive(pte: int) -> int:
    """The swap entry of a page that belonged to this address space only."""
    return pte | _PAGE_SWP_EXCLUSIVE


def pte_swp_exclusive(pte: int) -> bool:
    """True when the page belonged to this address space only."""
    return bool(pte & _PAGE_SWP_EXCLUSIVE)


def pte_swp_clear_exclusive(pte: int) -> int:
    """The swap entry of a page that may be shared."""
    return pte & ~_PAGE_SWP_EXCLUSIVE
