"""Bug put back: that somebody waits is said after the submitter's reference.

The bio that drops the last reference ends a direct read or write, and looks
whether somebody waits for it: then it wakes the waiter, who does the rest. Once
the submitter has dropped its own reference, that can happen at any time. If it
has not said by then that it waits, the bio takes the read for one that nobody
waits for, and completes it; the submitter sleeps for ever.

In Linux this is fs/iomap/direct-io.c: __iomap_dio_rw(), which sets
dio->wait_for_completion before it drops dio->ref.
"""

from pintutor.linux.fs.iomap import direct_io_rw
from pintutor.linux.include.linux.iomap import IomapDio
from pintutor.linux.include.uapi.errno import EIOCBQUEUED
from pintutor.linux.kernel.sched import wait_event
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_sub_and_test, write_once

PATCH = Patch(
    "bug-flag-after-drop",
    "that somebody waits is said after the submitter's reference",
    commit="",
    release="",
    author="pintutor",
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
    if not atomic_sub_and_test(1, dio, "ref"):
        if not wait_for_completion:
            return -EIOCBQUEUED
        write_once(dio, "wait_for_completion", wait_for_completion)
        wait_event(lambda: dio.waiter is None, dio, "waiter")
    return dio
