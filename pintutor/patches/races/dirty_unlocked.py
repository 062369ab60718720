"""Bug put back: pinned pages are marked dirty without the lock of their folio.

A page that leaves its file is locked meanwhile: it is made clean, then it is
taken out of the cache. Marked dirty in between, it leaves with what nobody will
write; marked and not yet counted, it is counted out before it was counted in.
The lock keeps the two apart, and the file alive.

In Linux this is mm/gup.c: unpin_user_pages_dirty_lock(), which has the lock in
its name.
"""

from pintutor.linux.include.linux.mm import FOLL_PIN
from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.linux.mm import gup_unpin
from pintutor.linux.mm.gup import gup_put_folio
from pintutor.linux.mm.gup_unpin import gup_folio_next, unpin_user_pages
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-dirty-unlocked",
    "pinned pages are marked dirty without the lock of their folio",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(gup_unpin.unpin_user_pages_dirty_lock)
def unpin_user_pages_dirty_lock(
    pages: PageArray, npages: int, make_dirty: bool
) -> None:
    """Mark the pages dirty if asked to, then give back one pin of each."""
    if not make_dirty:
        unpin_user_pages(pages, npages)
        return
    i = 0
    while i < npages:
        folio, nr = gup_folio_next(pages, npages, i)
        if not folio_test_dirty(folio):
            folio_mark_dirty(folio)
        gup_put_folio(folio, nr, FOLL_PIN)
        i += nr
