"""One pin more on a page that is pinned already, as versions 1 and 2 had it.

It takes a page and leaves out the first zero page alone. The review disliked
the name, which mixes get and pin, and Linus Torvalds noticed that is_zero_folio
of the patch before was not used. Version 3 became folio_add_pin().

Posted in May 2023 as "mm: Provide a function to get an additional pin on a
page", and merged in another form.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS, page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.page_ref import folio_ref_add, folio_ref_count
from pintutor.linux.include.linux.pgtable import ZERO_PAGE
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_add, atomic_read

PATCH = Patch(
    "page-get-additional-pin",
    "mm: Provide a function to get an additional pin on a page",
    commit="",
    release="",
    author="David Howells",
    needs=("zero-page-unpinned",),
    conflicts=("folio-add-pin",),
    mutation=True,
)


@PATCH.adds("mm/gup.c")
def page_get_additional_pin(page: Page) -> None:
    """Take another pin on a page that the caller has pinned already.

    The comparison with the bias is unsigned, as in C.
    """
    folio = page_folio(page)

    if page is ZERO_PAGE(0):
        return
    if folio_test_large(folio):
        warn_on_once(
            atomic_read(folio, "_pincount") < 1,
            "page_get_additional_pin: not pinned",
        )
        folio_ref_add(folio, 1)
        atomic_add(1, folio, "_pincount")
    else:
        warn_on_once(
            folio_ref_count(folio) & 0xFFFFFFFF < GUP_PIN_COUNTING_BIAS,
            "page_get_additional_pin: not pinned",
        )
        folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)
