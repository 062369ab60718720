"""What an iterator looks like: pages, alignment (lib/iov_iter.c, v5.17)."""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.limits import UINT_MAX
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import pipe_buf, pipe_occupancy
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    iter_is_iovec,
)
from pintutor.linux.lib.iov_iter_pipe import (
    allocated,
    data_start,
    iter_pipe,
    sanity,
)
from pintutor.sim.function import kernel_function


@kernel_function("lib/iov_iter.c")
def iov_iter_npages(i: IovIter, maxpages: int) -> int:
    """How many pages are left, at most `maxpages`.

    A page that two segments share counts twice.
    """
    if not i.count:
        return 0
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        return iov_npages(i, maxpages)
    if iov_iter_is_bvec(i):
        return bvec_npages(i, maxpages)
    if iov_iter_is_pipe(i):
        return min(pipe_npages(i), maxpages)
    if iov_iter_is_xarray(i):
        offset = (i.xarray_start + i.iov_offset) % PAGE_SIZE
        return min(DIV_ROUND_UP(offset + i.count, PAGE_SIZE), maxpages)
    return 0


@kernel_function("lib/iov_iter.c")
def iov_npages(i: IovIter, maxpages: int) -> int:
    """How many pages the segments left lie in, by address."""
    assert i.iov is not None, "the iterator has segments"
    skip = i.iov_offset
    size = i.count
    npages = 0
    p = i.iov
    while size:
        offs = (p.at(0).iov_base + skip) % PAGE_SIZE
        len_ = min(p.at(0).iov_len - skip, size)
        if len_:
            size -= len_
            npages += DIV_ROUND_UP(offs + len_, PAGE_SIZE)
            if npages > maxpages:
                return maxpages
        skip = 0
        p = p.plus(1)
    return npages


@kernel_function("lib/iov_iter.c")
def bvec_npages(i: IovIter, maxpages: int) -> int:
    """How many pages the segments left lie in."""
    assert i.bvec is not None, "the iterator has segments"
    skip = i.iov_offset
    size = i.count
    npages = 0
    p = i.bvec
    while size:
        offs = (p.at(0).bv_offset + skip) % PAGE_SIZE
        len_ = min(p.at(0).bv_len - skip, size)
        size -= len_
        npages += DIV_ROUND_UP(offs + len_, PAGE_SIZE)
        if npages > maxpages:
            return maxpages
        skip = 0
        p = p.plus(1)
    return npages


@kernel_function("lib/iov_iter.c")
def pipe_npages(i: IovIter) -> int:
    """How many pages the pipe still takes, one that is partly full too."""
    if not sanity(i):
        return 0
    pipe = iter_pipe(i)
    iter_head, _ = data_start(i)
    return max(pipe.max_usage - pipe_occupancy(iter_head, pipe.tail), 0)


@kernel_function("lib/iov_iter.c")
def iov_iter_alignment(i: IovIter) -> int:
    """All addresses and lengths that are left, or-ed together."""
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        return iov_iter_alignment_iovec(i)
    if iov_iter_is_bvec(i):
        return iov_iter_alignment_bvec(i)
    if iov_iter_is_pipe(i):
        return pipe_alignment(i)
    if iov_iter_is_xarray(i):
        return (i.xarray_start + i.iov_offset) | i.count
    return 0


@kernel_function("lib/iov_iter.c")
def iov_iter_alignment_iovec(i: IovIter) -> int:
    """The addresses and lengths of the segments left, or-ed together."""
    assert i.iov is not None, "the iterator has segments"
    res = 0
    size = i.count
    skip = i.iov_offset
    for k in range(i.nr_segs):
        len_ = i.iov.at(k).iov_len - skip
        if len_:
            res |= i.iov.at(k).iov_base + skip
            len_ = min(len_, size)
            res |= len_
            size -= len_
            if not size:
                break
        skip = 0
    return res


@kernel_function("lib/iov_iter.c")
def iov_iter_alignment_bvec(i: IovIter) -> int:
    """The offsets and lengths of the segments left, or-ed together."""
    assert i.bvec is not None, "the iterator has segments"
    res = 0
    size = i.count
    skip = i.iov_offset
    for k in range(i.nr_segs):
        len_ = i.bvec.at(k).bv_len - skip
        res |= i.bvec.at(k).bv_offset + skip
        len_ = min(len_, size)
        res |= len_
        size -= len_
        if not size:
            break
        skip = 0
    return res


@kernel_function("lib/iov_iter.c")
def pipe_alignment(i: IovIter) -> int:
    """The offset in a buffer that is added to, and the length left.

    In C this is a branch of iov_iter_alignment().
    """
    if i.count and i.iov_offset:
        if allocated(pipe_buf(iter_pipe(i), i.head)):
            return i.count | i.iov_offset
    return i.count


@kernel_function("lib/iov_iter.c")
def iov_iter_gap_alignment(i: IovIter) -> int:
    """The ends and starts where two segments meet, or-ed together."""
    if warn_on_once(not iter_is_iovec(i), "iov_iter_gap_alignment: type"):
        return UINT_MAX
    assert i.iov is not None, "the iterator has segments"
    res = 0
    v = 0
    size = i.count
    for k in range(i.nr_segs):
        if i.iov.at(k).iov_len:
            base = i.iov.at(k).iov_base
            if v:
                res |= base | v
            v = base + i.iov.at(k).iov_len
            if size <= i.iov.at(k).iov_len:
                break
            size -= i.iov.at(k).iov_len
    return res


@kernel_function("lib/iov_iter.c")
def iov_iter_single_seg_count(i: IovIter) -> int:
    """What is left of the current segment [bytes]."""
    if i.nr_segs > 1:
        if iter_is_iovec(i) or iov_iter_is_kvec(i):
            assert i.iov is not None, "the iterator has segments"
            return min(i.count, i.iov.at(0).iov_len - i.iov_offset)
        if iov_iter_is_bvec(i):
            assert i.bvec is not None, "the iterator has segments"
            return min(i.count, i.bvec.at(0).bv_len - i.iov_offset)
    return i.count
