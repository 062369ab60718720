"""One pin more on a folio that is pinned already.

Old direct I/O may put one page of the user into several bios, and each bio
gives back a pin when it completes. So fs/direct-io.c needs a further pin for
each, without another walk through the page tables. The caller holds a pin: the
folio can neither go away nor stop being exclusive, so there is no check for
zero, no barrier and no error. The zero page stays uncounted here too.
/proc/vmstat does not count such a pin as acquired, though its release is
counted as released.

Linux kernel commit 1101fb8f89e5 ("mm: Provide a function to get an additional
pin on a page") (in v6.5).
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.page_ref import (
    folio_ref_add,
    folio_ref_count,
    folio_ref_inc,
)
from pintutor.patches.old_dio_v4.zero_page_unpinned import is_zero_folio
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_inc, atomic_read

PATCH = Patch(
    "folio-add-pin",
    "mm: Provide a function to get an additional pin on a page",
    commit="1101fb8f89e5",
    release="v6.5",
    author="David Howells",
    needs=("zero-page-unpinned",),
)


@PATCH.adds("mm/gup.c")
def folio_add_pin(folio: Folio) -> None:
    """Take another pin on a folio that the caller has pinned already.

    The comparison with the bias is unsigned, as in C.
    """
    if is_zero_folio(folio):
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
