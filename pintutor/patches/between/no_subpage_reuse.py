"""The last page of a huge page that is mapped is copied like the others.

After fork a part of a huge page could be taken over by who wrote last: its
entry had the only reference left. But 511 pages that nobody uses stayed
allocated with it. Now it is copied, and the huge page is free.

Linux kernel commit cd197c3a2040 ("mm: prohibit the last subpage from reusing
the entire large folio") (in v6.10).
"""

from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import (
    PageKsm,
    folio_test_large,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.linux.mm import wp_reuse
from pintutor.linux.mm.folio import folio_trylock, folio_unlock
from pintutor.linux.mm.swapfile import folio_free_swap
from pintutor.patches.patch import Patch

PATCH = Patch(
    "no-subpage-reuse",
    "mm: prohibit the last subpage from reusing the entire large folio",
    commit="cd197c3a2040",
    release="v6.10",
    author="Barry Song",
)


@PATCH.replaces(wp_reuse.wp_can_take_over)
def wp_can_take_over(page: Page) -> bool:
    """True when nobody else refers to the page: no copy is needed.

    The swap cache gives up its reference if no entry names the slot. A page of
    KSM is always copied, for ksmd may find it again at any time.

    In C this is the middle of do_wp_page(), and in v6.12
    wp_can_reuse_anon_folio().
    """
    folio = page_folio(page)
    if folio_test_large(folio):
        return False
    if PageKsm(folio) or folio_ref_count(folio) > 3:
        return False
    if folio_ref_count(folio) > 1 + folio_test_swapcache(folio):
        return False
    if not folio_trylock(folio):
        return False
    if folio_test_swapcache(folio):
        folio_free_swap(folio)
    alone = not PageKsm(folio) and folio_ref_count(folio) == 1
    folio_unlock(folio)
    return alone
