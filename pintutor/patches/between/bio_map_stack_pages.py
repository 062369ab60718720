"""A few pages need no array of their own.

Up to eight pages of a command from user space are listed on the stack, without
an allocation.

Linux kernel commit e88811bc43b9 ("block: use on-stack page vec for <=
UIO_FASTIOV") (in v6.1).
"""

from pintutor.linux.block import blk_map_user
from pintutor.linux.block.bio_iov import LONG_MAX
from pintutor.linux.block.blk_map_user import bio_add_hw_pages
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.include.uapi.uio import UIO_FASTIOV
from pintutor.linux.lib.iov_iter_move import iov_iter_revert
from pintutor.linux.lib.iov_iter_pages import get_pages_array
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.between.get_pages2 import (
    iov_iter_get_pages2,
    iov_iter_get_pages_alloc2,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-map-stack-pages",
    "block: use on-stack page vec for <= UIO_FASTIOV",
    commit="e88811bc43b9",
    release="v6.1",
    author="Jens Axboe",
    needs=("bio-get-pages2",),
)


@PATCH.replaces(blk_map_user.bio_map_user_pages)
def bio_map_user_pages(rq: Request, bio: Bio, iter: IovIter) -> int:
    """Fill the bio from the iterator, as far as the device can take it.

    In C this is the loop of bio_map_user_iov(). Returns: 0 or an error.
    """
    nr_vecs = bio.bi_max_vecs
    while iov_iter_count(iter):
        if nr_vecs <= UIO_FASTIOV:
            stack_pages = get_pages_array(UIO_FASTIOV)
            got = iov_iter_get_pages2(iter, stack_pages, LONG_MAX, nr_vecs)
        else:
            got = iov_iter_get_pages_alloc2(iter, LONG_MAX)
        bytes_, offs, pages = got
        if bytes_ <= 0:
            return bytes_ if bytes_ else -EFAULT
        assert pages is not None, "there are some"
        npages = DIV_ROUND_UP(offs + bytes_, PAGE_SIZE)

        j, left = bio_add_hw_pages(rq, bio, pages, offs, bytes_)
        while j < npages:
            put_page(pages[j])
            j += 1
        if left:
            iov_iter_revert(iter, left)
            break
    return 0
