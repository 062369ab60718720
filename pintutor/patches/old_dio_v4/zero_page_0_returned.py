"""A bug put back: grabbing any zero page returns the folio of the first.

Version 1 of "mm: Don't pin ZERO_PAGE in pin_user_pages()" returned the folio of
ZERO_PAGE(0) from try_grab_folio(). That was right as long as only ZERO_PAGE(0)
passed the test. Version 2 lets all zero pages pass, and so has to return the
zero page obtained: else the caller marks, checks or gives back the folio of
another page than the one it stored. On x86 there is one zero page, and nothing
shows.
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
from pintutor.linux.include.linux.page_ref import folio_ref_add
from pintutor.linux.include.linux.pgtable import ZERO_PAGE
from pintutor.linux.mm import gup
from pintutor.linux.mm.gup import try_get_folio
from pintutor.linux.mm.page_zone import is_longterm_pinnable_page
from pintutor.linux.mm.vmstat import (
    NR_FOLL_PIN_ACQUIRED,
    mod_node_page_state,
)
from pintutor.patches.old_dio_v4.zero_page_unpinned import is_zero_page
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_add

PATCH = Patch(
    "zero-page-0-returned",
    "A bug put back: grabbing any zero page returns the folio of the first",
    commit="",
    release="",
    author="David Howells",
    needs=("zero-page-unpinned",),
    conflicts=("zero-page-0-unpinned", "zero-page-unpinned-6.1.130"),
    mutation=True,
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
