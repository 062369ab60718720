"""Parts of pages on their way to a server (fs/nfs/pagelist.c, Linux v5.17).

Each nfs_page has a reference of its own to its page, from when it is made until
it is released. It does not matter to it how the page was got.

Not modelled: merging requests that are there already, mirrors, errors.
"""

from pintutor.linux.fs.nfs.nfs_types import (
    NFS_SIZE,
    NfsPage,
    NfsPageioDescriptor,
    NfsPgioHeader,
)
from pintutor.linux.fs.remote import send_call
from pintutor.linux.fs.remote_types import RemoteCall
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.mm.page_alloc import get_page, put_page
from pintutor.sim.atomic import atomic_inc, atomic_sub_and_test
from pintutor.sim.function import KernelFunction, kernel_function


@kernel_function("fs/nfs/pagelist.c")
def nfs_create_request(page: Page, offset: int, count: int) -> NfsPage:
    """A request for a part of a page, with a reference to it."""
    req = NfsPage(page, offset, count)
    get_page(page)
    return req


@kernel_function("fs/nfs/pagelist.c")
def nfs_clear_request(req: NfsPage) -> None:
    """Drop the reference to the page."""
    put_page(req.wb_page)


@kernel_function("fs/nfs/pagelist.c")
def nfs_release_request(req: NfsPage) -> None:
    """Stop using a request; its last user frees it."""
    if atomic_sub_and_test(1, req, "wb_kref"):
        nfs_clear_request(req)


@kernel_function("fs/nfs/pagelist.c")
def nfs_pageio_add_request(
    desc: NfsPageioDescriptor,
    req: NfsPage,
    end: KernelFunction[[RemoteCall], None],
) -> None:
    """Put a request to those that go together, or send those first."""
    if desc.pg_count + req.wb_bytes > NFS_SIZE:
        nfs_pageio_doio(desc, end)
    desc.pg_list = (*desc.pg_list, req)
    desc.pg_count += req.wb_bytes


@kernel_function("fs/nfs/pagelist.c")
def nfs_pageio_doio(
    desc: NfsPageioDescriptor, end: KernelFunction[[RemoteCall], None]
) -> None:
    """Send the requests that were put together as one call."""
    if not desc.pg_list:
        return
    dreq = desc.pg_dreq
    start = desc.pg_list[0].pos
    hdr = NfsPgioHeader(dreq, desc.pg_list, start, desc.pg_count)
    atomic_inc(dreq, "io_count")
    parts = tuple(
        BioVec(req.wb_page, req.wb_bytes, req.wb_pgbase) for req in hdr.pages
    )
    send_call(dreq.inode, RemoteCall(desc.write, start, parts, end, hdr))
    desc.pg_list = ()
    desc.pg_count = 0
