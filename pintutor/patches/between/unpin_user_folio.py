"""Giving back the pins of several pages of one folio at once.

Block I/O knows that the pages of a bio lie in one folio, and need not look at
each of them when it is done.

Linux kernel commit d3bfbfb12484 ("mm: release number of pages of a folio")
(in v6.12).
"""

from pintutor.linux.include.linux.mm import FOLL_PIN
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.mm.gup import gup_put_folio
from pintutor.patches.patch import Patch

PATCH = Patch(
    "unpin-user-folio",
    "mm: release number of pages of a folio",
    commit="d3bfbfb12484",
    release="v6.12",
    author="Kundan Kumar",
)


@PATCH.adds("mm/gup.c")
def unpin_user_folio(folio: Folio, npages: int) -> None:
    """Give back one pin of each of `npages` pages of the folio."""
    gup_put_folio(folio, npages, FOLL_PIN)
