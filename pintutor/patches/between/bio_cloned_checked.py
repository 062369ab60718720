"""A bio that is a clone is refused where pages would be added to it.

A clone uses the array of places of another bio: who writes there changes what
the other reads or writes. The check stood where a page is merged with the last
place. It is made where pages are added, one by one or from an iterator; the
places of an iterator over bvecs had become those of the clone unchecked.

Linux kernel commit 939e1a370330 ("block: move the BIO_CLONED checks out of
__bio_try_merge_page") (in v6.6).
"""

from pintutor.linux.block import bio_add, bio_iov
from pintutor.linux.block.bio_add import (
    Merged,
    __bio_add_page,
    page_is_mergeable,
)
from pintutor.linux.block.bio_iov import (
    __bio_iov_iter_get_pages,
    bio_iov_bvec_set,
)
from pintutor.linux.include.linux.bio import (
    UINT_MAX,
    bio_flagged,
    bio_full,
    bio_set_flag,
    bvec_at,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_CLONED,
    BIO_PAGE_PINNED,
    Bio,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.include.uapi.errno import EIO
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.between.extract_pages import iov_iter_extract_will_pin
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-cloned-checked",
    "block: move the BIO_CLONED checks out of __bio_try_merge_page",
    commit="939e1a370330",
    release="v6.6",
    author="Christoph Hellwig",
    needs=("bio-extract-pages",),
    conflicts=(
        "bio-pin-not-noted",
        "bio-pinned-late",
        "bio-pin-mode-compared",
    ),
)


@PATCH.replaces(bio_add.__bio_try_merge_page)
def __bio_try_merge_page(bio: Bio, page: Page, len: int, off: int) -> Merged:
    """Make the last place longer by these bytes, if they lie right behind."""
    if bio.bi_vcnt > 0:
        bv = bvec_at(bio, bio.bi_vcnt - 1)
        merged = page_is_mergeable(bv, page, len, off)
        if merged.ret:
            if bio.bi_iter.bi_size > UINT_MAX - len:
                return Merged(False, False)
            bv.bv_len += len
            bio.bi_iter.bi_size += len
            return merged
    return Merged(False, False)


@PATCH.replaces(bio_add.bio_add_page)
def bio_add_page(bio: Bio, page: Page, len: int, offset: int) -> int:
    """Add bytes of a page; returns how many, 0 when the bio is full."""
    if warn_on_once(bio_flagged(bio, BIO_CLONED), "bio_add_page: BIO_CLONED"):
        return 0
    if not __bio_try_merge_page(bio, page, len, offset).ret:
        if bio_full(bio, len):
            return 0
        __bio_add_page(bio, page, len, offset)
    return len


@PATCH.replaces(bio_iov.bio_iov_iter_get_pages)
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    Returns: 0, or the error that kept it from having a single page.
    """
    if warn_on_once(
        bio_flagged(bio, BIO_CLONED), "bio_iov_iter_get_pages: BIO_CLONED"
    ):
        return -EIO
    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
        iov_iter_advance(iter, bio.bi_iter.bi_size)
        return 0

    if iov_iter_extract_will_pin(iter):
        bio_set_flag(bio, BIO_PAGE_PINNED)
    ret = 0
    while True:
        ret = __bio_iov_iter_get_pages(bio, iter)
        if ret or not iov_iter_count(iter) or bio_full(bio, 0):
            break

    return 0 if bio.bi_vcnt else ret
