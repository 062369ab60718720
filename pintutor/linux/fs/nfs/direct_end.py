"""The end of direct I/O over NFS (fs/nfs/direct.c, Linux v5.17)."""

from typing import cast

from pintutor.linux.fs.aio import aio_complete_rw
from pintutor.linux.fs.inode_dio import inode_dio_end
from pintutor.linux.fs.nfs.nfs_types import (
    NFS_ODIRECT_SHOULD_DIRTY,
    NfsDirectReq,
    NfsPgioHeader,
)
from pintutor.linux.fs.nfs.pagelist import nfs_release_request
from pintutor.linux.fs.remote_types import RemoteCall
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.kernel.sched import complete
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.sim.atomic import atomic_sub_and_test
from pintutor.sim.function import kernel_function


def put_dreq(dreq: NfsDirectReq) -> bool:
    """Count a call as done; true when it was the last."""
    return atomic_sub_and_test(1, dreq, "io_count")


@kernel_function("fs/nfs/direct.c")
def nfs_direct_count_bytes(dreq: NfsDirectReq, hdr: NfsPgioHeader) -> None:
    """Count what a call transferred."""
    dreq_len = hdr.io_start + hdr.good_bytes - dreq.io_start
    if hdr.good_bytes < hdr.count and dreq.max_count >= dreq_len:
        dreq.max_count = dreq_len
        dreq.count = min(dreq.count, dreq_len)
    dreq.count = max(dreq.count, min(dreq_len, dreq.max_count))


@kernel_function("fs/nfs/direct.c")
def nfs_direct_read_completion(call: RemoteCall) -> None:
    """A read was answered: release its requests."""
    hdr = cast(NfsPgioHeader, call.data)
    hdr.good_bytes = call.size
    dreq = hdr.dreq
    nfs_direct_count_bytes(dreq, hdr)
    bytes_ = 0
    for req in hdr.pages:
        folio = page_folio(req.wb_page)
        should_dirty = dreq.flags == NFS_ODIRECT_SHOULD_DIRTY
        small = not folio_test_large(folio)
        if small and bytes_ < hdr.good_bytes and should_dirty:
            folio_mark_dirty(folio)
        bytes_ += req.wb_bytes
        nfs_release_request(req)
    if put_dreq(dreq):
        nfs_direct_complete(dreq)


@kernel_function("fs/nfs/direct.c")
def nfs_direct_write_completion(call: RemoteCall) -> None:
    """A write was answered: release its requests."""
    hdr = cast(NfsPgioHeader, call.data)
    hdr.good_bytes = call.size
    dreq = hdr.dreq
    nfs_direct_count_bytes(dreq, hdr)
    end = hdr.io_start + hdr.good_bytes
    dreq.inode.i_size = max(dreq.inode.i_size, end)
    for req in hdr.pages:
        nfs_release_request(req)
    if put_dreq(dreq):
        nfs_direct_complete(dreq)


@kernel_function("fs/nfs/direct.c")
def nfs_direct_complete(dreq: NfsDirectReq) -> None:
    """Tell who waits, or whoever is to be told, that all calls are done."""
    inode_dio_end(dreq.inode)
    if dreq.iocb is not None:
        aio_complete_rw(dreq.iocb, dreq.count or dreq.error)
    complete(dreq.completion)
