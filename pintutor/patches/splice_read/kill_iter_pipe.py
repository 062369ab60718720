"""No iterator fills a pipe any more.

It was the one kind whose revert freed pages. Direct I/O into it held only what
the pipe held, once references had given way to extraction: a read that came
back short could free pages that the device was still writing to. With splice
reading into pages of its own, nothing needs it.

Linux kernel commit 3fc40265ae2b ("iov_iter: Kill ITER_PIPE") (in v6.5). The
functions that look and copy are in kill_iter_pipe_walk.py.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    Extracted,
    IovIter,
    Pages,
    iov_iter_is_bvec,
    iov_iter_is_discard,
    iov_iter_is_kvec,
    iov_iter_is_xarray,
    iter_is_iovec,
    iter_is_ubuf,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib import iov_iter_copy, iov_iter_init, iov_iter_shape
from pintutor.linux.lib import iov_iter_move as move
from pintutor.linux.lib import iov_iter_pipe as pipe
from pintutor.linux.lib.iov_iter_move import (
    iov_iter_bvec_advance,
    iov_iter_bvec_revert,
    iov_iter_iovec_advance,
    iov_iter_iovec_revert,
)
from pintutor.patches.between import (
    get_pages_advance_kernel,
    iter_is_aligned,
    pipe_append,
    pipe_append_pages,
)
from pintutor.patches.between.get_pages_advance import iter_bvec_get_pages
from pintutor.patches.between.get_pages_advance_kernel import (
    iter_xarray_get_pages,
)
from pintutor.patches.extract_v8.extraction_flags import iter_user_get_pages
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug

PATCH = Patch(
    "kill-iter-pipe",
    "iov_iter: Kill ITER_PIPE",
    commit="3fc40265ae2b",
    release="v6.5",
    author="David Howells",
    needs=(
        "iter-ubuf",
        "iter-is-aligned",
        "get-pages-advance",
        "pipe-append",
        "get-pages-flags",
        "extraction-flags",
        "copy-direction-checked",
        "generic-splice-removed",
    ),
)

for function in (
    iov_iter_init.iov_iter_pipe,
    pipe.sanity,
    pipe.copy_page_to_iter_pipe,
    pipe.pipe_advance,
    pipe.pipe_revert,
    iov_iter_shape.pipe_npages,
    iov_iter_shape.pipe_alignment,
    iov_iter_copy.copy_pipe_to_iter,
    iov_iter_copy.__copy_page_to_iter,
    iter_is_aligned.iov_iter_aligned_pipe,
    get_pages_advance_kernel.pipe_get_pages,
    pipe_append.append_pipe,
    pipe_append_pages.pipe_room,
):
    PATCH.removes(function, __name__)


@PATCH.replaces(move.iov_iter_advance)
def iov_iter_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes, at most to the end."""
    if i.count < size:
        size = i.count
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        iov_iter_iovec_advance(i, size)
    elif iov_iter_is_bvec(i):
        iov_iter_bvec_advance(i, size)
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
    else:
        iov_iter_iovec_revert(i, unroll)


@PATCH.replaces(get_pages_advance_kernel.__iov_iter_get_pages_alloc)
def __iov_iter_get_pages_alloc(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """Reference the pages of the current segment, and advance past them.

    Returns: bytes, 0 for none wanted, -EFAULT where there are no pages.
    """
    maxsize = min(maxsize, i.count)
    if not maxsize:
        return Extracted(0, 0, pages)
    maxsize = min(maxsize, MAX_RW_COUNT)

    if user_backed_iter(i):
        flags = extraction_flags
        return iter_user_get_pages(i, pages, maxsize, maxpages, flags)
    if iov_iter_is_bvec(i):
        return iter_bvec_get_pages(i, pages, maxsize, maxpages)
    if iov_iter_is_xarray(i):
        return iter_xarray_get_pages(i, pages, maxsize, maxpages)
    return Extracted(-EFAULT, 0, pages)
