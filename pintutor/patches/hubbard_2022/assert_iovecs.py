"""Direct I/O says when it is handed memory that is not a user's.

It is about to pin what it is handed, and pins are for pages of user space. So
the functions that fill a bio warn once when the iterator is of another kind,
and go on as before. Review asked what that is good for: if the check means
something, why does nothing fail? And pipes do come there, by splice(2) from a
file that was opened with O_DIRECT.

Sent to the lists in February 2022 as "block, fs: assert that key paths use
iovecs, and nothing else", and never merged.
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_iov import (
    LONG_MAX,
    bio_iov_add_page,
    bio_put_pages,
)
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter, iter_is_iovec
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import (
    get_pages_array,
    iov_iter_get_pages,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "assert-iovecs",
    "block, fs: assert that key paths use iovecs, and nothing else",
    commit="",
    release="",
    author="John Hubbard",
    conflicts=("dio-dma-alignment", "get-pages2"),
)


@PATCH.replaces(bio_iov.__bio_iov_iter_get_pages)
def __bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add the pages of the iterator's next segment; 0 or an error."""
    nr_pages = bio.bi_max_vecs - bio.bi_vcnt
    pages = get_pages_array(nr_pages)
    warn_on_once(
        not iter_is_iovec(iter), "__bio_iov_iter_get_pages: not an iovec"
    )
    size, offset, _ = iov_iter_get_pages(iter, pages, LONG_MAX, nr_pages)
    if size <= 0:
        return size if size else -EFAULT

    left, i = size, 0
    while left > 0:
        page = pages[i]
        len = min(PAGE_SIZE - offset, left)
        ret = bio_iov_add_page(bio, page, len, offset)
        if ret:
            bio_put_pages(pages.plus(i), left, offset)
            return ret
        offset = 0
        left, i = left - len, i + 1

    iov_iter_advance(iter, size)
    return 0
