"""One function through which everybody splices from a file.

File systems that lie on top of others will need what splice(2) does before it
asks the file: looking at rights and at the room in the pipe. It gets the name
of what others may call.

Linux kernel commit 6a3f30b8bdb2 ("splice: Make do_splice_to() generic and
export it") (in v6.5).
"""

from pintutor.linux.fs import splice
from pintutor.linux.fs.pipe_lock import pipe_lock, pipe_unlock
from pintutor.linux.fs.splice import call_splice_read, wait_for_space
from pintutor.linux.include.linux.file import File
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeInodeInfo,
    pipe_occupancy,
)
from pintutor.linux.include.linux.uio import MAX_RW_COUNT
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "vfs-splice-read",
    "splice: Make do_splice_to() generic and export it",
    commit="6a3f30b8bdb2",
    release="v6.5",
    author="David Howells",
)

PATCH.removes(splice.do_splice_to, __name__)


@PATCH.adds("fs/splice.c")
def vfs_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Put as much of a file into a pipe as there is room for."""
    # More than there are slots for would be read for nothing.
    p_space = pipe.max_usage - pipe_occupancy(pipe.head, pipe.tail)
    len_ = min(len_, p_space << PAGE_SHIFT)
    len_ = min(len_, MAX_RW_COUNT)
    return call_splice_read(in_, ppos, pipe, len_, flags)


@PATCH.replaces(splice.splice_file_to_pipe)
def splice_file_to_pipe(
    in_: File, opipe: PipeInodeInfo, offset: KArray[int], len_: int, flags: int
) -> int:
    """Put `len_` bytes of a file into a pipe, from `offset[0]` on.

    Returns: bytes, 0 at the end of the file; -EPIPE or -EAGAIN without room.
    """
    pipe_lock(opipe)
    ret = wait_for_space(opipe)
    if not ret:
        ret = vfs_splice_read(in_, offset, opipe, len_, flags)
    pipe_unlock(opipe)
    return ret
