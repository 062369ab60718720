"""Direct I/O extracts pages (as version 8 had it).

What bio_iov_iter_get_pages() has of user space is pinned, and of kernel memory
only listed. On kernels that still fill a pipe by an iterator of its own, that
goes wrong: its pages are the pipe's, the bio holds nothing, and a read that ran
past the end of the file lets the pipe free them while the disk writes to them.

Sent to the lists in January 2023 as "block: Convert bio_iov_iter_get_pages to
use iov_iter_extract_pages", patch 8 of the page extraction series, version 8.
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_add import __bio_add_page, __bio_try_merge_page
from pintutor.linux.block.bio_iov import bio_iov_bvec_set
from pintutor.linux.include.linux.bio import UINT_MAX, bio_full
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import bdev_logical_block_size
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.lib.iov_iter_move import iov_iter_advance, iov_iter_revert
from pintutor.linux.lib.iov_iter_pages import get_pages_array
from pintutor.patches.between.extract_pages_kernel import (
    iov_iter_extract_pages,
)
from pintutor.patches.block_pin_v21.page_pinned import bio_release_page
from pintutor.patches.extract_v8.bio_pins import bio_set_cleanup_mode
from pintutor.patches.patch import Patch

PATCH = Patch(
    "v8-bio-extract",
    "block: Convert bio_iov_iter_get_pages to use iov_iter_extract_pages",
    commit="",
    release="",
    author="David Howells",
    needs=("bio-get-pages2", "extract-pages-v8", "v8-bio-pins"),
    conflicts=("page-pinned",),
)


@PATCH.replaces(bio_iov.bio_iov_add_page)
def bio_iov_add_page(bio: Bio, page: Page, len: int, offset: int) -> int:
    """Add bytes of a page, with the pin that the bio has; 0 or an error."""
    merged = __bio_try_merge_page(bio, page, len, offset)
    if not merged.ret:
        if warn_on_once(bio_full(bio, len), "bio_iov_add_page: full"):
            return -EINVAL
        __bio_add_page(bio, page, len, offset)
        return 0

    if merged.same_page:
        bio_release_page(bio, page)
    return 0


@PATCH.replaces(bio_iov.__bio_iov_iter_get_pages)
def __bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add the pages of the iterator's next segment; 0 or an error."""
    nr_pages = bio.bi_max_vecs - bio.bi_vcnt
    pages = get_pages_array(nr_pages)
    room = UINT_MAX - bio.bi_iter.bi_size
    size, offset, _ = iov_iter_extract_pages(iter, pages, room, nr_pages, 0)
    if size <= 0:
        return size if size else -EFAULT
    nr_pages = DIV_ROUND_UP(offset + size, PAGE_SIZE)
    assert bio.bi_bdev is not None, "direct I/O names the device"
    trim = size & (bdev_logical_block_size(bio.bi_bdev) - 1)
    iov_iter_revert(iter, trim)
    size -= trim
    ret = 0 if size else -EFAULT

    left, i = size, 0
    while left > 0:
        page = pages[i]
        len = min(PAGE_SIZE - offset, left)
        ret = bio_iov_add_page(bio, page, len, offset)
        if ret:
            break
        offset = 0
        left, i = left - len, i + 1

    iov_iter_revert(iter, left)
    while i < nr_pages:
        bio_release_page(bio, pages[i])
        i += 1
    return ret


@PATCH.replaces(bio_iov.bio_iov_iter_get_pages)
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    Returns: 0, or the error that kept it from having a single page.
    """
    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
        iov_iter_advance(iter, bio.bi_iter.bi_size)
        return 0

    bio_set_cleanup_mode(bio, iter)
    ret = 0
    while True:
        ret = __bio_iov_iter_get_pages(bio, iter)
        if ret or not iov_iter_count(iter) or bio_full(bio, 0):
            break

    return 0 if bio.bi_vcnt else ret
