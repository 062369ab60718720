"""Everything that has a page cache is spliced from without an iterator.

With this generic_file_splice_read(), which filled the pipe by an iterator over
it, has no caller left among files and disks.

Linux kernel commit 2cb1e08985e3 ("splice: Use filemap_splice_read() instead of
generic_file_splice_read()") (in v6.5).
"""

from pintutor.linux.fs import splice
from pintutor.linux.include.linux.file import File, file_inode
from pintutor.linux.include.linux.fs import TMPFS
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read.filemap_splice_read import (
    filemap_splice_read,
)
from pintutor.patches.splice_read.shmem_splice_read import (
    shmem_file_splice_read,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "splice-page-cache",
    "splice: Use filemap_splice_read() instead of generic_file_splice_read()",
    commit="2cb1e08985e3",
    release="v6.5",
    author="David Howells",
    needs=("filemap-splice-read", "shmem-splice-read", "splice-o-direct"),
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
    return filemap_splice_read(in_, ppos, pipe, len_, flags)
