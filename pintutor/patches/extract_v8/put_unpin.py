"""One function that gives a page back, however it was had.

Pages from an iterator were pinned or only listed, and who extracted them is
told which: FOLL_PIN or 0, and FOLL_GET where others take references. The
cleanup passes that word back. It has to be the right word: FOLL_GET for a pin
drops one unit of 1024 and leaves the rest.

Sent to the lists in January 2023 as "mm: Provide a helper to drop a pin/ref on
a page", part of the extraction series up to v8, and never merged. FOLL_PIN was
about to become mm's own, so v9 asks iov_iter_extract_will_pin(), yes or no,
and its callers unpin by themselves: the wrong word cannot be said any more.
"""

from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN, page_folio
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.mm.gup import gup_put_folio
from pintutor.patches.patch import Patch

PATCH = Patch(
    "folio-put-unpin",
    "mm: Provide a helper to drop a pin/ref on a page",
    commit="",
    release="",
    author="David Howells",
)


@PATCH.adds("mm/gup.c")
def folio_put_unpin(folio: Folio, flags: int) -> None:
    """Give back one reference or pin by `flags`; nothing for neither."""
    if flags & (FOLL_GET | FOLL_PIN):
        gup_put_folio(folio, 1, flags)


@PATCH.adds("mm/gup.c")
def page_put_unpin(page: Page, flags: int) -> None:
    """Give back one reference or pin of the page's folio by `flags`."""
    folio_put_unpin(page_folio(page), flags)
