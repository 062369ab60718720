"""A direct I/O that failed is ended by a worker, though it is a read.

What ends in the interrupt must not sleep. An error is nothing to hurry for, and
file systems take locks that sleep when they see to it.

Linux kernel commit 222f2c7c6d14 ("iomap: always run error completions in user
context") (in v6.12 by its stable series; in v6.19 first). The commit before it
there, "iomap: factor out a iomap_dio_done helper", makes a function of what the
last bio does.
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
    IomapDio,
)
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.linux.kernel.workqueue import schedule_work
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_sub_and_test, read_once, write_once

PATCH = Patch(
    "iomap-errors-in-worker",
    "iomap: always run error completions in user context",
    commit="222f2c7c6d14",
    release="v6.12",
    author="Christoph Hellwig",
    needs=("iomap-inline-comp",),
)


@PATCH.adds("fs/iomap/direct-io.c")
def iomap_dio_done(dio: IomapDio) -> None:
    """End a direct I/O whose last bio is complete, or have it ended.

    Context: interrupt. A write may have to change blocks of the file, which
    sleeps, so that is left to a worker, and so are errors.
    """
    if read_once(dio, "wait_for_completion"):
        write_once(dio, "waiter", None)
        return
    if dio.error:
        dio.flags &= ~IOMAP_DIO_INLINE_COMP
    if dio.flags & IOMAP_DIO_INLINE_COMP:
        iomap_dio_complete_work(WorkStruct(iomap_dio_complete_work, dio))
    else:
        schedule_work(iomap_dio_complete_work, dio)


@PATCH.replaces(direct_io_end.iomap_dio_bio_end_io)
def iomap_dio_bio_end_io(bio: Bio) -> None:
    """See to a bio that is complete; the last one ends the whole."""
    dio = cast(IomapDio, bio.bi_private)
    should_dirty = bool(dio.flags & IOMAP_DIO_DIRTY)

    if bio.bi_status:
        iomap_dio_set_error(dio, blk_status_to_errno(bio.bi_status))
    if atomic_sub_and_test(1, dio, "ref"):
        iomap_dio_done(dio)

    if should_dirty:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)
