"""Telling that an asynchronous read or write is done (fs/aio.c)."""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.sim.function import kernel_function
from pintutor.sim.trace import trace_event


@kernel_function("fs/aio.c")
def aio_complete_rw(kiocb: Kiocb, res: int) -> None:
    """Let the owner see the result: kiocb->ki_complete() in C."""
    kiocb.res = res
    kiocb.done = True
    kernel = this_kernel()
    kernel.aio_events = (*kernel.aio_events, kiocb)
    trace_event("aio:aio_complete", pos=kiocb.ki_pos, res=res)


@kernel_function("fs/aio.c")
def io_getevents() -> tuple[Kiocb, ...]:
    """Take the calls that are done and have not been asked for."""
    kernel = this_kernel()
    events, kernel.aio_events = kernel.aio_events, ()
    return events
