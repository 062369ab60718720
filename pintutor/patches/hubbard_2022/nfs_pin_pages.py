"""Direct I/O over NFS pins its pages, for a while.

What the iterator hands out is pinned, and unpinned where it was put before: as
soon as the calls are queued. That is balanced, but it is before the transfer.
All the while that a server's answer may write to a page, nothing but the plain
reference of the nfs_page holds it, and a fork shares it as before.

Sent to the lists in February 2022 as "NFS: direct-io: convert to FOLL_PIN
pages", and never merged; v6.12 still takes references. In C the function that
releases is replaced at its callers.
"""

from pintutor.linux.fs.nfs import direct
from pintutor.linux.fs.nfs.direct import (
    Scheduled,
    nfs_direct_add_pages,
)
from pintutor.linux.fs.nfs.nfs_types import NFS_SIZE, NfsPageioDescriptor
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.gup_unpin import unpin_user_pages
from pintutor.patches.hubbard_2022.iter_pin_pages import (
    iov_iter_pin_pages_alloc,
)
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug

PATCH = Patch(
    "nfs-pin-pages",
    "NFS: direct-io: convert to FOLL_PIN pages",
    commit="",
    release="",
    author="John Hubbard",
    needs=("iter-pin-pages",),
    conflicts=("get-pages2",),
)


@PATCH.replaces(direct.nfs_direct_release_pages)
def nfs_direct_release_pages(pages: PageArray, npages: int) -> None:
    """Give back what the iterator handed out."""
    unpin_user_pages(pages, npages)


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
        result, pgbase, pagevec = iov_iter_pin_pages_alloc(iter, NFS_SIZE)
        if result < 0:
            break
        if pagevec is None:
            raise KernelBug("NULL pointer dereference: no array of pages")
        iov_iter_advance(iter, result)
        npages = DIV_ROUND_UP(result + pgbase, PAGE_SIZE)
        at = pos + requested_bytes
        nfs_direct_add_pages(desc, pagevec, pgbase, result, at)
        requested_bytes += result
        nfs_direct_release_pages(pagevec, npages)
    return Scheduled(result, requested_bytes)
