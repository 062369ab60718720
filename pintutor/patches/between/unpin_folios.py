"""Giving back pins of folios, for who holds folios rather than pages.

They came with memfd_pin_folios(), which pins each folio of a file once, however
many pages it has.

Linux kernel commit 6cc040542ba7 ("mm/gup: introduce unpin_folio/unpin_folios
helpers") (in v6.11).
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import FOLL_PIN, page_folio
from pintutor.linux.include.linux.mm_types import Folio, PageArray
from pintutor.linux.mm.gup import gup_put_folio
from pintutor.patches.patch import Patch

PATCH = Patch(
    "unpin-folios",
    "mm/gup: introduce unpin_folio/unpin_folios helpers",
    commit="6cc040542ba7",
    release="v6.11",
    author="Vivek Kasireddy",
)


@PATCH.adds("mm/gup.c")
def unpin_folio(folio: Folio) -> None:
    """Give back one pin of the folio."""
    gup_put_folio(folio, 1, FOLL_PIN)


@PATCH.adds("mm/gup.c")
def unpin_folios(folios: PageArray, nfolios: int) -> None:
    """Give back one pin of each folio of the array, which names their heads."""
    if warn_on_once(nfolios < 0, "unpin_folios: an error as a count"):
        return
    i = 0
    while i < nfolios:
        folio = page_folio(folios[i])
        j = i + 1
        while j < nfolios and page_folio(folios[j]) is folio:
            j += 1
        gup_put_folio(folio, j - i, FOLL_PIN)
        i = j
