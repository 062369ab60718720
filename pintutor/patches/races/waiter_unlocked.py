"""Bug put back: who waits for bios names itself after it has dropped the lock.

The last bio to end wakes the waiter up, if there is one. Whether there are bios
left, and that somebody waits, is one thing under one lock. Between the two the
last bio can end: it finds nobody to wake, and nobody else ever will.

In Linux this is fs/direct-io.c: dio_await_one(), which sets dio->waiter with
bio_lock held.
"""

from typing import cast

from pintutor.linux.fs import direct_io_await
from pintutor.linux.fs.direct_io_types import Dio
from pintutor.linux.globals import current
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.kernel.sched import wait_event
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import write_once
from pintutor.sim.locks import spin_lock, spin_unlock

PATCH = Patch(
    "bug-waiter-unlocked",
    "who waits for bios names itself after it has dropped the lock",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(direct_io_await.dio_await_one)
def dio_await_one(dio: Dio) -> Bio | None:
    """Wait for a bio to complete and take it off the list.

    Context: all bios have been sent off. Returns: None when all are seen to.
    """
    bio = None
    spin_lock(dio, "bio_lock")
    while dio.refcount > 1 and dio.bio_list is None:
        spin_unlock(dio, "bio_lock")
        write_once(dio, "waiter", current())
        wait_event(lambda: dio.waiter is None, dio, "waiter")
        spin_lock(dio, "bio_lock")
        dio.waiter = None
    if dio.bio_list is not None:
        bio = dio.bio_list
        dio.bio_list = cast(Bio | None, bio.bi_private)
    spin_unlock(dio, "bio_lock")
    return bio
