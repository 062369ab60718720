"""A file opened with O_DIRECT is spliced from by copying, whatever it lies on.

Direct I/O has no pages in the cache to hand over. With this no direct I/O ever
meets an iterator over a pipe again, and block I/O may stop taking references
of its own to the pages of such iterators.

Linux kernel commit aa3dbde87896 ("splice: Make splice from an O_DIRECT fd use
copy_splice_read()") (in v6.5).
"""

from pintutor.linux.fs.splice import call_splice_read
from pintutor.linux.include.linux.file import O_DIRECT, File
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeInodeInfo,
    pipe_occupancy,
)
from pintutor.linux.include.linux.uio import MAX_RW_COUNT
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import vfs_splice_read as before
from pintutor.patches.splice_read.copy_splice_read import copy_splice_read
from pintutor.sim.objects import KArray

PATCH = Patch(
    "splice-o-direct",
    "splice: Make splice from an O_DIRECT fd use copy_splice_read()",
    commit="aa3dbde87896",
    release="v6.5",
    author="David Howells",
    needs=("vfs-splice-read", "splice-zero-count", "copy-splice-read"),
)


@PATCH.replaces(before.vfs_splice_read)
def vfs_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Put as much of a file into a pipe as there is room for."""
    if not len_:
        return 0

    # More than there are slots for would be read for nothing.
    p_space = pipe.max_usage - pipe_occupancy(pipe.head, pipe.tail)
    len_ = min(len_, p_space << PAGE_SHIFT)
    len_ = min(len_, MAX_RW_COUNT)
    if in_.f_flags & O_DIRECT:
        return copy_splice_read(in_, ppos, pipe, len_, flags)
    return call_splice_read(in_, ppos, pipe, len_, flags)
