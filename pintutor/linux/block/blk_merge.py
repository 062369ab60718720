"""Cutting bios to what a device can take (block/blk-merge.c, Linux v6.1).

The first part becomes a bio of its own that points at the same places in
memory. Only the bio that was submitted owns pages, and it ends last.

Not modelled: limits on where a piece of memory may lie; chunks, zones,
discards; merging bios into one request.
"""

from typing import NamedTuple

from pintutor.linux.block.bio import bio_chain, bio_endio
from pintutor.linux.block.bio_split import bio_split
from pintutor.linux.include.linux.bio import BvecPart, bio_for_each_bvec
from pintutor.linux.include.linux.blk_types import (
    BLK_STS_AGAIN,
    REQ_NOMERGE,
    REQ_NOWAIT,
    Bio,
)
from pintutor.linux.include.linux.blkdev import (
    SECTOR_SHIFT,
    QueueLimits,
    bdev_get_queue,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.sim.function import kernel_function
from pintutor.sim.trace import trace_event


class Fitting(NamedTuple):
    """What fits into one request so far."""

    nsegs: int
    """Pieces of memory."""
    bytes: int
    cut: bool
    """More does not fit."""


class Split(NamedTuple):
    """What bio_split_rw() returns: an error pointer, a bio or NULL, in C."""

    bio: Bio | None
    """The first part, if the bio had to be cut."""
    again: bool = False
    """It would have to be cut and may not be: it has ended."""


def get_max_io_size(bio: Bio, lim: QueueLimits) -> int:
    """Longest request that may begin where the bio does [sectors]."""
    lbs = lim.logical_block_size >> SECTOR_SHIFT
    return lim.max_sectors & ~(lbs - 1)


@kernel_function("block/blk-merge.c")
def bvec_split_segs(
    lim: QueueLimits, bv: BvecPart, fit: Fitting, max_bytes: int
) -> Fitting:
    """What fits with as much of `bv` as can be had."""
    max_len = max_bytes - fit.bytes
    left = min(bv.bv_len, max_len)
    nsegs, total_len = fit.nsegs, 0
    while left and nsegs < lim.max_segments:
        seg_size = min(lim.max_segment_size, left)
        nsegs += 1
        total_len += seg_size
        left -= seg_size
    cut = left > 0 or bv.bv_len > max_len
    return Fitting(nsegs, fit.bytes + total_len, cut)


@kernel_function("block/blk-merge.c")
def bio_split_rw(bio: Bio, lim: QueueLimits, max_bytes: int) -> Split:
    """The first part of the bio that the device can take at once.

    Returns: no bio when all of it fits.
    """
    fit = Fitting(0, 0, False)
    for bv in bio_for_each_bvec(bio, bio.bi_iter):
        fits = fit.bytes + bv.bv_len <= max_bytes
        in_page = bv.bv_offset + bv.bv_len <= PAGE_SIZE
        if fit.nsegs < lim.max_segments and fits and in_page:
            fit = Fitting(fit.nsegs + 1, fit.bytes + bv.bv_len, False)
        else:
            fit = bvec_split_segs(lim, bv, fit, max_bytes)
        if fit.cut:
            break
    else:
        return Split(None)

    if bio.bi_opf & REQ_NOWAIT:
        bio.bi_status = BLK_STS_AGAIN
        bio_endio(bio)
        return Split(None, again=True)
    bytes = fit.bytes & ~(lim.logical_block_size - 1)
    return Split(bio_split(bio, bytes >> SECTOR_SHIFT))


@kernel_function("block/blk-merge.c")
def __bio_split_to_limits(bio: Bio) -> Split:
    """The first part of the bio, chained to the rest, if it does not fit.

    In C it submits the rest, too.
    """
    assert bio.bi_bdev is not None, "it was submitted"
    lim = bdev_get_queue(bio.bi_bdev).limits
    max_bytes = get_max_io_size(bio, lim) << SECTOR_SHIFT
    split = bio_split_rw(bio, lim, max_bytes)
    if split.bio is not None:
        split.bio.bi_opf |= REQ_NOMERGE
        bio_chain(split.bio, bio)
        trace_event("block:block_split", bio=bio.nr, split=split.bio.nr)
    return split
