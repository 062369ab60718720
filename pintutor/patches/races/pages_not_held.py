"""Bug put back: a direct read does not hold the pages that the disk writes to.

Kernel memory that is handed in as it is has an owner who waits, so a bio holds
no reference to it. Memory of user space has none: the task can unmap it, or
exit, at any time, and an asynchronous read goes on. Here the references that
GUP took are dropped as soon as the bio has its pages.

In Linux this is block/bio.c: bio_iov_iter_get_pages(); only bio_iov_bvec_set()
sets BIO_NO_PAGE_REF.
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_iov import (
    __bio_iov_iter_get_pages,
    bio_iov_bvec_set,
)
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.include.linux.bio import (
    bio_clear_flag,
    bio_full,
    bio_set_flag,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_NO_PAGE_REF,
    BIO_WORKINGSET,
    Bio,
)
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-pages-not-held",
    "a direct read does not hold the pages that the disk writes to",
    commit="",
    release="",
    author="pintutor",
    conflicts=(
        "bio-workingset-gone",
        "page-reffed",
        "v8-bio-extract",
        "bio-extract-pages",
        "bio-pin-not-noted",
        "bio-pinned-late",
        "bio-pin-mode-compared",
    ),
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

    bio_clear_flag(bio, BIO_WORKINGSET)
    bio_release_pages(bio, False)
    bio_set_flag(bio, BIO_NO_PAGE_REF)
    return 0 if bio.bi_vcnt else ret
