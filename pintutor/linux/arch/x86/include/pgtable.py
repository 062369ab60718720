"""Bits and indices of x86-64 page-table entries (asm/pgtable*.h).

An entry is the 64-bit integer that the processor reads: flags, and the frame
number from bit 12 up. The levels are PGD, PUD, PMD and PTE, without the P4D.
Bits mean the same at each: pte_write() serves for a PMD of a huge page too.

Not modelled: memory types (PWT, PCD, PAT), GLOBAL on user pages, protection
keys, device-mapped entries, soft-dirty and userfaultfd bits.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, Page, Ptep
from pintutor.sim.atomic import read_once, write_once
from pintutor.sim.function import kernel_function
from pintutor.sim.poison import look

_PAGE_PRESENT = 1 << 0
_PAGE_RW = 1 << 1
_PAGE_USER = 1 << 2
_PAGE_ACCESSED = 1 << 5
_PAGE_DIRTY = 1 << 6
_PAGE_PSE = 1 << 7
_PAGE_PROTNONE = 1 << 8
_PAGE_SPECIAL = 1 << 9
_PAGE_SAVED_DIRTY = 1 << 58
_PAGE_NX = 1 << 63

PTE_NAMES = {
    _PAGE_PRESENT: "present",
    _PAGE_RW: "write",
    _PAGE_USER: "user",
    _PAGE_ACCESSED: "accessed",
    _PAGE_DIRTY: "dirty",
    _PAGE_PSE: "huge",
    _PAGE_PROTNONE: "protnone",
    _PAGE_SPECIAL: "special",
    _PAGE_SAVED_DIRTY: "saved-dirty",
    _PAGE_NX: "nx",
}
"""Bit to the name that views show."""

_PAGE_DIRTY_BITS = _PAGE_DIRTY | _PAGE_SAVED_DIRTY
"""Where the dirty bit can stand; kernels before v6.6 never set the second."""

PTE_PFN_MASK = (1 << 52) - (1 << PAGE_SHIFT)
_PAGE_CHG_MASK = (
    PTE_PFN_MASK | _PAGE_ACCESSED | _PAGE_DIRTY_BITS | _PAGE_PSE | _PAGE_SPECIAL
)
"""What a change of permissions leaves as it is."""

PTRS_PER_PTE = 512
TASK_SIZE_MAX = (1 << 47) - 4096
"""First address after user space."""

SHIFTS = {"pgd": 39, "pud": 30, "pmd": 21, "pte": 12}
"""Lowest bit of the virtual address that indexes each level."""

PGDIR_SIZE = 1 << SHIFTS["pgd"]
PUD_SIZE = 1 << SHIFTS["pud"]
PMD_SIZE = 1 << SHIFTS["pmd"]
PMD_MASK = -PMD_SIZE

TABLE_BITS = (
    _PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY
)
"""Bits of an entry that points to a table."""


def pte_index(level: str, address: int) -> int:
    """Index that the address has in a table of that level."""
    return address >> SHIFTS[level] & PTRS_PER_PTE - 1


def pfn_pte(pfn: int, prot: int) -> int:
    """An entry for a frame."""
    return pfn << PAGE_SHIFT | prot


def mk_pte(page: Page, prot: int) -> int:
    """An entry for a page."""
    return pfn_pte(page.pfn, prot)


def pte_pfn(pte: int) -> int:
    """The frame number in an entry."""
    return (pte & PTE_PFN_MASK) >> PAGE_SHIFT


def pte_page(pte: int) -> Page:
    """The page that an entry names."""
    page = this_kernel().mem_map[pte_pfn(pte)]
    assert page is not None, "an entry names a frame that was given out"
    return page


def pte_none(pte: int) -> bool:
    """True for an empty entry; accessed and dirty may linger on hardware."""
    return pte & ~(_PAGE_DIRTY | _PAGE_ACCESSED) == 0


def pte_present(pte: int) -> bool:
    """True when the entry maps a page, PROT_NONE included."""
    return bool(pte & (_PAGE_PRESENT | _PAGE_PROTNONE))


def pte_protnone(pte: int) -> bool:
    """True when the page is mapped but nobody may touch it."""
    return pte & (_PAGE_PROTNONE | _PAGE_PRESENT) == _PAGE_PROTNONE


def pte_write(pte: int) -> bool:
    """True when user space may write through the entry."""
    return bool(pte & _PAGE_RW)


def pte_dirty(pte: int) -> bool:
    """True when something was written through the entry."""
    return bool(pte & _PAGE_DIRTY_BITS)


def pte_young(pte: int) -> bool:
    """True when something was accessed through the entry."""
    return bool(pte & _PAGE_ACCESSED)


def pte_special(pte: int) -> bool:
    """True when mm must not touch the page behind the entry: the zero page."""
    return bool(pte & _PAGE_SPECIAL)


def pmd_trans_huge(pmd: int) -> bool:
    """True when the PMD maps a huge page rather than a table."""
    return bool(pmd & _PAGE_PSE)


def pmd_mkhuge(pmd: int) -> int:
    """The entry, mapping a huge page."""
    return pmd | _PAGE_PSE


def pte_access_permitted(pte: int, write: bool) -> bool:
    """True when user space may read, or write, through the entry."""
    needed = _PAGE_PRESENT | _PAGE_USER | (_PAGE_RW if write else 0)
    return pte & needed == needed


def pte_mkwrite(pte: int) -> int:
    """The entry, writable; a dirty bit that was set aside is put back."""
    saved = pte & _PAGE_SAVED_DIRTY
    return pte & ~saved | (_PAGE_DIRTY if saved else 0) | _PAGE_RW


@kernel_function("arch/x86/include/asm/pgtable.h")
def pte_wrprotect(pte: int) -> int:
    """The entry, read-only."""
    return pte & ~_PAGE_RW


def pte_mkclean(pte: int) -> int:
    """The entry, clean."""
    return pte & ~_PAGE_DIRTY_BITS


def pte_mkold(pte: int) -> int:
    """The entry, not accessed."""
    return pte & ~_PAGE_ACCESSED


@kernel_function("arch/x86/include/asm/pgtable.h")
def pte_mkdirty(pte: int) -> int:
    """The entry, dirty."""
    return pte | _PAGE_DIRTY


def pte_mkyoung(pte: int) -> int:
    """The entry, accessed."""
    return pte | _PAGE_ACCESSED


def pte_mkspecial(pte: int) -> int:
    """The entry, special."""
    return pte | _PAGE_SPECIAL


@kernel_function("arch/x86/include/asm/pgtable.h")
def pte_modify(pte: int, newprot: int) -> int:
    """The entry with other permissions; frame, dirty and accessed stay."""
    return pte & _PAGE_CHG_MASK | newprot & ~_PAGE_CHG_MASK


def ptep_get(ptep: Ptep) -> int:
    """The entry now: READ_ONCE(*ptep); UseAfterFree of a table that is free."""
    pte: int = read_once(look(ptep.table).entries, ptep.nr)
    look(ptep.table)  # others may have run since
    return pte


def set_pte(ptep: Ptep, pte: int) -> None:
    """Write the entry."""
    write_once(ptep.table.entries, ptep.nr, pte)
