"""Bios for requests that come from user space (block/blk-map.c, Linux v5.17).

Not modelled: bios from a cache for polled requests; encryption.
"""

from pintutor.linux.block.bio import bio_init, bvec_table
from pintutor.linux.block.bio_add import bio_add_hw_page
from pintutor.linux.include.linux.bio import bio_for_each_bvec
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import (
    SECTOR_SHIFT,
    RequestQueue,
    queue_max_hw_sectors,
    queue_max_segments,
)
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.sim.function import kernel_function


@kernel_function("block/bio.c")
def bio_kmalloc(nr_vecs: int, opf: int) -> Bio:
    """A bio with room for just `nr_vecs` places."""
    return bio_init(None, bvec_table(nr_vecs), nr_vecs, opf)


@kernel_function("block/bio.c")
def bio_add_pc_page(
    q: RequestQueue, bio: Bio, page: Page, len: int, offset: int
) -> int:
    """Add bytes as the device can take them; returns bytes, 0 when full."""
    max_sectors = queue_max_hw_sectors(q)
    return bio_add_hw_page(q, bio, page, len, offset, max_sectors).ret


@kernel_function("block/blk-mq.c")
def blk_rq_bio_prep(rq: Request, bio: Bio, nr_segs: int) -> None:
    """Give a request its first bio."""
    rq.nr_phys_segments = nr_segs
    rq.data_len = bio.bi_iter.bi_size
    rq.bio = rq.biotail = bio


@kernel_function("block/blk-merge.c")
def ll_back_merge_fn(req: Request, bio: Bio, nr_segs: int) -> bool:
    """Whether the device can take the bio in the same request."""
    sectors = req.data_len + bio.bi_iter.bi_size >> SECTOR_SHIFT
    if sectors > queue_max_hw_sectors(req.q):
        return False
    if req.nr_phys_segments + nr_segs > queue_max_segments(req.q):
        return False
    req.nr_phys_segments += nr_segs
    return True


@kernel_function("block/blk-map.c")
def blk_rq_append_bio(rq: Request, bio: Bio) -> int:
    """Add a bio to a request; 0, or -EINVAL when the device cannot take it."""
    nr_segs = len(list(bio_for_each_bvec(bio, bio.bi_iter)))
    if rq.bio is None or rq.biotail is None:
        blk_rq_bio_prep(rq, bio, nr_segs)
        return 0
    if not ll_back_merge_fn(rq, bio, nr_segs):
        return -EINVAL
    rq.biotail.bi_next = bio
    rq.biotail = bio
    rq.data_len += bio.bi_iter.bi_size
    return 0
