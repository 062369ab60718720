"""Segments are tested for addresses and lengths by masks of their own.

A device may take memory at any multiple of 4 bytes and still want lengths in
whole blocks; the or-ed addresses and lengths of iov_iter_alignment() cannot
tell one from the other.

Linux kernel commit cfa320f72882 ("iov: introduce iov_iter_aligned") (in v6.0).
The function is called iov_iter_is_aligned(). It came in beside ITER_UBUF, by
another tree; this is what the merge made of the two.
"""

from pintutor.linux.include.linux.pipe_fs_i import pipe_buf
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    iter_is_iovec,
    iter_is_ubuf,
)
from pintutor.linux.lib.iov_iter_pipe import allocated, iter_pipe
from pintutor.patches.patch import Patch

PATCH = Patch(
    "iter-is-aligned",
    "iov: introduce iov_iter_aligned",
    commit="cfa320f72882",
    release="v6.0",
    author="Keith Busch",
    needs=("iter-ubuf",),
)


@PATCH.adds("lib/iov_iter.c")
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
    if iov_iter_is_pipe(i):
        return iov_iter_aligned_pipe(i, addr_mask, len_mask)
    if iov_iter_is_xarray(i):
        if i.count & len_mask:
            return False
        if (i.xarray_start + i.iov_offset) & addr_mask:
            return False
    return True


@PATCH.adds("lib/iov_iter.c")
def iov_iter_aligned_iovec(i: IovIter, addr_mask: int, len_mask: int) -> bool:
    """True when the segments left are aligned, by their addresses."""
    assert i.iov is not None, "the iterator has segments"
    size = i.count
    skip = i.iov_offset
    for k in range(i.nr_segs):
        len_ = min(i.iov.at(k).iov_len - skip, size)
        if len_ & len_mask:
            return False
        if (i.iov.at(k).iov_base + skip) & addr_mask:
            return False
        size -= len_
        if not size:
            break
        skip = 0
    return True


@PATCH.adds("lib/iov_iter.c")
def iov_iter_aligned_bvec(i: IovIter, addr_mask: int, len_mask: int) -> bool:
    """True when the segments left are aligned, by their offsets."""
    assert i.bvec is not None, "the iterator has segments"
    size = i.count
    skip = i.iov_offset
    for k in range(i.nr_segs):
        len_ = min(i.bvec.at(k).bv_len - skip, size)
        if len_ & len_mask:
            return False
        if (i.bvec.at(k).bv_offset + skip) & addr_mask:
            return False
        size -= len_
        if not size:
            break
        skip = 0
    return True


@PATCH.adds("lib/iov_iter.c")
def iov_iter_aligned_pipe(i: IovIter, addr_mask: int, len_mask: int) -> bool:
    """True when the pipe goes on at an aligned offset.

    In C this is a branch of iov_iter_is_aligned().
    """
    if i.count & len_mask:
        return False
    if not i.count or not i.iov_offset:
        return True
    if allocated(pipe_buf(iter_pipe(i), i.head)):
        return not i.iov_offset & addr_mask
    return True
