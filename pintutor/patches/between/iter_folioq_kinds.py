"""ITER_FOLIOQ among the kinds of iterators.

The second part of Linux kernel commit db0aa2e9566f ("mm: Define struct
folio_queue and ITER_FOLIOQ to handle a sequence of folios") (in v6.12): see
iter_folioq.py.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.folio_queue import folioq_folio_size
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_discard,
    iov_iter_is_folioq,
    iov_iter_is_kvec,
    iov_iter_is_xarray,
    iter_is_iovec,
    iter_is_ubuf,
)
from pintutor.linux.lib import iov_iter_move as move
from pintutor.linux.lib import iov_iter_shape as shape
from pintutor.linux.lib.iov_iter_move import (
    iov_iter_bvec_advance,
    iov_iter_bvec_revert,
    iov_iter_iovec_advance,
    iov_iter_iovec_revert,
)
from pintutor.linux.lib.iov_iter_shape import (
    bvec_npages,
    iov_iter_alignment_bvec,
    iov_iter_alignment_iovec,
    iov_npages,
)
from pintutor.patches.between import iter_folioq_pages, iter_is_aligned
from pintutor.patches.between.iter_folioq import (
    iov_iter_folioq_advance,
    iov_iter_folioq_revert,
)
from pintutor.patches.between.iter_is_aligned import (
    iov_iter_aligned_bvec,
    iov_iter_aligned_iovec,
)
from pintutor.sim.errors import KernelBug

PATCH = iter_folioq_pages.PATCH


@PATCH.replaces(move.iov_iter_advance)
def iov_iter_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes, at most to the end."""
    if i.count < size:
        size = i.count
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        iov_iter_iovec_advance(i, size)
    elif iov_iter_is_bvec(i):
        iov_iter_bvec_advance(i, size)
    elif iov_iter_is_folioq(i):
        iov_iter_folioq_advance(i, size)
    elif iter_is_ubuf(i) or iov_iter_is_xarray(i):
        i.iov_offset += size
        i.count -= size
    elif iov_iter_is_discard(i):
        i.count -= size


@PATCH.replaces(move.iov_iter_revert)
def iov_iter_revert(i: IovIter, unroll: int) -> None:
    """Go back by `unroll` bytes, at most to where the iterator began."""
    if not unroll:
        return
    if warn_on_once(unroll > MAX_RW_COUNT, "iov_iter_revert: unroll"):
        return
    i.count += unroll
    if iov_iter_is_discard(i):
        return
    if unroll <= i.iov_offset:
        i.iov_offset -= unroll
        return
    unroll -= i.iov_offset
    if iov_iter_is_xarray(i) or iter_is_ubuf(i):
        raise KernelBug("iov_iter_revert: beyond the start of the pages")
    if iov_iter_is_bvec(i):
        iov_iter_bvec_revert(i, unroll)
    elif iov_iter_is_folioq(i):
        i.iov_offset = 0
        iov_iter_folioq_revert(i, unroll)
    else:
        iov_iter_iovec_revert(i, unroll)


@PATCH.replaces(shape.iov_iter_single_seg_count)
def iov_iter_single_seg_count(i: IovIter) -> int:
    """What is left of the current segment [bytes]."""
    if i.nr_segs > 1:
        if iter_is_iovec(i) or iov_iter_is_kvec(i):
            assert i.iov is not None, "the iterator has segments"
            return min(i.count, i.iov.at(0).iov_len - i.iov_offset)
        if iov_iter_is_bvec(i):
            assert i.bvec is not None, "the iterator has segments"
            return min(i.count, i.bvec.at(0).bv_len - i.iov_offset)
    if iov_iter_is_folioq(i):
        assert i.folioq is not None, "the iterator has a queue"
        return min(i.count, folioq_folio_size(i.folioq, i.folioq_slot))
    return i.count


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
    if iov_iter_is_folioq(i):
        offset = i.iov_offset % PAGE_SIZE
        return min(DIV_ROUND_UP(offset + i.count, PAGE_SIZE), maxpages)
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
    if iov_iter_is_folioq(i):
        return i.iov_offset | i.count
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
    if iov_iter_is_folioq(i):
        if i.count & len_mask:
            return False
        if i.iov_offset & addr_mask:
            return False
    return True
