"""A command from user space pins its pages (as version 8 had it).

The same as for direct I/O: the bio is told how its pages are held before it has
the first of them.

Sent to the lists in January 2023 as "block: convert bio_map_user_iov to use
iov_iter_extract_pages", patch 9 of the page extraction series, version 8.
"""

from pintutor.linux.block import blk_map_user
from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_add import bio_add_hw_page
from pintutor.linux.block.bio_iov import LONG_MAX
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_map_bio import bio_kmalloc, blk_rq_append_bio
from pintutor.linux.block.blk_map_types import req_op
from pintutor.linux.block.blk_map_user import Mapped
from pintutor.linux.include.linux.bio import BIO_MAX_VECS
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import (
    queue_dma_alignment,
    queue_max_hw_sectors,
)
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.include.uapi.uio import UIO_FASTIOV
from pintutor.linux.lib.iov_iter_move import iov_iter_revert
from pintutor.linux.lib.iov_iter_pages import get_pages_array
from pintutor.linux.lib.iov_iter_shape import iov_iter_npages
from pintutor.patches.between.extract_pages_kernel import (
    iov_iter_extract_pages,
)
from pintutor.patches.block_pin_v21.page_pinned import bio_release_page
from pintutor.patches.extract_v8.bio_pins import bio_set_cleanup_mode
from pintutor.patches.patch import Patch

PATCH = Patch(
    "v8-rq-extract",
    "block: convert bio_map_user_iov to use iov_iter_extract_pages",
    commit="",
    release="",
    author="David Howells",
    needs=("bio-map-stack-pages", "v8-bio-extract"),
    conflicts=("page-pinned",),
)


@PATCH.replaces(blk_map_user.bio_map_user_iov)
def bio_map_user_iov(rq: Request, iter: IovIter) -> int:
    """Add a bio with pages of the user to the request; 0 or an error."""
    if not iov_iter_count(iter):
        return -EINVAL

    bio = bio_kmalloc(iov_iter_npages(iter, BIO_MAX_VECS), req_op(rq))
    bio_set_cleanup_mode(bio, iter)
    ret = bio_map_user_pages(rq, bio, iter)
    if not ret:
        ret = blk_rq_append_bio(rq, bio)
    if ret:
        bio_release_pages(bio, False)
        bio_put(bio)
    return ret


@PATCH.replaces(blk_map_user.bio_map_user_pages)
def bio_map_user_pages(rq: Request, bio: Bio, iter: IovIter) -> int:
    """Fill the bio from the iterator, as far as the device can take it.

    In C this is the loop of bio_map_user_iov(). Returns: 0 or an error.
    """
    nr_vecs = bio.bi_max_vecs
    while iov_iter_count(iter):
        fits = nr_vecs <= UIO_FASTIOV
        array = get_pages_array(UIO_FASTIOV) if fits else None
        bytes_, offs, pages = iov_iter_extract_pages(
            iter, array, LONG_MAX, nr_vecs, 0
        )
        if bytes_ <= 0:
            return bytes_ if bytes_ else -EFAULT
        assert pages is not None, "there are some"
        npages = DIV_ROUND_UP(offs + bytes_, PAGE_SIZE)

        j, left = bio_add_hw_pages(rq, bio, pages, offs, bytes_)
        while j < npages:
            bio_release_page(bio, pages[j])
            j += 1
        if left:
            iov_iter_revert(iter, left)
            break
    return 0


@PATCH.replaces(blk_map_user.bio_add_hw_pages)
def bio_add_hw_pages(
    rq: Request, bio: Bio, pages: PageArray, offs: int, bytes_: int
) -> Mapped:
    """Add pages until the device can take no more.

    In C this is the inner loop of bio_map_user_iov(). A page that adds to the
    place that it ended before has a pin too many from here on: it is in the
    bio once, and it is only dropped when nothing was added.
    """
    if offs & queue_dma_alignment(rq.q):
        return Mapped(0, bytes_)
    max_sectors = queue_max_hw_sectors(rq.q)
    j = 0
    while bytes_:
        page = pages[j]
        n = min(PAGE_SIZE - offs, bytes_)
        added = bio_add_hw_page(rq.q, bio, page, n, offs, max_sectors)
        if not added.ret:
            if added.same_page:
                bio_release_page(bio, page)
            break
        bytes_ -= n
        offs = 0
        j += 1
    return Mapped(j, bytes_)
