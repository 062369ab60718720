"""Most file systems pin the pages of direct I/O.

Every get_page() and put_page() of block/bio.c becomes a pin and an unpin. No
flag tells one bio from another: each that is not marked BIO_NO_PAGE_REF gives
its pages back as pins. So all who fill bios have to change at once, and one
that is forgotten and still takes a reference of 1 has 1024 taken off.

Sent to the lists in February 2022 as "block, bio, fs: convert most filesystems
to pin_user_pages_fast()", and never merged.
"""

from pintutor.linux.block import bio_iov, bio_release
from pintutor.linux.block.bio_add import __bio_add_page, __bio_try_merge_page
from pintutor.linux.block.bio_iov import LONG_MAX
from pintutor.linux.block.bio_release import (
    set_page_dirty_lock,
)
from pintutor.linux.include.linux.bio import (
    bio_for_each_segment_all,
    bio_full,
)
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.uio import IovIter, iter_is_iovec
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import get_pages_array
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.hubbard_2022.iter_pin_pages import iov_iter_pin_pages
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-pin-pages",
    "block, bio, fs: convert most filesystems to pin_user_pages_fast()",
    commit="",
    release="",
    author="John Hubbard",
    needs=("pin-user-page", "iter-pin-pages", "assert-iovecs"),
    conflicts=(
        "dio-dma-alignment",
        "get-pages2",
        "bio-workingset-gone",
        "iomap-zero-unreferenced",
    ),
    unpins_bios=True,
)


@PATCH.replaces(bio_release.__bio_release_pages)
def __bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back each page of the bio, marked dirty first if asked to."""
    for bvec in bio_for_each_segment_all(bio):
        if mark_dirty:
            set_page_dirty_lock(bvec.bv_page)
        unpin_user_page(bvec.bv_page)


@PATCH.replaces(bio_iov.bio_put_pages)
def bio_put_pages(pages: PageArray, size: int, off: int) -> None:
    """Drop the pins of the pages that hold `size` bytes from `off`."""
    nr = -(-(size + off % PAGE_SIZE) // PAGE_SIZE)
    for i in range(nr):
        unpin_user_page(pages[i])


@PATCH.replaces(bio_iov.bio_iov_add_page)
def bio_iov_add_page(bio: Bio, page: Page, len: int, offset: int) -> int:
    """Add bytes of a page, with its pin; 0 or an error.

    A function of its own since v6.0.
    """
    merged = __bio_try_merge_page(bio, page, len, offset)
    if not merged.ret:
        if warn_on_once(bio_full(bio, len), "bio_iov_add_page: full"):
            return -EINVAL
        __bio_add_page(bio, page, len, offset)
        return 0

    if merged.same_page:
        unpin_user_page(page)
    return 0


@PATCH.replaces(bio_iov.__bio_iov_iter_get_pages)
def __bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add the pages of the iterator's next segment; 0 or an error."""
    nr_pages = bio.bi_max_vecs - bio.bi_vcnt
    pages = get_pages_array(nr_pages)
    warn_on_once(
        not iter_is_iovec(iter), "__bio_iov_iter_get_pages: not an iovec"
    )
    size, offset, _ = iov_iter_pin_pages(iter, pages, LONG_MAX, nr_pages)
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
