"""struct page, folio, vm_area_struct, mm_struct (include/linux/mm_types.h).

A Folio is its head page: one object under two types. Not modelled: unions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, NewType

from pintutor.linux.include.linux import fs
from pintutor.sim.errors import KernelBug
from pintutor.sim.objects import KArray, KObject

PAGE_SHIFT = 12
PAGE_SIZE = 1 << PAGE_SHIFT
PAGE_MASK = ~(PAGE_SIZE - 1)

FAULT_FLAG_WRITE = 0x1
FAULT_FLAG_USER = 0x40
FAULT_FLAG_UNSHARE = 0x400

VM_FAULT_OOM = 0x1
VM_FAULT_SIGBUS = 0x2
VM_FAULT_SIGSEGV = 0x40
VM_FAULT_ERROR = VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV
VM_FAULT_NOPAGE = 0x100
"""The entry was seen to, or has changed: try the access again."""
VM_FAULT_FALLBACK = 0x800
"""A huge page cannot be had or used: try it with small ones."""


@dataclass(slots=True, eq=False)
class AddressSpace(KObject):
    """What `folio->mapping` points to: an anon_vma, a KSM node or a file."""

    name: str
    anonymous: bool
    """True for an anon_vma; the low bit of the pointer in C."""
    kpfn: int = 0
    """Frame of the KSM page that it is the stable node of, else 0."""
    host: fs.Inode | None = None
    """The file whose pages these are."""
    i_pages: KArray[Page | None] | None = None
    """The page cache: the file's pages that are in memory, by index."""
    xa_lock: int = 0
    """Spinlock of the page cache, i_pages.xa_lock in C."""


@dataclass(slots=True, eq=False)
class Page(KObject):
    """struct page: one frame of physical memory [4096 bytes]."""

    pfn: int
    """Page frame number: physical address / 4096."""
    flags: int = 0
    """PG_* bits."""
    _refcount: int = 0
    """References: 0 is free; an owner adds 1, a pin of a small folio 1024."""
    _mapcount: int = -1
    """Page-table entries that map the page, minus one."""
    _pincount: int = 0
    """Exact number of pins of a large folio; C has it in the first tail."""
    _entire_mapcount: int = -1
    """PMDs that map the large folio as a whole, minus one."""
    order: int = 0
    """The folio has 2**order pages; of a head page."""
    compound_head: Page | None = None
    """Head of the folio when this is a tail page."""
    mapping: AddressSpace | None = None
    """Owner of the contents; None for free frames and the zero page."""
    index: int = 0
    """Offset in the mapping [pages]."""
    private: int = 0
    """Swap entry of a page that is in the swap cache."""
    data: bytes = bytes(PAGE_SIZE)
    """The contents."""
    ptdesc: PageTable | None = None
    """The page table in this frame, if it holds one."""
    buddy_next: Page | None = None
    """Next frame on the free list."""


Folio = NewType("Folio", Page)
"""A Page that is not a tail: counters and owner live here."""


@dataclass(slots=True, eq=False)
class PageTable(KObject):
    """One table of 512 entries at one of the four levels."""

    level: str
    """pgd, pud, pmd or pte."""
    page: Page
    """The frame that holds the table."""
    entries: KArray[int]
    """The 512 entries as the processor reads them [64 bits each]."""
    ptl: int = 0
    """Page-table lock: 1 while held."""
    pmd_huge_pte: tuple[PageTable, ...] = ()
    """PTE tables that are set aside for huge pages; of a pmd."""


class Ptep(NamedTuple):
    """A pointer to an entry of a page table (pte_t *, pmd_t *, ...)."""

    table: PageTable
    nr: int
    """Index of the entry in the table."""

    def next(self) -> Ptep:
        """The pointer incremented by one: `ptep++`."""
        return Ptep(self.table, self.nr + 1)


@dataclass(slots=True, frozen=True)
class PageArray:
    """A pointer into an array of pages: `struct page **`; false for NULL."""

    array: KArray[Page | None]
    at: int = 0
    """Index in the array that the pointer stands at."""

    def __bool__(self) -> bool:
        return self.array is not NULL_PAGES.array

    def __getitem__(self, index: int) -> Page:
        page = self.array.at(self.at + index)
        if page is None:
            raise KernelBug(f"wild pointer: nothing filled in entry {index}")
        return page

    def __setitem__(self, index: int, page: Page) -> None:
        if not self:
            where = 8 * (self.at + index)
            raise KernelBug(f"NULL pointer dereference, address: {where:#x}")
        self.array[self.at + index] = page

    def plus(self, count: int) -> PageArray:
        """The pointer `count` entries further: `pages + count`."""
        return PageArray(self.array, self.at + count)


NULL_PAGES = PageArray(KArray[Page | None]([]))
"""The null pointer: for callers that only want memory faulted in."""


@dataclass(slots=True, eq=False)
class VmAreaStruct(KObject):
    """struct vm_area_struct: one mapped range of an address space."""

    vm_mm: MmStruct
    vm_start: int
    """First address [bytes]."""
    vm_end: int
    """First address after the range [bytes]."""
    vm_flags: int
    """VM_* bits."""
    vm_page_prot: int
    """Bits that a fresh page-table entry of the range gets."""
    anon_vma: AddressSpace | None = None
    """Owner of the anonymous pages; set by the first fault that makes one."""
    vm_file: fs.Inode | None = None
    """The file that is mapped; None for anonymous memory."""
    vm_pgoff: int = 0
    """Where in the file the range begins [pages]."""


@dataclass(slots=True, eq=False)
class MmStruct(KObject):
    """struct mm_struct: one address space."""

    pgd: PageTable | None = None
    """Root of the page tables."""
    mmap: tuple[VmAreaStruct, ...] = ()
    """The mapped ranges by rising address."""
    mmap_lock: int = 0
    """Readers, or -1 for a writer."""
    flags: int = 0
    """MMF_* bits."""
    write_protect_seq: int = 0
    """Odd while fork write-protects this address space."""
    rss_anon: int = 0
    """Anonymous pages mapped (MM_ANONPAGES)."""
    locked_vm: int = 0
    """Pages that its owner keeps resident, against RLIMIT_MEMLOCK."""


@dataclass(slots=True, eq=False)
class TaskStruct(KObject):
    """struct task_struct: who runs."""

    comm: str
    """Name of the task."""
    pid: int
    mm: MmStruct
    flags: int = 0
    """PF_* bits."""
    sigkill_pending: bool = False
    """It was killed, and dies when it leaves the kernel."""
