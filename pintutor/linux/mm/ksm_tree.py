"""KSM: finding a page that holds the same (mm/ksm.c, Linux v6.1).

A node of the stable tree holds no reference to its page: the page's mapping
tells whether it is still the node's. A node whose page is gone is dropped when
a search meets it.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.ksm import KsmRmapItem
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    VM_MERGEABLE,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    AddressSpace,
    MmStruct,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageAnon, PageKsm
from pintutor.linux.include.linux.page_ref import folio_ref_try_add_rcu
from pintutor.linux.mm.gup_follow import follow_page_mask
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.page_alloc import get_page, put_page
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read


@kernel_function("mm/ksm.c")
def stable_tree_search(page: Page) -> Page | None:
    """The KSM page that holds the same, or the page itself; with a reference.

    Not modelled: locking and unlocking that page, so that who moves it notices.
    """
    if PageKsm(page):
        get_page(page)
        return page
    for stable_node in this_kernel().ksm.root_stable_tree:
        tree_page = get_ksm_page(stable_node)
        if tree_page is None:
            continue
        if pages_identical(page, tree_page):
            return tree_page
        put_page(tree_page)
    return None


@kernel_function("mm/ksm.c")
def get_ksm_page(stable_node: AddressSpace) -> Page | None:
    """The page of the node, with a reference; None once it is another's."""
    page = this_kernel().mem_map[stable_node.kpfn]
    if page is None or read_once(page, "mapping") is not stable_node:
        remove_node_from_stable_tree(stable_node)
        return None
    if not folio_ref_try_add_rcu(page_folio(page), 1):
        remove_node_from_stable_tree(stable_node)
        return None
    if read_once(page, "mapping") is not stable_node:
        put_page(page)
        remove_node_from_stable_tree(stable_node)
        return None
    return page


@kernel_function("mm/ksm.c")
def remove_node_from_stable_tree(stable_node: AddressSpace) -> None:
    """Forget a page of KSM that is gone."""
    ksm = this_kernel().ksm
    ksm.root_stable_tree = tuple(
        each for each in ksm.root_stable_tree if each is not stable_node
    )


@kernel_function("mm/ksm.c")
def stable_tree_insert(kpage: Page) -> None:
    """Let later pages that hold the same find this page of KSM."""
    ksm = this_kernel().ksm
    assert kpage.mapping is not None, "it has its node"
    ksm.root_stable_tree = (*ksm.root_stable_tree, kpage.mapping)


@kernel_function("mm/ksm.c")
def unstable_tree_search_insert(
    rmap_item: KsmRmapItem, page: Page
) -> tuple[KsmRmapItem, Page] | None:
    """A page looked at before that holds the same, with a reference.

    Returns: None if there is none; then this one can be found from now on.
    """
    ksm = this_kernel().ksm
    for tree_rmap_item in ksm.root_unstable_tree:
        tree_page = get_mergeable_page(tree_rmap_item)
        if tree_page is None:
            return None
        if tree_page is page:
            put_page(tree_page)
            return None
        if pages_identical(page, tree_page):
            return tree_rmap_item, tree_page
        put_page(tree_page)
    ksm.root_unstable_tree = (*ksm.root_unstable_tree, rmap_item)
    return None


@kernel_function("mm/ksm.c")
def get_mergeable_page(rmap_item: KsmRmapItem) -> Page | None:
    """The page that is mapped at the place now, with a reference."""
    mm, found = rmap_item.mm, None
    down_read(mm, "mmap_lock")
    vma = find_mergeable_vma(mm, rmap_item.address)
    if vma is not None:
        page = follow_page_mask(vma, rmap_item.address, FOLL_GET)
        if isinstance(page, Page) and PageAnon(page):
            found = page
        elif isinstance(page, Page):
            put_page(page)
    up_read(mm, "mmap_lock")
    return found


@kernel_function("mm/ksm.c")
def find_mergeable_vma(mm: MmStruct, addr: int) -> VmAreaStruct | None:
    """The range at the address if its pages may be merged."""
    vma = vma_lookup(mm, addr)
    if vma is None or not vma.vm_flags & VM_MERGEABLE or vma.anon_vma is None:
        return None
    return vma


def pages_identical(page1: Page, page2: Page) -> bool:
    """True when both pages hold the same bytes."""
    same: bool = read_once(page1, "data") == read_once(page2, "data")
    return same
