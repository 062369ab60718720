"""A bug put back: a bio learns too late that its pages are pinned.

A page that is in the bio twice, and one that was cut off because it ends within
a block, are given back while the bio is being filled, as its flags say then. If
the flag is set only afterwards, nothing is given back, and each such page stays
pinned for ever: a bio is marked after its pages.

Not in any version that was sent; the order of two statements keeps it away.
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_iov import (
    __bio_iov_iter_get_pages,
    bio_iov_bvec_set,
)
from pintutor.linux.include.linux.bio import bio_full, bio_set_flag
from pintutor.linux.include.linux.blk_types import BIO_PAGE_PINNED, Bio
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.between.extract_pages import iov_iter_extract_will_pin
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-pinned-late",
    "a bio is marked after its pages",
    commit="",
    release="",
    author="David Howells",
    needs=("bio-extract-pages",),
    conflicts=("bio-pin-not-noted",),
    mutation=True,
)


@PATCH.replaces(bio_iov.bio_iov_iter_get_pages)
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    Returns: 0, or the error that kept it from having a single page.
    """
    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
        iov_iter_advance(iter, bio.bi_iter.bi_size)
        return 0

    ret = 0
    while True:
        ret = __bio_iov_iter_get_pages(bio, iter)
        if ret or not iov_iter_count(iter) or bio_full(bio, 0):
            break

    if iov_iter_extract_will_pin(iter):
        bio_set_flag(bio, BIO_PAGE_PINNED)
    return 0 if bio.bi_vcnt else ret
