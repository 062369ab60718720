"""A bug put back: a further pin of the zero page is counted.

Direct I/O puts the zero page among pinned pages and takes further pins of all
of them. If only the release leaves the zero page alone, each piece of padding
leaves two pins of 1024 behind, for the current page and for the bio.

It is called "mm: folio_add_pin() without the test for zero" here; no commit did
it. Version 3 of the series has the test in both directions.
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
from pintutor.patches.old_dio_v4 import folio_add_pin as add_pin
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_inc, atomic_read

PATCH = Patch(
    "add-pin-counts-zero",
    "mm: folio_add_pin() without the test for zero",
    commit="",
    release="",
    author="David Howells",
    needs=("folio-add-pin",),
    conflicts=("zero-page-0-add-pin",),
    mutation=True,
)


@PATCH.replaces(add_pin.folio_add_pin)
def folio_add_pin(folio: Folio) -> None:
    """Take another pin on a folio that the caller has pinned already.

    The comparison with the bias is unsigned, as in C.
    """
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
