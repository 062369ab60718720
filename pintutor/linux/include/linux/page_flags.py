"""Page flags (include/linux/page-flags.h).

Not modelled: PG_referenced, PG_active and what else serves only the LRU's
order.
"""

from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.sim.atomic import clear_bits, read_once, set_bits

PG_locked = 1 << 0
PG_uptodate = 1 << 2
PG_dirty = 1 << 3
PG_lru = 1 << 4
PG_head = 1 << 6
PG_anon_exclusive = 1 << 8
PG_reserved = 1 << 10
PG_swapcache = 1 << 11
PG_private = 1 << 13
PG_writeback = 1 << 15
PG_swapbacked = 1 << 18
PG_buddy = 1 << 24
"""The frame lies on the free list. In Linux this is a page type, not a flag."""

FLAG_NAMES = {
    PG_locked: "locked",
    PG_uptodate: "uptodate",
    PG_dirty: "dirty",
    PG_lru: "lru",
    PG_head: "head",
    PG_anon_exclusive: "anon_exclusive",
    PG_reserved: "reserved",
    PG_swapcache: "swapcache",
    PG_private: "private",
    PG_writeback: "writeback",
    PG_swapbacked: "swapbacked",
    PG_buddy: "free",
}
"""Bit to the name that views show."""


def folio_test_large(folio: Folio) -> bool:
    """True when the folio has more than one page."""
    return bool(folio.flags & PG_head)


def folio_test_dirty(folio: Folio) -> bool:
    """True when PG_dirty is set."""
    return bool(read_once(folio, "flags") & PG_dirty)


def folio_test_private(folio: Folio) -> bool:
    """True when a file system keeps buffers, or else, for the folio."""
    return bool(read_once(folio, "flags") & PG_private)


def folio_test_writeback(folio: Folio) -> bool:
    """True while the folio is being written to its disk."""
    return bool(read_once(folio, "flags") & PG_writeback)


def folio_test_swapcache(folio: Folio) -> bool:
    """True when the swap cache has the folio; each page has a slot then."""
    return bool(read_once(folio, "flags") & PG_swapcache)


def folio_test_anon(folio: Folio) -> bool:
    """True when the folio belongs to an anonymous mapping."""
    return folio.mapping is not None and folio.mapping.anonymous


def PageAnon(page: Page) -> bool:
    """True when the page belongs to an anonymous mapping."""
    head = page if page.compound_head is None else page.compound_head
    return head.mapping is not None and head.mapping.anonymous


def PageKsm(page: Page) -> bool:
    """True when the page stands for equal ones: one of KSM, shared for good."""
    return page.mapping is not None and page.mapping.kpfn != 0


def PageReserved(page: Page) -> bool:
    """True for pages that the kernel never gives away: the zero page is one."""
    return bool(page.flags & PG_reserved)


def PageAnonExclusive(page: Page) -> bool:
    """True when this anonymous page belongs to one address space only."""
    return bool(read_once(page, "flags") & PG_anon_exclusive)


def SetPageAnonExclusive(page: Page) -> None:
    """Say that this anonymous page belongs to one address space only."""
    set_bits(PG_anon_exclusive, page, "flags")


def ClearPageAnonExclusive(page: Page) -> None:
    """Say that this anonymous page may be shared."""
    clear_bits(PG_anon_exclusive, page, "flags")


def SetPageUptodate(page: Page) -> None:
    """Say that the page holds valid data."""
    set_bits(PG_uptodate, page, "flags")
