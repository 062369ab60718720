"""Filling a bio from an iterator (block/bio.c, Linux v5.17).

What the iterator hands out comes with a reference for each page, which goes
into the bio with the page. Two stretches of one page that become one place of
the bio are given back once, so the second reference is dropped at once.

Not modelled: appending to zones; that the array of pages lies in the upper half
of the bio's own, still unused, array of places.
"""

from pintutor.linux.block.bio_add import __bio_add_page, __bio_try_merge_page
from pintutor.linux.include.linux.bio import (
    bio_clear_flag,
    bio_full,
    bio_set_flag,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_CLONED,
    BIO_NO_PAGE_REF,
    BIO_WORKINGSET,
    Bio,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import (
    get_pages_array,
    iov_iter_get_pages,
)
from pintutor.linux.lib.iov_iter_shape import iov_iter_npages
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function

LONG_MAX = (1 << 63) - 1


def bio_iov_vecs_to_alloc(iter: IovIter, max_segs: int) -> int:
    """How many places a bio for the iterator needs (include/linux/bio.h)."""
    if iov_iter_is_bvec(iter):
        return 0
    return iov_iter_npages(iter, max_segs)


@kernel_function("block/bio.c")
def bio_iov_bvec_set(bio: Bio, iter: IovIter) -> None:
    """Let the bio use the places of the iterator, whose pages are its own."""
    warn_on_once(bool(bio.bi_max_vecs), "bio_iov_bvec_set: it has an array")

    bio.bi_vcnt = iter.nr_segs
    bio.bi_io_vec = iter.bvec
    bio.bi_iter.bi_bvec_done = iter.iov_offset
    bio.bi_iter.bi_size = iov_iter_count(iter)
    bio_set_flag(bio, BIO_NO_PAGE_REF)
    bio_set_flag(bio, BIO_CLONED)


@kernel_function("block/bio.c")
def bio_put_pages(pages: PageArray, size: int, off: int) -> None:
    """Drop the references of the pages that hold `size` bytes from `off`."""
    nr = -(-(size + off % PAGE_SIZE) // PAGE_SIZE)
    for i in range(nr):
        put_page(pages[i])


@kernel_function("block/bio.c")
def bio_iov_add_page(bio: Bio, page: Page, len: int, offset: int) -> int:
    """Add bytes of a page, with its reference; 0 or an error.

    A function of its own since v6.0.
    """
    merged = __bio_try_merge_page(bio, page, len, offset)
    if not merged.ret:
        if warn_on_once(bio_full(bio, len), "bio_iov_add_page: full"):
            return -EINVAL
        __bio_add_page(bio, page, len, offset)
        return 0

    if merged.same_page:
        put_page(page)
    return 0


@kernel_function("block/bio.c")
def __bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add the pages of the iterator's next segment; 0 or an error."""
    nr_pages = bio.bi_max_vecs - bio.bi_vcnt
    pages = get_pages_array(nr_pages)
    size, offset, _ = iov_iter_get_pages(iter, pages, LONG_MAX, nr_pages)
    if size <= 0:
        return size if size else -EFAULT

    left, i = size, 0
    while left > 0:
        page = pages[i]
        len = min(PAGE_SIZE - offset, left)
        ret = bio_iov_add_page(bio, page, len, offset)
        if ret:
            bio_put_pages(pages.plus(i), left, offset)
            return ret
        offset = 0
        left, i = left - len, i + 1

    iov_iter_advance(iter, size)
    return 0


@kernel_function("block/bio.c")
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    Returns: 0, or the error that kept it from having a single page.
    """
    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
        iov_iter_advance(iter, bio.bi_iter.bi_size)
        return 0

    ret = 0
    while True:
        ret = __bio_iov_iter_get_pages(bio, iter)
        if ret or not iov_iter_count(iter) or bio_full(bio, 0):
            break

    bio_clear_flag(bio, BIO_WORKINGSET)
    return 0 if bio.bi_vcnt else ret
