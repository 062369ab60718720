"""Waiting for the bios of direct I/O without iomap (fs/direct-io.c, v5.17)."""

from typing import cast

from pintutor.linux.fs.direct_io_complete import dio_bio_complete
from pintutor.linux.fs.direct_io_types import (
    Dio,
    DioSubmit,
)
from pintutor.linux.globals import current
from pintutor.linux.include.linux.blk_types import (
    Bio,
    blk_status_to_errno,
)
from pintutor.linux.kernel.sched import wait_event
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("fs/direct-io.c")
def dio_await_one(dio: Dio) -> Bio | None:
    """Wait for a bio to complete and take it off the list.

    Context: all bios have been sent off. Returns: None when all are seen to.
    """
    bio = None
    spin_lock(dio, "bio_lock")
    while dio.refcount > 1 and dio.bio_list is None:
        dio.waiter = current()
        spin_unlock(dio, "bio_lock")
        wait_event(lambda: dio.waiter is None, dio, "waiter")
        spin_lock(dio, "bio_lock")
        dio.waiter = None
    if dio.bio_list is not None:
        bio = dio.bio_list
        dio.bio_list = cast(Bio | None, bio.bi_private)
    spin_unlock(dio, "bio_lock")
    return bio


@kernel_function("fs/direct-io.c")
def dio_await_completion(dio: Dio) -> None:
    """Wait for all bios and see to them."""
    while (bio := dio_await_one(dio)) is not None:
        dio_bio_complete(dio, bio)


@kernel_function("fs/direct-io.c")
def dio_bio_reap(dio: Dio, sdio: DioSubmit) -> int:
    """See to completed bios, every 64 bios. Returns: 0 or the first error."""
    ret = 0
    reap = sdio.reap_counter >= 64
    sdio.reap_counter += 1
    if not reap:
        return 0
    while dio.bio_list is not None:
        spin_lock(dio, "bio_lock")
        bio = dio.bio_list
        dio.bio_list = cast(Bio | None, bio.bi_private)
        spin_unlock(dio, "bio_lock")
        ret = ret or blk_status_to_errno(dio_bio_complete(dio, bio))
    sdio.reap_counter = 0
    return ret


@kernel_function("fs/direct-io.c")
def drop_refcount(dio: Dio) -> int:
    """Drop the submitter's reference. Returns: how many are left."""
    spin_lock(dio, "bio_lock")
    dio.refcount -= 1
    ret2 = dio.refcount
    spin_unlock(dio, "bio_lock")
    return ret2
