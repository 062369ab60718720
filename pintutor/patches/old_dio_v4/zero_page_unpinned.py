"""Pins of the zero page are no longer counted.

All memory that was read but never written is one page, the zero page. Each pin
of it added 1024 to its reference count, so that some two million of them,
which any user can have in flight, overflow it for the whole machine. And
fs/direct-io.c wants to put a zero page of its own among pages that the user
gave it, and to release all of them alike: it cannot tell its zero page from
one that was pinned. As the zero page is never freed, a pin of it protects
nothing. So FOLL_PIN leaves its count alone, and so does the release. FOLL_GET
counts as before.

Linux kernel commit c8070b787519 ("mm: Don't pin ZERO_PAGE in
pin_user_pages()") (in v6.5). On kernels before v6.2, where try_grab_page()
returns a bool, the bodies are those of the corrected backport to the stable
series 6.1.
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
from pintutor.linux.include.linux.pgtable import is_zero_pfn
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
    "zero-page-unpinned",
    "mm: Don't pin ZERO_PAGE in pin_user_pages()",
    commit="c8070b787519",
    release="v6.5",
    author="David Howells",
    counts_zero_pins=False,
)


def is_zero_page(page: Page) -> bool:
    """True for the zero page."""
    return is_zero_pfn(page.pfn)


def is_zero_folio(folio: Folio) -> bool:
    """True for the folio of the zero page."""
    return is_zero_page(folio)


@PATCH.replaces(gup.try_grab_folio)
def try_grab_folio(page: Page, refs: int, flags: int) -> Folio | None:
    """Take `refs` references or pins by `flags`, without any lock.

    Returns: the folio, or None when it cannot be had.
    """
    if flags & FOLL_GET:
        return try_get_folio(page, refs)
    if flags & FOLL_PIN:
        if is_zero_page(page):
            return page_folio(page)

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
        if is_zero_folio(folio):
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
        if is_zero_page(page):
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
        if is_zero_page(page):
            return 0

        if folio_test_large(folio):
            folio_ref_add(folio, 1)
            atomic_add(1, folio, "_pincount")
        else:
            folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)

        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, 1)

    return 0
