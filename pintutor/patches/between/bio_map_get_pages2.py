"""Commands from user space take their pages and advance in one call.

The rest of Linux kernel commit 480cb846c27b ("block: convert to advancing
variants of iov_iter_get_pages{,_alloc}()") (in v6.0): see bio_get_pages2.py.
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
from pintutor.linux.lib.iov_iter_move import iov_iter_revert
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.between import bio_get_pages2
from pintutor.patches.between.get_pages2 import iov_iter_get_pages_alloc2

PATCH = bio_get_pages2.PATCH


@PATCH.replaces(blk_map_user.bio_map_user_pages)
def bio_map_user_pages(rq: Request, bio: Bio, iter: IovIter) -> int:
    """Fill the bio from the iterator, as far as the device can take it.

    In C this is the loop of bio_map_user_iov(). Returns: 0 or an error.
    """
    while iov_iter_count(iter):
        bytes_, offs, pages = iov_iter_get_pages_alloc2(iter, LONG_MAX)
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
