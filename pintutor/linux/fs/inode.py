"""Making, using, and getting rid of files (fs/inode.c, fs/open.c, fs/sync.c).

Not modelled: a file whose name is removed while it is in use.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.fs import (
    EXT4,
    Inode,
    mapping_can_writeback,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, AddressSpace, Page
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.page_alloc import ZEROES
from pintutor.linux.mm.page_writeback import write_cache_pages
from pintutor.linux.mm.truncate import (
    truncate_inode_pages_range,
    truncate_pagecache,
    truncate_pagecache_range,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("fs/inode.c")
def new_inode(name: str, i_sb: str, size: int) -> Inode:
    """A file of zeroes with a length in bytes; no page of it is in memory."""
    pages = (size + PAGE_SIZE - 1) // PAGE_SIZE
    mapping = AddressSpace(name, anonymous=False)
    mapping.i_pages = KArray[Page | None]([None] * pages)
    inode = Inode(name, i_sb, size, mapping)
    if i_sb == EXT4:
        inode.disk = KArray([ZEROES] * pages)
    mapping.host = inode
    kernel = this_kernel()
    kernel.files = (*kernel.files, inode)
    return inode


def ihold(inode: Inode) -> None:
    """Count one more user of the file."""
    inode.i_count += 1


@kernel_function("fs/inode.c")
def iput(inode: Inode) -> None:
    """Count one user of the file less; without any it goes."""
    inode.i_count -= 1
    if inode.i_count == 0:
        evict(inode)


@kernel_function("fs/inode.c")
def evict(inode: Inode) -> None:
    """Take a file away that nobody uses: its pages leave the cache."""
    pages = len(i_pages(inode.i_mapping))
    truncate_inode_pages_range(inode.i_mapping, 0, pages)
    kernel = this_kernel()
    kernel.files = tuple(each for each in kernel.files if each is not inode)


@kernel_function("fs/open.c")
def do_truncate(inode: Inode, length: int) -> None:
    """Give the file another length; what it gains is zeroes.

    Pages beyond the end leave the cache, also those that are pinned.
    """
    inode.i_size = length
    pages = (length + PAGE_SIZE - 1) // PAGE_SIZE
    truncate_pagecache(inode, pages)
    missing = pages - len(i_pages(inode.i_mapping))
    if missing > 0:
        cached = (*i_pages(inode.i_mapping), *([None] * missing))
        inode.i_mapping.i_pages = KArray[Page | None](cached)
    if inode.disk is not None:
        inode.disk = KArray(
            (*inode.disk.items[:pages], *[ZEROES] * (pages - len(inode.disk)))
        )


@kernel_function("fs/open.c")
def vfs_punch_hole(inode: Inode, index: int) -> None:
    """Make one page of the file a hole, which reads as zeroes.

    In C this is vfs_fallocate() with FALLOC_FL_PUNCH_HOLE.
    """
    truncate_pagecache_range(inode, index, index + 1)
    if inode.disk is not None:
        inode.disk[index] = ZEROES


@kernel_function("fs/sync.c")
def vfs_fsync(inode: Inode) -> int:
    """Bring everything that was written to the file to its disk; returns 0."""
    if not mapping_can_writeback(inode.i_mapping):
        return 0
    return write_cache_pages(inode.i_mapping)
