"""An entry that is made read-only keeps its dirty bit in another place.

On processors with shadow stacks an entry that is read-only and dirty means
something else: a page of such a stack. So where the kernel takes the write bit
away, as fork and write-back do, it moves the dirty bit to a bit that the
processor ignores, and back when the entry becomes writable again. It does so
on every x86-64 machine.

The bit itself came with "x86/mm: Introduce _PAGE_SAVED_DIRTY": pte_dirty(),
pte_mkclean() and pte_mkwrite() know it on every kernel here.

Linux kernel commit bb3aadf7d446 ("x86/mm: Start actually marking
_PAGE_SAVED_DIRTY") (in v6.6).
"""

from pintutor.linux.arch.x86.include import pgtable
from pintutor.linux.arch.x86.include.pgtable import (
    _PAGE_CHG_MASK,
    _PAGE_DIRTY,
    _PAGE_RW,
    _PAGE_SAVED_DIRTY,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "saved-dirty",
    "x86/mm: Start actually marking _PAGE_SAVED_DIRTY",
    commit="bb3aadf7d446",
    release="v6.6",
    author="Rick Edgecombe",
)


def pte_mksaveddirty(pte: int) -> int:
    """The entry; if it is read-only and dirty, dirty in the other place."""
    if pte & _PAGE_RW or not pte & _PAGE_DIRTY:
        return pte
    return pte & ~_PAGE_DIRTY | _PAGE_SAVED_DIRTY


@PATCH.replaces(pgtable.pte_wrprotect)
def pte_wrprotect(pte: int) -> int:
    """The entry, read-only."""
    return pte_mksaveddirty(pte & ~_PAGE_RW)


@PATCH.replaces(pgtable.pte_mkdirty)
def pte_mkdirty(pte: int) -> int:
    """The entry, dirty."""
    return pte_mksaveddirty(pte | _PAGE_DIRTY)


@PATCH.replaces(pgtable.pte_modify)
def pte_modify(pte: int, newprot: int) -> int:
    """The entry with other permissions; frame, dirty and accessed stay."""
    return pte_mksaveddirty(pte & _PAGE_CHG_MASK | newprot & ~_PAGE_CHG_MASK)
