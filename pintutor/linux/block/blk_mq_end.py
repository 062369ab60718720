"""The end of a request (block/blk-mq.c, Linux v6.1).

Not modelled: requests that end in parts; a request that has several bios.
"""

from pintutor.linux.block.bio import bio_endio
from pintutor.linux.block.bio_split import bio_advance
from pintutor.linux.include.linux.bio import bio_clear_flag
from pintutor.linux.include.linux.blk_types import BIO_TRACE_COMPLETION, Bio
from pintutor.sim.function import kernel_function
from pintutor.sim.trace import trace_event


@kernel_function("block/blk-mq.c")
def blk_mq_end_request(bio: Bio, error: int) -> None:
    """End a request of one bio with a BLK_STS_*. Context: an interrupt."""
    nr_bytes = bio.bi_iter.bi_size
    trace_event("block:block_rq_complete", bio=bio.nr, error=error)
    bio_clear_flag(bio, BIO_TRACE_COMPLETION)
    if error:
        bio.bi_status = error
    bio_advance(bio, nr_bytes)
    bio_endio(bio)
