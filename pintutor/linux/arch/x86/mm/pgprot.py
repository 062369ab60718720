"""What a range lets its entries permit (arch/x86/mm/pgprot.c)."""

from pintutor.linux.arch.x86.include.pgtable import (
    _PAGE_ACCESSED,
    _PAGE_NX,
    _PAGE_PRESENT,
    _PAGE_PROTNONE,
    _PAGE_RW,
    _PAGE_USER,
)
from pintutor.linux.include.linux.mm import (
    VM_EXEC,
    VM_READ,
    VM_SHARED,
    VM_WRITE,
)

_PAGE_COMMON = _PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED


def vm_get_page_prot(vm_flags: int) -> int:
    """The bits of a fresh entry in a range with these VM_* flags.

    A private range never gets RW here: its first write has to fault.
    """
    if not vm_flags & (VM_READ | VM_WRITE | VM_EXEC):
        return _PAGE_PROTNONE | _PAGE_ACCESSED
    prot = _PAGE_COMMON
    if not vm_flags & VM_EXEC:
        prot |= _PAGE_NX
    if vm_flags & VM_WRITE and vm_flags & VM_SHARED:
        prot |= _PAGE_RW
    return prot
