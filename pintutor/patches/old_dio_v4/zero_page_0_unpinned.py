"""A bug put back: only the first of several zero pages is left out.

Version 1 of "mm: Don't pin ZERO_PAGE in pin_user_pages()" compared the page
with ZERO_PAGE(0). On x86 there is one zero page, and nothing shows. Where a
cache tells virtual addresses apart there are several, and what a read maps
depends on the address: pins of all but the first were still counted, and could
still overflow its count. Version 2 says "Fix use of ZERO_PAGE()": the test
became one of frame numbers, is_zero_pfn(), which accepts them all.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_PIN,
    GUP_PIN_COUNTING_BIAS,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.page_ref import (
    folio_ref_add,
    folio_ref_count,
    folio_ref_inc,
)
from pintutor.linux.include.linux.pgtable import ZERO_PAGE
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.mm import gup
from pintutor.linux.mm.gup import try_get_folio
from pintutor.linux.mm.page_alloc import folio_put_refs
from pintutor.linux.mm.page_zone import is_longterm_pinnable_page
from pintutor.linux.mm.vmstat import (
    NR_FOLL_PIN_ACQUIRED,
    NR_FOLL_PIN_RELEASED,
    mod_node_page_state,
)
from pintutor.patches.between import try_grab_page_int
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_add, atomic_sub

PATCH = Patch(
    "zero-page-0-unpinned",
    "A bug put back: only the first of several zero pages is left out",
    commit="",
    release="",
    author="David Howells",
    needs=("zero-page-unpinned",),
    conflicts=("zero-page-unpinned-6.1.130",),
    mutation=True,
    counts_coloured_zero_pins=True,
)


@PATCH.replaces(gup.try_grab_folio)
def try_grab_folio(page: Page, refs: int, flags: int) -> Folio | None:
    """Take `refs` references or pins by `flags`, without any lock.

    Returns: the folio, or None when it cannot be had.
    """
    if flags & FOLL_GET:
        return try_get_folio(page, refs)
    if flags & FOLL_PIN:
        if page is ZERO_PAGE(0):
            return page_folio(ZERO_PAGE(0))

        if flags & FOLL_LONGTERM and not is_longterm_pinnable_page(page):
            return None
        folio = try_get_folio(page, refs)
        if folio is None:
            return None
        if folio_test_large(folio):
            atomic_add(refs, folio, "_pincount")
        else:
            folio_ref_add(folio, refs * (GUP_PIN_COUNTING_BIAS - 1))
        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, refs)
        return folio
    warn_on_once(True, "try_grab_folio: neither FOLL_GET nor FOLL_PIN")
    return None


@PATCH.replaces(gup.gup_put_folio)
def gup_put_folio(folio: Folio, refs: int, flags: int) -> None:
    """Give back `refs` references or pins that were taken with `flags`."""
    if flags & FOLL_PIN:
        if folio is page_folio(ZERO_PAGE(0)):
            return
        mod_node_page_state(NR_FOLL_PIN_RELEASED, refs)
        if folio_test_large(folio):
            atomic_sub(refs, folio, "_pincount")
        else:
            refs *= GUP_PIN_COUNTING_BIAS

    folio_put_refs(folio, refs)


@PATCH.replaces(gup.try_grab_page)
def try_grab_page(page: Page, flags: int) -> bool:
    """Take one reference or pin by `flags`; true when it was had.

    Context: the page-table lock is held, so the page cannot go away.
    """
    folio = page_folio(page)

    warn_on_once(
        flags & (FOLL_GET | FOLL_PIN) == FOLL_GET | FOLL_PIN,
        "try_grab_page: FOLL_GET and FOLL_PIN",
    )
    if warn_on_once(folio_ref_count(folio) <= 0, "try_grab_page: count <= 0"):
        return False

    if flags & FOLL_GET:
        folio_ref_inc(folio)
    elif flags & FOLL_PIN:
        if page is ZERO_PAGE(0):
            return True

        if folio_test_large(folio):
            folio_ref_add(folio, 1)
            atomic_add(1, folio, "_pincount")
        else:
            folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)

        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, 1)

    return True


@PATCH.replaces(  # type: ignore[no-redef]
    gup.try_grab_page, over=try_grab_page_int.PATCH
)
def try_grab_page(page: Page, flags: int) -> int:
    """Take one reference or pin by `flags`; 0, or -ENOMEM without one.

    Context: the page-table lock is held, so the page cannot go away.
    """
    folio = page_folio(page)

    warn_on_once(
        flags & (FOLL_GET | FOLL_PIN) == FOLL_GET | FOLL_PIN,
        "try_grab_page: FOLL_GET and FOLL_PIN",
    )
    if warn_on_once(folio_ref_count(folio) <= 0, "try_grab_page: count <= 0"):
        return -ENOMEM

    if flags & FOLL_GET:
        folio_ref_inc(folio)
    elif flags & FOLL_PIN:
        if page is ZERO_PAGE(0):
            return 0

        if folio_test_large(folio):
            folio_ref_add(folio, 1)
            atomic_add(1, folio, "_pincount")
        else:
            folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)

        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, 1)

    return 0
