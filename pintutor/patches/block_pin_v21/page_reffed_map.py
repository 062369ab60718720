"""A command from user space says that its bio holds references.

The rest of Linux kernel commit e51bab4e2058 ("block: Replace BIO_NO_PAGE_REF
with BIO_PAGE_REFFED with inverted logic") (in v6.5): see page_reffed.py.
"""

from pintutor.linux.block import blk_map_user
from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_map_bio import bio_kmalloc, blk_rq_append_bio
from pintutor.linux.block.blk_map_types import req_op
from pintutor.linux.block.blk_map_user import bio_map_user_pages
from pintutor.linux.include.linux.bio import BIO_MAX_VECS, bio_set_flag
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import BIO_PAGE_REFFED
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.lib.iov_iter_shape import iov_iter_npages
from pintutor.patches.block_pin_v21 import page_reffed_direct_io

PATCH = page_reffed_direct_io.PATCH


@PATCH.replaces(blk_map_user.bio_map_user_iov)
def bio_map_user_iov(rq: Request, iter: IovIter) -> int:
    """Add a bio with pages of the user to the request; 0 or an error."""
    if not iov_iter_count(iter):
        return -EINVAL

    bio = bio_kmalloc(iov_iter_npages(iter, BIO_MAX_VECS), req_op(rq))
    bio_set_flag(bio, BIO_PAGE_REFFED)
    ret = bio_map_user_pages(rq, bio, iter)
    if not ret:
        ret = blk_rq_append_bio(rq, bio)
    if ret:
        bio_release_pages(bio, False)
        bio_put(bio)
    return ret
