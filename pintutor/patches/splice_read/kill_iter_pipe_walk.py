"""No iterator fills a pipe: where it is looked at and copied.

The rest of Linux kernel commit 3fc40265ae2b ("iov_iter: Kill ITER_PIPE") (in
v6.5): see kill_iter_pipe.py.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.bvec import BvecPtr
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iov_iter_is_xarray,
    iter_is_iovec,
    iter_is_ubuf,
)
from pintutor.linux.include.uapi.uio import IovecPtr
from pintutor.linux.lib import iov_iter_copy as copy
from pintutor.linux.lib import iov_iter_dup as dup
from pintutor.linux.lib import iov_iter_shape as shape
from pintutor.linux.lib.iov_iter_copy import (
    copyout,
    memcpy_to_iter,
    page_copy_sane,
)
from pintutor.linux.lib.iov_iter_dup import bvec_dup, iovec_dup
from pintutor.linux.lib.iov_iter_init import iov_iter_assign
from pintutor.linux.lib.iov_iter_iterate import iterate_and_advance
from pintutor.linux.lib.iov_iter_shape import (
    bvec_npages,
    iov_iter_alignment_bvec,
    iov_iter_alignment_iovec,
    iov_npages,
)
from pintutor.linux.lib.string import memcpy_from_kernel
from pintutor.linux.mm.vmalloc import page_address
from pintutor.patches.between import iter_is_aligned
from pintutor.patches.between.iter_is_aligned import (
    iov_iter_aligned_bvec,
    iov_iter_aligned_iovec,
)
from pintutor.patches.splice_read import kill_iter_pipe
from pintutor.sim.objects import KArray

PATCH = kill_iter_pipe.PATCH


@PATCH.replaces(shape.iov_iter_npages)
def iov_iter_npages(i: IovIter, maxpages: int) -> int:
    """How many pages are left, at most `maxpages`.

    A page that two segments share counts twice.
    """
    if not i.count:
        return 0
    if iter_is_ubuf(i):
        offs = (i.ubuf + i.iov_offset) % PAGE_SIZE
        return min(DIV_ROUND_UP(offs + i.count, PAGE_SIZE), maxpages)
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        return iov_npages(i, maxpages)
    if iov_iter_is_bvec(i):
        return bvec_npages(i, maxpages)
    if iov_iter_is_xarray(i):
        offset = (i.xarray_start + i.iov_offset) % PAGE_SIZE
        return min(DIV_ROUND_UP(offset + i.count, PAGE_SIZE), maxpages)
    return 0


@PATCH.replaces(shape.iov_iter_alignment)
def iov_iter_alignment(i: IovIter) -> int:
    """All addresses and lengths that are left, or-ed together."""
    if iter_is_ubuf(i):
        return (i.ubuf + i.iov_offset) | i.count if i.count else 0
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        return iov_iter_alignment_iovec(i)
    if iov_iter_is_bvec(i):
        return iov_iter_alignment_bvec(i)
    if iov_iter_is_xarray(i):
        return (i.xarray_start + i.iov_offset) | i.count
    return 0


@PATCH.replaces(iter_is_aligned.iov_iter_is_aligned)
def iov_iter_is_aligned(i: IovIter, addr_mask: int, len_mask: int) -> bool:
    """True when no address has bits of one mask, no length of the other."""
    if iter_is_ubuf(i):
        if i.count & len_mask:
            return False
        return not (i.ubuf + i.iov_offset) & addr_mask
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        return iov_iter_aligned_iovec(i, addr_mask, len_mask)
    if iov_iter_is_bvec(i):
        return iov_iter_aligned_bvec(i, addr_mask, len_mask)
    if iov_iter_is_xarray(i):
        if i.count & len_mask:
            return False
        if (i.xarray_start + i.iov_offset) & addr_mask:
            return False
    return True


@PATCH.replaces(copy._copy_to_iter)
def _copy_to_iter(addr: bytes, bytes_: int, i: IovIter) -> int:
    """Copy the first `bytes_` bytes to where the iterator says.

    Returns: bytes; fewer when user memory could not be had.
    """
    if warn_on_once(bool(i.data_source), "_copy_to_iter: a source"):
        return 0
    return iterate_and_advance(
        i, bytes_, KArray((addr,)), copyout, memcpy_to_iter
    )


@PATCH.replaces(copy.copy_page_to_iter)
def copy_page_to_iter(page: Page, offset: int, bytes_: int, i: IovIter) -> int:
    """Copy a part of a folio to where the iterator says; returns bytes."""
    res = 0
    if not page_copy_sane(page, offset, bytes_):
        return 0
    if warn_on_once(bool(i.data_source), "copy_page_to_iter: a source"):
        return 0
    while bytes_:
        n = min(bytes_, PAGE_SIZE - offset % PAGE_SIZE)
        piece = nth_page(page, offset // PAGE_SIZE)
        base = page_address(piece) + offset % PAGE_SIZE
        n = _copy_to_iter(memcpy_from_kernel(base, n), n, i)
        res += n
        bytes_ -= n
        offset += n
        if not n:
            break
    return res


@PATCH.replaces(copy.iov_iter_zero)
def iov_iter_zero(bytes_: int, i: IovIter) -> int:
    """Write zeroes where the iterator says; returns bytes."""
    zeroes = KArray((b"\0" * min(bytes_, i.count),))
    return iterate_and_advance(i, bytes_, zeroes, copyout, memcpy_to_iter)


@PATCH.replaces(dup.dup_iter)
def dup_iter(new: IovIter, old: IovIter) -> BvecPtr | IovecPtr | None:
    """Make `new` stand where `old` does, with its own array of segments.

    Returns: the array, None where the iterator has none.
    """
    iov_iter_assign(new, old)
    if iov_iter_is_bvec(new):
        new.bvec = bvec_dup(new)
        return new.bvec
    if iov_iter_is_kvec(new) or iter_is_iovec(new):
        new.iov = iovec_dup(new)
        return new.iov
    return None
