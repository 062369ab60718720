"""A pin of a page that the caller has found by itself.

Direct I/O also handles pages that it took with get_page(): the zero page, and
a user's page that goes into a second bio. If all are to be released alike, by
unpin_user_page(), these have to be pinned too. So this is get_page() by the
rules of FOLL_PIN, counted in /proc/vmstat like every other pin.

Review found the hazard: nothing here asks whether the page belongs to its
owner alone. A page that fork left shared can be pinned, and then the owner's
next write goes to a copy and the pin stays behind. folio_add_pin(), of v6.5,
therefore asks for a pin that is there already.

Sent to the lists in February 2022 as "mm/gup: introduce pin_user_page()",
again in August, and never merged.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS, page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.page_ref import folio_ref_add, folio_ref_count
from pintutor.linux.mm.vmstat import NR_FOLL_PIN_ACQUIRED, mod_node_page_state
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_add

PATCH = Patch(
    "pin-user-page",
    "mm/gup: introduce pin_user_page()",
    commit="",
    release="",
    author="John Hubbard",
)


@PATCH.adds("mm/gup.c")
def pin_user_page(page: Page) -> None:
    """Pin a page that the caller has a reference to, or knows to stay."""
    folio = page_folio(page)

    warn_on_once(folio_ref_count(folio) <= 0, "pin_user_page: count <= 0")
    if folio_test_large(folio):
        folio_ref_add(folio, 1)
        atomic_add(1, folio, "_pincount")
    else:
        folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)

    mod_node_page_state(NR_FOLL_PIN_ACQUIRED, 1)
