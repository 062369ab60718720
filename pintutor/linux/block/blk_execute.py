"""Requests on their way to a device and back (block/blk-mq.c, Linux v5.17).

Not modelled: hardware queues, inserting at the head, requests that are ended
in parts.
"""

from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.completion import Completion
from pintutor.linux.kernel.sched import complete, wait_for_completion_io
from pintutor.sim.function import KernelFunction, kernel_function
from pintutor.sim.trace import trace_event


@kernel_function("block/blk-mq.c")
def blk_execute_rq_nowait(
    rq: Request, done: KernelFunction[[Request], None]
) -> None:
    """Let the device carry out a request; `done` is called at its end."""
    rq.end_io = done
    rq.q.requests = (*rq.q.requests, rq)
    trace_event("block:block_rq_insert", bytes=rq.data_len, sector=rq.sector)


@kernel_function("block/blk-mq.c")
def blk_end_sync_rq(rq: Request) -> None:
    """Wake who waits for the request."""
    assert isinstance(rq.end_io_data, Completion), "blk_execute_rq() set it"
    complete(rq.end_io_data)


@kernel_function("block/blk-mq.c")
def blk_execute_rq(rq: Request) -> int:
    """Let the device carry out a request, and wait; returns BLK_STS_*."""
    wait = Completion()
    rq.end_io_data = wait
    blk_execute_rq_nowait(rq, blk_end_sync_rq)
    wait_for_completion_io(wait)
    return rq.status
