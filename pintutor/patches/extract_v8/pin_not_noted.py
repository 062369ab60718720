"""A bug put back: a bio does not know that its pages are pinned.

What the extraction said about its pages has to be written into the flags of
each bio. Forgotten once, the pages of that bio stay pinned for ever, and what
was read into them is not marked dirty: a bio without a flag does neither.

Version 5 of the page extraction series, in January 2023, took away the helper
that did it and left it to each who fills a bio: a bio forgets its pins.
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_iov import (
    __bio_iov_iter_get_pages,
    bio_iov_bvec_set,
)
from pintutor.linux.include.linux.bio import bio_full
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-pin-not-noted",
    "a bio forgets its pins",
    commit="",
    release="",
    author="David Howells",
    needs=("bio-extract-pages",),
    mutation=True,
)


@PATCH.replaces(bio_iov.bio_iov_iter_get_pages)
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    The bio is not told how it holds them.
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

    return 0 if bio.bi_vcnt else ret
