"""Bug put back: the end of a bio reads the direct I/O after its reference.

Each bio in flight holds a reference to the direct I/O that it is a part of.
Who drops the last one lets it be ended, and freed: by whoever submitted it, if
that task waits. So what the end of a bio needs to know of it is read before.
Here it is asked afterwards whether the pages are to be marked dirty.

In Linux this is fs/iomap/direct-io.c: iomap_dio_bio_end_io(), which keeps
should_dirty in a variable. No release is known to have had the bug.
"""

from typing import cast

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_dirty import bio_check_pages_dirty
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.fs.iomap import direct_io_end
from pintutor.linux.fs.iomap.direct_io_end import (
    iomap_dio_complete_work,
    iomap_dio_set_error,
)
from pintutor.linux.include.linux.blk_types import Bio, blk_status_to_errno
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_DIRTY,
    IOMAP_DIO_INLINE_COMP,
    IOMAP_DIO_WRITE,
    IomapDio,
)
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.linux.kernel.workqueue import schedule_work
from pintutor.patches.between import iomap_errors_in_worker, iomap_inline_comp
from pintutor.patches.between.iomap_errors_in_worker import iomap_dio_done
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_sub_and_test, read_once, write_once

PATCH = Patch(
    "bug-dio-read-after-drop",
    "the end of a bio reads the direct I/O after its reference",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(direct_io_end.iomap_dio_bio_end_io)
def iomap_dio_bio_end_io(bio: Bio) -> None:
    """See to a bio that is complete; the last one ends the whole.

    Context: interrupt. A write may have to change blocks of the file, which
    sleeps, so that is left to a worker.
    """
    dio = cast(IomapDio, bio.bi_private)

    if bio.bi_status:
        iomap_dio_set_error(dio, blk_status_to_errno(bio.bi_status))
    if atomic_sub_and_test(1, dio, "ref"):
        if read_once(dio, "wait_for_completion"):
            write_once(dio, "waiter", None)
        elif dio.flags & IOMAP_DIO_WRITE:
            schedule_work(iomap_dio_complete_work, dio)
        else:
            iomap_dio_complete_work(WorkStruct(iomap_dio_complete_work, dio))

    if read_once(dio, "flags") & IOMAP_DIO_DIRTY:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)


@PATCH.replaces(  # type: ignore[no-redef]
    direct_io_end.iomap_dio_bio_end_io, over=iomap_inline_comp.PATCH
)
def iomap_dio_bio_end_io(bio: Bio) -> None:
    """See to a bio that is complete; the last one ends the whole.

    Context: interrupt. A write may have to change blocks of the file, which
    sleeps, so that is left to a worker.
    """
    dio = cast(IomapDio, bio.bi_private)

    if bio.bi_status:
        iomap_dio_set_error(dio, blk_status_to_errno(bio.bi_status))
    if atomic_sub_and_test(1, dio, "ref"):
        if read_once(dio, "wait_for_completion"):
            write_once(dio, "waiter", None)
        elif not dio.flags & IOMAP_DIO_INLINE_COMP:
            schedule_work(iomap_dio_complete_work, dio)
        else:
            iomap_dio_complete_work(WorkStruct(iomap_dio_complete_work, dio))

    if read_once(dio, "flags") & IOMAP_DIO_DIRTY:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)


@PATCH.replaces(  # type: ignore[no-redef]
    direct_io_end.iomap_dio_bio_end_io, over=iomap_errors_in_worker.PATCH
)
def iomap_dio_bio_end_io(bio: Bio) -> None:
    """See to a bio that is complete; the last one ends the whole."""
    dio = cast(IomapDio, bio.bi_private)

    if bio.bi_status:
        iomap_dio_set_error(dio, blk_status_to_errno(bio.bi_status))
    if atomic_sub_and_test(1, dio, "ref"):
        iomap_dio_done(dio)

    if read_once(dio, "flags") & IOMAP_DIO_DIRTY:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)
