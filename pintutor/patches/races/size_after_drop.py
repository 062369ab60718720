"""Bug put back: who submitted a read looks at it after its own reference.

With its own reference dropped, the submitter of an asynchronous read may go on
at once: the last bio will end the read, and free it. From then on the submitter
must not touch it, not even to tell a tracepoint how much was queued.

In Linux this is fs/iomap/direct-io.c: __iomap_dio_rw(), which returns
-EIOCBQUEUED without another look. No release is known to have had the bug.
"""

from pintutor.linux.fs.iomap import direct_io_rw
from pintutor.linux.include.linux.iomap import IomapDio
from pintutor.linux.include.uapi.errno import EIOCBQUEUED
from pintutor.linux.kernel.sched import wait_event
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_sub_and_test, read_once
from pintutor.sim.trace import trace_event

PATCH = Patch(
    "bug-size-after-drop",
    "who submitted a read looks at it after its own reference",
    commit="",
    release="",
    author="pintutor",
    conflicts=("bug-flag-after-drop",),
    mutation=True,
)


@PATCH.replaces(direct_io_rw.iomap_dio_wait)
def iomap_dio_wait(
    dio: IomapDio, *, wait_for_completion: bool
) -> IomapDio | int:
    """Drop the submitter's reference, and wait for the bios if that is asked.

    In C this is a part of __iomap_dio_rw(). Returns: the direct I/O to
    complete; -EIOCBQUEUED when it must not be touched any more.
    """
    dio.wait_for_completion = wait_for_completion
    if not atomic_sub_and_test(1, dio, "ref"):
        if not wait_for_completion:
            trace_event("iomap:dio_queued", size=read_once(dio, "size"))
            return -EIOCBQUEUED
        wait_event(lambda: dio.waiter is None, dio, "waiter")
    return dio
