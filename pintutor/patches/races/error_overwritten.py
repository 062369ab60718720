"""Bug put back: the last error of a direct I/O wins, not the first.

Bios of one direct read or write can fail on several CPUs, while the task that
submits them fails too. The error that comes first is kept, by one operation
that stores only where nothing is stored. Here each is stored over the one
before, and the task is told of what happened last, often a mere consequence.

In Linux this is fs/iomap/direct-io.c: iomap_dio_set_error().
"""

from pintutor.linux.fs.iomap import direct_io_end
from pintutor.linux.include.linux.iomap import IomapDio
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import write_once

PATCH = Patch(
    "bug-dio-error-overwritten",
    "the last error of a direct I/O wins, not the first",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(direct_io_end.iomap_dio_set_error)
def iomap_dio_set_error(dio: IomapDio, ret: int) -> None:
    """Record an error."""
    write_once(dio, "error", ret)
