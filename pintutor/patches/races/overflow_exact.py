"""Bug put back: a page is refused only where one more pin would overflow.

The count is looked at first and raised then. Two CPUs that find room for one
pin both take it, and the count wraps. GUP refuses by sign: once the count has
wrapped, nobody is let in any more, and CPUs that were under way can overshoot
by a pin each, of two million that are left. Here the exact limit is asked for:
a count that has jumped over it is far below, and everybody is let in again.

In Linux this is the test at the beginning of mm/gup.c: try_get_folio().
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS, page_folio
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_ref import (
    folio_ref_count,
    folio_ref_try_add_rcu,
)
from pintutor.linux.mm import gup
from pintutor.linux.mm.page_alloc import folio_put_refs
from pintutor.patches.patch import Patch

INT_MAX = (1 << 31) - 1

PATCH = Patch(
    "bug-overflow-exact",
    "a page is refused only where one more pin would overflow",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(gup.try_get_folio)
def try_get_folio(page: Page, refs: int) -> Folio | None:
    """The page's folio with `refs` references more; None if it goes away."""
    while True:
        folio = page_folio(page)
        room = INT_MAX - folio_ref_count(folio)
        if warn_on_once(room < GUP_PIN_COUNTING_BIAS, "try_get_folio: full"):
            return None
        if not folio_ref_try_add_rcu(folio, refs):
            return None
        if page_folio(page) is folio:
            return folio
        folio_put_refs(folio, refs)
