"""Flags, constants and predicates of mm (include/linux/mm.h, Linux v6.1).

FOLL_* stand for names of flags, of later releases too; foll_bits() says which.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm_types import (
    AddressSpace,
    Folio,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    folio_test_anon,
    folio_test_large,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function

VM_READ = 0x1
VM_WRITE = 0x2
VM_EXEC = 0x4
VM_SHARED = 0x8
VM_MAYREAD = 0x10
VM_MAYWRITE = 0x20
VM_MAYEXEC = 0x40
VM_MAYSHARE = 0x80
VM_PFNMAP = 0x400
VM_IO = 0x4000
VM_DONTCOPY = 0x20000
VM_DONTEXPAND = 0x40000
VM_WIPEONFORK = 0x2000000
VM_MIXEDMAP = 0x10000000
VM_HUGEPAGE = 0x20000000
VM_NOHUGEPAGE = 0x40000000
VM_MERGEABLE = 0x80000000

VM_ACCESS_FLAGS = VM_READ | VM_WRITE | VM_EXEC
VM_SPECIAL = VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP
"""Ranges that are not joined with others."""

VM_DEVICE = VM_PFNMAP | VM_MIXEDMAP
"""Ranges that map a device's memory; in C they have vm_ops of their own."""

MM_CP_TRY_CHANGE_WRITABLE = 1 << 0
"""change_protection(): entries may be made writable where that is right."""

VM_FLAG_NAMES: dict[int, str] = {
    VM_READ: "read",
    VM_WRITE: "write",
    VM_EXEC: "exec",
    VM_SHARED: "shared",
    VM_PFNMAP: "pfnmap",
    VM_IO: "io",
    VM_DONTCOPY: "dontcopy",
    VM_WIPEONFORK: "wipeonfork",
    VM_MIXEDMAP: "mixedmap",
    VM_HUGEPAGE: "hugepage",
    VM_NOHUGEPAGE: "nohugepage",
    VM_MERGEABLE: "mergeable",
}
"""Bit to the name that views show."""

FOLL_WRITE = 0x01
FOLL_TOUCH = 0x02
FOLL_GET = 0x04
FOLL_DUMP = 0x08
FOLL_FORCE = 0x10
FOLL_NOWAIT = 0x20
FOLL_NOFAULT = 0x80
FOLL_HWPOISON = 0x100
FOLL_MIGRATION = 0x400
FOLL_TRIED = 0x800
FOLL_REMOTE = 0x2000
FOLL_ANON = 0x8000
FOLL_LONGTERM = 0x10000
FOLL_SPLIT_PMD = 0x20000
FOLL_PIN = 0x40000
FOLL_FAST_ONLY = 0x80000
FOLL_PCI_P2PDMA = 0x100000
FOLL_INTERRUPTIBLE = 0x200000
FOLL_UNLOCKABLE = 0x400000
FOLL_HONOR_NUMA_FAULT = 0x800000
FOLL_MADV_POPULATE = 0x1000000

GUP_PIN_COUNTING_BIAS = 1 << 10
"""What one pin adds to the reference count of a small folio."""

MMF_HUGE_ZERO_PAGE = 1 << 23
"""mm->flags: the address space has used the huge zero page once."""

MMF_HAS_PINNED = 1 << 27
"""mm->flags: FOLL_PIN ran on this address space once; never cleared."""


def page_folio(page: Page) -> Folio:
    """The folio that the page belongs to."""
    return Folio(page if page.compound_head is None else page.compound_head)


def is_cow_mapping(flags: int) -> bool:
    """True for private mappings that are, or could become, writable."""
    return flags & (VM_SHARED | VM_MAYWRITE) == VM_MAYWRITE


def vma_is_anonymous(vma: VmAreaStruct) -> bool:
    """True when no file or device is mapped: faults make anonymous pages."""
    return vma.vm_file is None and not vma.vm_flags & VM_DEVICE


def folio_mapping(folio: Folio) -> AddressSpace | None:
    """The file's address space, or the swap cache, that the folio is in."""
    if folio_test_swapcache(folio):
        swap = this_kernel().swap
        return None if swap is None else swap.swapper_space
    return None if folio_test_anon(folio) else folio.mapping


def folio_mapcount(folio: Folio) -> int:
    """How many entries map the folio, as a whole or a page of it."""
    frames = slice(folio.pfn, folio.pfn + folio_nr_pages(folio))
    pages = this_kernel().mem_map.items[frames]
    parts = sum(page._mapcount + 1 for page in pages if page is not None)
    return folio._entire_mapcount + 1 + parts


def folio_mapped(folio: Folio) -> bool:
    """True when some page table maps the folio."""
    return folio_mapcount(folio) > 0


def nth_page(page: Page, n: int) -> Page:
    """The page `n` frames after `page`: page + n.

    The struct page of a tail is made when it is first asked for.
    """
    mem_map = this_kernel().mem_map
    found = mem_map[page.pfn + n]
    if found is None:
        head = page_folio(page)
        assert page.pfn + n - head.pfn < folio_nr_pages(head), "it is no tail"
        found = Page(page.pfn + n, compound_head=head)
        mem_map[found.pfn] = found
    return found


def folio_nr_pages(folio: Folio) -> int:
    """How many pages the folio has."""
    return 1 << folio.order


def page_mapcount(page: Page) -> int:
    """How many entries map the page, by itself or as part of its folio."""
    return page._mapcount + 1 + page_folio(page)._entire_mapcount + 1


def folio_maybe_dma_pinned(folio: Folio) -> bool:
    """True when the folio may be pinned; exact only for large folios.

    A small folio with 1024 plain references looks pinned, and so does one whose
    count has overflowed: the comparison is unsigned.
    """
    if folio_test_large(folio):
        return folio._pincount > 0
    return folio_ref_count(folio) & 0xFFFFFFFF >= GUP_PIN_COUNTING_BIAS


@kernel_function("include/linux/mm.h")
def page_needs_cow_for_dma(vma: VmAreaStruct, page: Page) -> bool:
    """True when fork has to copy the page now, as a device may be using it.

    Context: fork has made write_protect_seq odd.
    """
    assert vma.vm_mm.write_protect_seq & 1, "fork holds the sequence counter"
    if not read_once(vma.vm_mm, "flags") & MMF_HAS_PINNED:
        return False
    return folio_maybe_dma_pinned(page_folio(page))


def gup_can_follow_protnone(flags: int) -> bool:
    """True when a PROT_NONE entry may be followed: by a debugger."""
    return bool(flags & FOLL_FORCE)


@kernel_function("include/linux/mm.h")
def gup_must_unshare(flags: int, page: Page) -> bool:
    """True when a read-only pin of this page has to break sharing first."""
    if flags & (FOLL_WRITE | FOLL_PIN) != FOLL_PIN:
        return False
    if not PageAnon(page):
        return False
    return not PageAnonExclusive(page)
