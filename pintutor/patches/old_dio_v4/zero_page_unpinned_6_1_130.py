"""The backport of "Don't pin ZERO_PAGE" to 6.1.130, with its bug.

Upstream, try_grab_page() had changed meanwhile from a bool, true for success,
to an int, 0 for success. The patch says `return 0` there. Carried unchanged to
6.1, where the function is still a bool, 0 means failure: a pin of memory that
was read but never written fails with -ENOMEM. The count of the zero page is
right all the same, so who only looks at counts does not see it. The fast
walk's hunk survived unharmed: it returns a folio, whose meaning had not
changed.

Linux kernel commit 476c1dfefab8 ("mm: Don't pin ZERO_PAGE in
pin_user_pages()") (in v6.1.130), corrected later in the 6.1 series by "Fix
is_zero_page() usage in try_grab_page()".
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
from pintutor.linux.mm import gup
from pintutor.linux.mm.gup import try_get_folio
from pintutor.linux.mm.page_alloc import folio_put_refs
from pintutor.linux.mm.page_zone import is_longterm_pinnable_page
from pintutor.linux.mm.vmstat import (
    NR_FOLL_PIN_ACQUIRED,
    NR_FOLL_PIN_RELEASED,
    mod_node_page_state,
)
from pintutor.patches.old_dio_v4.zero_page_unpinned import (
    is_zero_folio,
    is_zero_page,
)
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_add, atomic_sub

PATCH = Patch(
    "zero-page-unpinned-6.1.130",
    "mm: Don't pin ZERO_PAGE in pin_user_pages()",
    commit="476c1dfefab8",
    release="v6.1.130",
    author="David Howells",
    conflicts=("zero-page-unpinned", "try-grab-page-int"),
    mutation=True,
    counts_zero_pins=False,
)


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
            return False

        if folio_test_large(folio):
            folio_ref_add(folio, 1)
            atomic_add(1, folio, "_pincount")
        else:
            folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)

        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, 1)

    return True
