"""The end of a request that came from user space (block/blk-mq.c, v5.17).

Its bios end, one after the other, but nothing of their memory is given back:
that is for the context of the task.
"""

from pintutor.linux.block.bio import bio_endio
from pintutor.linux.block.bio_split import bio_advance
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.sim.function import kernel_function
from pintutor.sim.trace import trace_event


@kernel_function("block/blk-mq.c")
def blk_update_request(rq: Request, error: int) -> None:
    """End each bio of the request."""
    bio = rq.bio
    while bio is not None:
        rq.bio = bio.bi_next
        if error:
            bio.bi_status = error
        bio_advance(bio, bio.bi_iter.bi_size)
        bio_endio(bio)
        bio = rq.bio


@kernel_function("block/blk-mq.c")
def __blk_mq_end_request(rq: Request, error: int) -> None:
    """End a request with a BLK_STS_*. Context: an interrupt."""
    trace_event("block:block_rq_complete", error=error, sector=rq.sector)
    rq.status = error
    blk_update_request(rq, error)
    assert rq.end_io is not None, "blk_execute_rq_nowait() set it"
    rq.end_io(rq)
