"""Direct I/O over NFS takes its pages and advances in one call.

More of Linux kernel commit 1ef255e25717 ("iov_iter: advancing variants of
iov_iter_get_pages{,_alloc}()") (in v6.0): see get_pages2.py.
"""

from pintutor.linux.fs.nfs import direct
from pintutor.linux.fs.nfs.direct import (
    Scheduled,
    nfs_direct_add_pages,
    nfs_direct_release_pages,
)
from pintutor.linux.fs.nfs.nfs_types import NFS_SIZE, NfsPageioDescriptor
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.patches.between import get_pages2_direct_io
from pintutor.patches.between.get_pages2 import iov_iter_get_pages_alloc2
from pintutor.sim.errors import KernelBug

PATCH = get_pages2_direct_io.PATCH


@PATCH.replaces(direct.nfs_direct_schedule_pages)
def nfs_direct_schedule_pages(
    desc: NfsPageioDescriptor, iter: IovIter, pos: int
) -> Scheduled:
    """Make requests for all of the iterator.

    In C this is the loop of nfs_direct_read_schedule_iovec() and of
    nfs_direct_write_schedule_iovec().
    """
    result = 0
    requested_bytes = 0
    while iov_iter_count(iter):
        result, pgbase, pagevec = iov_iter_get_pages_alloc2(iter, NFS_SIZE)
        if result < 0:
            break
        if pagevec is None:
            raise KernelBug("NULL pointer dereference: no array of pages")
        npages = DIV_ROUND_UP(result + pgbase, PAGE_SIZE)
        at = pos + requested_bytes
        nfs_direct_add_pages(desc, pagevec, pgbase, result, at)
        requested_bytes += result
        nfs_direct_release_pages(pagevec, npages)
    return Scheduled(result, requested_bytes)
