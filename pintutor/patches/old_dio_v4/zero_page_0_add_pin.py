"""A bug put back: another pin is taken on all zero pages but the first.

Version 2 of "mm: Provide a function to get an additional pin on a page" still
compared with ZERO_PAGE(0), as the review noticed. Where there are several zero
pages, another pin of one that is not the first was counted: first with a
warning, as none of its pins is, and for good, as no release takes it back.
Version 3 asks is_zero_folio(). x86 has one zero page, so nothing shows there.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS, page_folio
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.page_ref import (
    folio_ref_add,
    folio_ref_count,
    folio_ref_inc,
)
from pintutor.linux.include.linux.pgtable import ZERO_PAGE
from pintutor.patches.old_dio_v4 import folio_add_pin as added
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_inc, atomic_read

PATCH = Patch(
    "zero-page-0-add-pin",
    "A bug put back: another pin is taken on all zero pages but the first",
    commit="",
    release="",
    author="David Howells",
    needs=("folio-add-pin",),
    mutation=True,
)


@PATCH.replaces(added.folio_add_pin)
def folio_add_pin(folio: Folio) -> None:
    """Take another pin on a folio that the caller has pinned already.

    The comparison with the bias is unsigned, as in C.
    """
    if folio is page_folio(ZERO_PAGE(0)):
        return
    if folio_test_large(folio):
        warn_on_once(
            atomic_read(folio, "_pincount") < 1, "folio_add_pin: not pinned"
        )
        folio_ref_inc(folio)
        atomic_inc(folio, "_pincount")
    else:
        warn_on_once(
            folio_ref_count(folio) & 0xFFFFFFFF < GUP_PIN_COUNTING_BIAS,
            "folio_add_pin: not pinned",
        )
        folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)
