"""What holds of every machine between two commands, whatever was done before."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.lab import books
from pintutor.lab.timeline import Entry
from pintutor.linux.arch.x86.include.pgtable import (
    pmd_trans_huge,
    pte_page,
    pte_present,
    pte_special,
    pte_write,
)
from pintutor.linux.holders.ledger import folios, tables
from pintutor.linux.include.linux.mm import FOLL_PIN, page_folio, page_mapcount
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    PG_buddy,
    folio_test_large,
)
from pintutor.linux.include.linux.swap import SWAP_HAS_CACHE
from pintutor.linux.mm.swapops import is_swap_pte, pte_to_swp_entry, swp_offset
from tests.labs import Lab

Mapping = tuple[int, Page]
"""An entry that maps a page, and the page."""


Added = dict[Entry, int]
"""How many pages but the zero page each `addpin` pinned: its result names the first."""


def check(lab: Lab, added: Added, *, balanced: bool = True) -> None:
    """All of them; without `balanced` not those that a change of the kernel can spoil."""
    if balanced:
        the_books_balance(lab)
        vmstat_counts_the_live_pins(lab, added)
    mapped = entries(lab)
    writable_means_exclusive(mapped)
    pinned_means_exclusive(lab, mapped)
    exclusive_means_one_address_space(mapped)
    a_frame_is_free_exactly_when_nobody_refers_to_it(lab)


def the_books_balance(lab: Lab) -> None:
    """Every unit of every count belongs to somebody (I1, I2, I3)."""
    with lab.machine:
        assert not books.audit(lab).imbalances


def writable_means_exclusive(mapped: list[Mapping]) -> None:
    """A writable entry of an anonymous page implies that it is exclusive (I4)."""
    for entry, page in mapped:
        if pte_write(entry) and PageAnon(page) and not page.compound_head:
            assert PageAnonExclusive(page)


def pinned_means_exclusive(lab: Lab, mapped: list[Mapping]) -> None:
    """An anonymous page that is pinned and mapped is exclusive (I5).

    pin_user_page(), which takes any page, makes the exception: programs that call it
    must not ask.
    """
    there = {page for _, page in mapped}
    for page in pinned(lab):
        if page in there and PageAnon(page):
            assert PageAnonExclusive(page), f"pfn {page.pfn:#x}"


def exclusive_means_one_address_space(mapped: list[Mapping]) -> None:
    """An exclusive page is mapped at most once (I6)."""
    for _, page in mapped:
        if PageAnonExclusive(page) and not folio_test_large(page_folio(page)):
            assert page_mapcount(page) <= 1


def vmstat_counts_the_live_pins(lab: Lab, added: Added) -> None:
    """acquired - released is the live pins less those of folio_add_pin (I7)."""
    stat = lab.kernel.vm_stat
    live = sum(1 for _ in pinned(lab))
    position = lab.machine.journal.position
    here = [entry for entry in lab.timeline.entries if entry.end <= position]
    uncounted = sum(added.get(entry, 0) for entry in here)
    assert stat.nr_foll_pin_acquired - stat.nr_foll_pin_released == live - uncounted


def a_frame_is_free_exactly_when_nobody_refers_to_it(lab: Lab) -> None:
    """Nothing frees a page that is held, and nothing that is free is held (I8)."""
    for folio in folios(lab.kernel):
        assert bool(folio.flags & PG_buddy) == (folio._refcount == 0)


def each_slot_counts_the_entries_that_name_it(lab: Lab) -> None:
    """What swap_map says of a slot is who names it, and the swap cache."""
    swap = lab.kernel.swap
    if swap is not None:
        assert slot_users(lab) == swap.swap_map.items[1:]
        assert swap.swap_map.items.count(0) == swap.nr_swap_pages


def nothing_stays_isolated(lab: Lab) -> None:
    """No folio is off the LRU list on its way somewhere."""
    assert not lab.kernel.isolated


def slot_users(lab: Lab) -> list[int]:
    """What the swap_map of the device should say, counted anew."""
    swap = lab.kernel.swap
    assert swap is not None and swap.swapper_space.i_pages is not None
    cached = swap.swapper_space.i_pages.items[1:]
    users = [SWAP_HAS_CACHE if page is not None else 0 for page in cached]
    with lab.machine:
        roots = [task.mm.pgd for task in lab.kernel.tasks]
        for table in (found for root in roots if root for found, _ in tables(root)):
            for entry in table.entries.items:
                if entry and is_swap_pte(entry):
                    users[swp_offset(pte_to_swp_entry(entry)) - 1] += 1
    return users


def pinned(lab: Lab) -> Iterator[Page]:
    """Each page that a driver has pinned, as often as that was counted."""
    zero = lab.kernel.empty_zero_page
    for held in lab.kernel.held:
        if held.flags & FOLL_PIN:
            yield from (
                page for page in held.pages if page is not zero or held.zero_counted
            )
    for dma in lab.kernel.vfio_dmas:
        pages = (lab.kernel.mem_map[pfn] for pfn in dma.pfns if pfn)
        yield from (page for page in pages if page is not None)


def entries(lab: Lab) -> list[Mapping]:
    """Each entry that maps a page, with the page."""
    found: list[Mapping] = []
    with lab.machine:
        for task in lab.kernel.tasks:
            if task.mm.pgd is None:
                continue
            for table, _ in tables(task.mm.pgd):
                found += [
                    (entry, pte_page(entry))
                    for entry in table.entries.items
                    if entry and maps(table.level, entry)
                ]
    return found


def maps(level: str, entry: int) -> bool:
    """True for an entry that maps a page which mm counts."""
    if not pte_present(entry) or pte_special(entry):
        return False
    return level == "pte" or (level == "pmd" and pmd_trans_huge(entry))
