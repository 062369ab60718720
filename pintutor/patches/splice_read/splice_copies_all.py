"""A bug put back: files that are in the page cache are copied too.

The first cure for the race of direct I/O with truncation, in version 13 of the
series, read every file into pages that were allocated beforehand. No page of
the cache went into a pipe any more, and splicing was no better than reading.
As pages are allocated beforehand for every file, each costs a copy.
Version 14 does it for files opened with O_DIRECT alone.
"""

from pintutor.linux.fs import splice
from pintutor.linux.include.linux.file import File, file_inode
from pintutor.linux.include.linux.fs import TMPFS
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read.copy_splice_read import copy_splice_read
from pintutor.patches.splice_read.shmem_splice_read import (
    shmem_file_splice_read,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "splice-copies-all",
    "pages are allocated beforehand for every file",
    commit="",
    release="",
    author="David Howells",
    needs=("shmem-splice-read", "splice-page-cache"),
    mutation=True,
)


@PATCH.replaces(splice.call_splice_read)
def call_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """What the file's own function for splicing does.

    In C this is in->f_op->splice_read().
    """
    if file_inode(in_).i_sb == TMPFS:
        return shmem_file_splice_read(in_, ppos, pipe, len_, flags)
    return copy_splice_read(in_, ppos, pipe, len_, flags)
