"""Splicing nothing is done at once, before any file is asked.

The functions that put pages into the pipe by themselves count from the bytes
they are to move, and none of them means an error to copy_splice_read().

Linux kernel commit 123856f0e83f ("splice: Check for zero count in
vfs_splice_read()") (in v6.5).
"""

from pintutor.linux.fs.splice import call_splice_read
from pintutor.linux.include.linux.file import File
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeInodeInfo,
    pipe_occupancy,
)
from pintutor.linux.include.linux.uio import MAX_RW_COUNT
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import vfs_splice_read as before
from pintutor.sim.objects import KArray

PATCH = Patch(
    "splice-zero-count",
    "splice: Check for zero count in vfs_splice_read()",
    commit="123856f0e83f",
    release="v6.5",
    author="David Howells",
    needs=("vfs-splice-read",),
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
    return call_splice_read(in_, ppos, pipe, len_, flags)
