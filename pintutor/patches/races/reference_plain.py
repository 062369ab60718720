"""Bug put back: a reference is taken of a page that may have none left.

A walk without a lock reads an entry, and takes a reference to its page later.
Meanwhile the page may have been unmapped and freed: its count is 0. The count
is raised unless it is 0, in one operation. Raised from 0 it looks as if the
page were in use, and the walk, which finds the entry gone, gives back the only
reference there is: the page is freed a second time.

In Linux this is include/linux/page_ref.h: folio_ref_try_add_rcu(), for
mm/gup.c: try_get_folio(). No release with GUP-fast is known to have had the
bug.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_ref import (
    folio_ref_add,
    folio_ref_count,
)
from pintutor.linux.mm import gup
from pintutor.linux.mm.page_alloc import folio_put_refs
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-reference-plain",
    "a reference is taken of a page that may have none left",
    commit="",
    release="",
    author="pintutor",
    conflicts=("bug-overflow-exact",),
    mutation=True,
)


@PATCH.replaces(gup.try_get_folio)
def try_get_folio(page: Page, refs: int) -> Folio | None:
    """The page's folio with `refs` references more; None after an overflow."""
    while True:
        folio = page_folio(page)
        if warn_on_once(folio_ref_count(folio) < 0, "try_get_folio: count < 0"):
            return None
        folio_ref_add(folio, refs)
        if page_folio(page) is folio:
            return folio
        folio_put_refs(folio, refs)
