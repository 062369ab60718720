"""Making one page of pages that hold the same (mm/ksm.c, Linux v6.1).

One scan looks at every page of memory that was advised to be mergeable. It is
compared with the KSM pages, in the stable tree, then with those that the scan
has looked at before, in the unstable tree. Writing the entries is in
ksm_merge.py, the trees are in ksm_tree.py, taking it all back in ksm_break.py.

Not modelled: the checksum for which a page waits until the next scan; that a
page of KSM has so many entries at most; the zero page in place of empty pages;
huge pages, which are split first; NUMA nodes; how many pages are scanned at a
time. The trees are lists, and an item of the stable tree is found by its page.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.ksm import KsmRmapItem
from pintutor.linux.include.linux.mm import FOLL_GET, VM_MERGEABLE, page_folio
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageAnon, folio_test_large
from pintutor.linux.mm.folio import folio_lock, folio_unlock
from pintutor.linux.mm.gup_follow import follow_page_mask
from pintutor.linux.mm.ksm_break import break_cow
from pintutor.linux.mm.ksm_merge import try_to_merge_with_ksm_page
from pintutor.linux.mm.ksm_tree import (
    stable_tree_insert,
    stable_tree_search,
    unstable_tree_search_insert,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read


@kernel_function("mm/ksm.c")
def ksm_do_scan() -> None:
    """Look once at every page that may be merged."""
    kernel = this_kernel()
    kernel.ksm.root_unstable_tree = ()
    for task in kernel.tasks:
        scan_mm(task.mm)


@kernel_function("mm/ksm.c")
def scan_mm(mm: MmStruct) -> None:
    """Look once at every page of one address space that may be merged.

    In C ksm_scan keeps the place between two calls.
    """
    found = scan_get_next_rmap_item(mm, 0)
    while found is not None:
        rmap_item, page = found
        cmp_and_merge_page(page, rmap_item)
        put_page(page)
        found = scan_get_next_rmap_item(mm, rmap_item.address + PAGE_SIZE)


@kernel_function("mm/ksm.c")
def scan_get_next_rmap_item(
    mm: MmStruct, address: int
) -> tuple[KsmRmapItem, Page] | None:
    """The first page from `address` on that may be merged, with a reference."""
    found = None
    down_read(mm, "mmap_lock")
    for vma in mm.mmap:
        if vma.vm_flags & VM_MERGEABLE and vma.anon_vma is not None:
            found = next_page(vma, max(address, vma.vm_start))
        if found is not None:
            break
    up_read(mm, "mmap_lock")
    return found


@kernel_function("mm/ksm.c")
def next_page(
    vma: VmAreaStruct, address: int
) -> tuple[KsmRmapItem, Page] | None:
    """The first page of the range from `address` on that may be merged.

    In C this is in scan_get_next_rmap_item().
    """
    while address < vma.vm_end:
        page = follow_page_mask(vma, address, FOLL_GET)
        if isinstance(page, Page):
            if PageAnon(page) and not folio_test_large(page_folio(page)):
                return KsmRmapItem(vma.vm_mm, address), page
            put_page(page)
        address += PAGE_SIZE
    return None


@kernel_function("mm/ksm.c")
def cmp_and_merge_page(page: Page, rmap_item: KsmRmapItem) -> None:
    """Merge the page with one that holds the same, if there is one.

    Context: the caller has a reference to the page.
    """
    kpage = stable_tree_search(page)
    if kpage is page:
        put_page(kpage)
        return
    if kpage is not None:
        try_to_merge_with_ksm_page(rmap_item, page, kpage)
        put_page(kpage)
        return

    found = unstable_tree_search_insert(rmap_item, page)
    if found is None:
        return
    tree_rmap_item, tree_page = found
    kpage = try_to_merge_two_pages(rmap_item, page, tree_rmap_item, tree_page)
    put_page(tree_page)
    if kpage is not None:
        folio_lock(page_folio(kpage))
        stable_tree_insert(kpage)
        folio_unlock(page_folio(kpage))


@kernel_function("mm/ksm.c")
def try_to_merge_two_pages(
    rmap_item: KsmRmapItem,
    page: Page,
    tree_rmap_item: KsmRmapItem,
    tree_page: Page,
) -> Page | None:
    """Make the page one of KSM, and map it for the other too; None if not."""
    err = try_to_merge_with_ksm_page(rmap_item, page, None)
    if not err:
        err = try_to_merge_with_ksm_page(tree_rmap_item, tree_page, page)
        if err:
            break_cow(rmap_item)
    return None if err else page
