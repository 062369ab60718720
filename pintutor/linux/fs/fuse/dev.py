"""What the program that serves a FUSE file reads and writes: /dev/fuse
(fs/fuse/dev.c, Linux v5.17).

The bytes of a request are copied between its pages and the program's memory.
Each page of that is held by a reference while it is copied, one at a time; the
pages of the request are held until it is answered, whoever copies.

Not modelled: headers and arguments of requests, so that the program's memory
has the data alone; pages that are spliced or moved; requests that are aborted.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.block.bio_release import set_page_dirty_lock
from pintutor.linux.fs.remote_types import RemoteCall
from pintutor.linux.include.linux import mm_types, uio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import iov_iter_get_pages
from pintutor.linux.lib.string import memcpy_from_kernel, memcpy_to_kernel
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.vmalloc import page_address
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray, KObject


@dataclass(slots=True, eq=False)
class FuseCopyState(KObject):
    """struct fuse_copy_state: how far the program's memory is used."""

    write: bool
    """The program reads: its memory is written to."""
    iter: uio.IovIter
    """That memory."""
    pg: mm_types.Page | None = None
    """The page of it that is copied now."""
    len: int = 0
    """What is left of that page [bytes]."""
    offset: int = 0
    """Where in it the copy goes on [bytes]."""


@kernel_function("fs/fuse/dev.c")
def fuse_copy_finish(cs: FuseCopyState) -> None:
    """Be done with a page of the program's memory, and give it back."""
    if cs.pg is not None:
        if cs.write:
            set_page_dirty_lock(cs.pg)
        put_page(cs.pg)
    cs.pg = None


@kernel_function("fs/fuse/dev.c")
def fuse_copy_fill(cs: FuseCopyState) -> int:
    """Go to the next page of the program's memory; 0 or an error."""
    fuse_copy_finish(cs)
    room = PageArray(KArray[Page | None]([None]))
    err, off, _ = iov_iter_get_pages(cs.iter, room, PAGE_SIZE, 1)
    if err < 0:
        return err
    if not err:
        raise KernelBug("fuse_copy_fill: the program's memory is at its end")
    cs.len = err
    cs.offset = off
    cs.pg = room[0]
    iov_iter_advance(cs.iter, err)
    return 0


@kernel_function("fs/fuse/dev.c")
def fuse_copy_do(cs: FuseCopyState, val: int, size: int) -> int:
    """Copy kernel memory at `val` to or from the page; returns bytes."""
    assert cs.pg is not None, "fuse_copy_fill() found it"
    ncpy = min(size, cs.len)
    buf = page_address(cs.pg) + cs.offset
    if cs.write:
        memcpy_to_kernel(buf, memcpy_from_kernel(val, ncpy))
    else:
        memcpy_to_kernel(val, memcpy_from_kernel(buf, ncpy))
    cs.len -= ncpy
    cs.offset += ncpy
    return ncpy


@kernel_function("fs/fuse/dev.c")
def fuse_copy_one(cs: FuseCopyState, val: int, size: int) -> int:
    """Copy kernel memory that lies in one piece; 0 or an error."""
    while size:
        err = 0 if cs.len else fuse_copy_fill(cs)
        if err:
            return err
        ncpy = fuse_copy_do(cs, val, size)
        val += ncpy
        size -= ncpy
    return 0


@kernel_function("fs/fuse/dev.c")
def fuse_copy_page(
    cs: FuseCopyState, page: Page, offset: int, count: int
) -> int:
    """Copy a part of a page of the request; 0 or an error."""
    while count:
        err = 0 if cs.len else fuse_copy_fill(cs)
        if err:
            return err
        ncpy = fuse_copy_do(cs, page_address(page) + offset, count)
        offset += ncpy
        count -= ncpy
    return 0


@kernel_function("fs/fuse/dev.c")
def fuse_copy_pages(cs: FuseCopyState, req: RemoteCall, nbytes: int) -> int:
    """Copy the pages of the request, or its memory; 0 or an error."""
    for part in req.parts:
        count = min(nbytes, part.bv_len)
        err = fuse_copy_page(cs, part.bv_page, part.bv_offset, count)
        if err:
            return err
        nbytes -= count
    return fuse_copy_one(cs, req.address, min(nbytes, req.length))


@kernel_function("fs/fuse/dev.c")
def fuse_dev_do_read(to: uio.IovIter, req: RemoteCall, nbytes: int) -> int:
    """Let the program read what a request brings; bytes, or an error."""
    cs = FuseCopyState(True, to)
    err = fuse_copy_pages(cs, req, nbytes)
    fuse_copy_finish(cs)
    return err if err else nbytes


@kernel_function("fs/fuse/dev.c")
def fuse_dev_do_write(from_: uio.IovIter, req: RemoteCall, nbytes: int) -> int:
    """Let the program write an answer; bytes, or an error."""
    cs = FuseCopyState(False, from_)
    err = fuse_copy_pages(cs, req, nbytes)
    fuse_copy_finish(cs)
    return err if err else nbytes
