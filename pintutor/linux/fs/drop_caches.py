"""Dropping clean page cache by hand (fs/drop_caches.c, Linux v6.1)."""

from pintutor.linux.block.bdev import bdev_inodes
from pintutor.linux.globals import this_kernel
from pintutor.linux.mm.truncate import invalidate_mapping_pages
from pintutor.sim.function import kernel_function

LAST_PAGE = (1 << 63) - 1
"""A page index behind the end of every file."""


@kernel_function("fs/drop_caches.c")
def drop_pagecache() -> int:
    """Drop what can be dropped of every file and disk; returns how many pages.

    This is `echo 1 > /proc/sys/vm/drop_caches`.
    """
    count = 0
    kernel = this_kernel()
    for inode in (*kernel.files, *bdev_inodes(kernel)):
        mapping = inode.i_mapping
        count += invalidate_mapping_pages(mapping, 0, LAST_PAGE)
    return count
