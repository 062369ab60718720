"""Copying asks the iterator which way it goes.

Only a pipe, which can be filled but not read, was looked out for. Copying out
of the memory that a read is to fill, or into what a write reads, went ahead for
all other kinds.

Linux kernel commit a41dad905e5a ("iov_iter: saner checks for attempt to copy
to/from iterator") (in v6.2).
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.uio import IovIter, iov_iter_is_pipe
from pintutor.linux.lib import iov_iter_copy as base
from pintutor.linux.lib.iov_iter_copy import (
    __copy_page_to_iter,
    copy_pipe_to_iter,
    copyin,
    copyout,
    memcpy_from_iter,
    memcpy_to_iter,
    page_copy_sane,
)
from pintutor.linux.lib.iov_iter_iterate import iterate_and_advance
from pintutor.linux.lib.string import memcpy_to_kernel
from pintutor.linux.mm.vmalloc import page_address
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "copy-direction-checked",
    "iov_iter: saner checks for attempt to copy to/from iterator",
    commit="a41dad905e5a",
    release="v6.2",
    author="Al Viro",
)


@PATCH.replaces(base._copy_to_iter)
def _copy_to_iter(addr: bytes, bytes_: int, i: IovIter) -> int:
    """Copy the first `bytes_` bytes to where the iterator says.

    Returns: bytes; fewer when user memory could not be had.
    """
    if warn_on_once(bool(i.data_source), "_copy_to_iter: a source"):
        return 0
    if iov_iter_is_pipe(i):
        return copy_pipe_to_iter(addr, bytes_, i)
    return iterate_and_advance(
        i, bytes_, KArray((addr,)), copyout, memcpy_to_iter
    )


@PATCH.replaces(base._copy_from_iter)
def _copy_from_iter(addr: KArray[bytes], bytes_: int, i: IovIter) -> int:
    """Copy `bytes_` bytes from where the iterator says into addr[0].

    Returns: bytes; fewer when user memory could not be had.
    """
    if warn_on_once(not i.data_source, "_copy_from_iter: a destination"):
        return 0
    return iterate_and_advance(i, bytes_, addr, copyin, memcpy_from_iter)


@PATCH.replaces(base.copy_page_to_iter)
def copy_page_to_iter(page: Page, offset: int, bytes_: int, i: IovIter) -> int:
    """Copy a part of a folio to where the iterator says; returns bytes.

    A pipe gets the page itself.
    """
    res = 0
    if not page_copy_sane(page, offset, bytes_):
        return 0
    if warn_on_once(bool(i.data_source), "copy_page_to_iter: a source"):
        return 0
    while bytes_:
        n = min(bytes_, PAGE_SIZE - offset % PAGE_SIZE)
        piece = nth_page(page, offset // PAGE_SIZE)
        n = __copy_page_to_iter(piece, offset % PAGE_SIZE, n, i)
        res += n
        bytes_ -= n
        offset += n
        if not n:
            break
    return res


@PATCH.replaces(base.copy_page_from_iter)
def copy_page_from_iter(
    page: Page, offset: int, bytes_: int, i: IovIter
) -> int:
    """Copy into a part of a folio from where the iterator says."""
    if not page_copy_sane(page, offset, bytes_):
        return 0
    buffer = KArray((b"",))
    n = _copy_from_iter(buffer, bytes_, i)
    memcpy_to_kernel(page_address(page) + offset, buffer[0])
    return n
