"""A bug put back: yes and no are compared as numbers.

The question how pages are given back was answered by FOLL_PIN or 0 for a while.
Who takes that for a truth value and compares it with true gets no for an answer
each time, and no pin is ever given back: the mode is compared with true.

Version 9 of the page extraction series, in January 2023, asks
iov_iter_extract_will_pin(), which returns a bool.
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_iov import (
    __bio_iov_iter_get_pages,
    bio_iov_bvec_set,
)
from pintutor.linux.include.linux.bio import bio_full, bio_set_flag
from pintutor.linux.include.linux.blk_types import BIO_PAGE_PINNED, Bio
from pintutor.linux.include.linux.mm import FOLL_PIN
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
    user_backed_iter,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.between import extract_pages
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-pin-mode-compared",
    "the mode is compared with true",
    commit="",
    release="",
    author="David Howells",
    needs=("bio-extract-pages",),
    conflicts=(
        "bio-pin-not-noted",
        "bio-pinned-late",
    ),
    mutation=True,
)


@PATCH.replaces(extract_pages.iov_iter_extract_will_pin)
def iov_iter_extract_will_pin(i: IovIter) -> int:
    """FOLL_PIN when extracting pages pins them, else 0."""
    return FOLL_PIN if user_backed_iter(i) else 0


@PATCH.replaces(bio_iov.bio_iov_iter_get_pages)
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    Returns: 0, or the error that kept it from having a single page.
    """
    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
        iov_iter_advance(iter, bio.bi_iter.bi_size)
        return 0

    if iov_iter_extract_will_pin(iter) == 1:
        bio_set_flag(bio, BIO_PAGE_PINNED)
    ret = 0
    while True:
        ret = __bio_iov_iter_get_pages(bio, iter)
        if ret or not iov_iter_count(iter) or bio_full(bio, 0):
            break

    return 0 if bio.bi_vcnt else ret
