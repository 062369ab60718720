"""Pages of one folio go into a bio at once.

A bio was filled page by page, and each page looked whether it lies behind the
last. What was extracted is now taken in runs that lie in one folio. The place
counts from the folio's first page, so its offset can be more than a page; the
question whether a merge stays in one page has to allow for that.

Linux kernel commit ed9832bc08db ("block: introduce folio awareness and add a
bigger size from folio") (in v6.12). What is added as a new place begins at the
page within the folio, as a fix in the 6.12 series has it.
"""

from typing import NamedTuple

from pintutor.linux.block import bio_add, bio_iov
from pintutor.linux.block.bio_add import (
    Merged,
    __bio_add_page,
    __bio_try_merge_page,
)
from pintutor.linux.include.linux.bio import UINT_MAX, page_to_phys
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import bdev_logical_block_size
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import (
    folio_nr_pages,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SIZE,
    Folio,
    Page,
    PageArray,
)
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.include.uapi.errno import EFAULT, EIO
from pintutor.linux.lib.iov_iter_move import iov_iter_revert
from pintutor.linux.lib.iov_iter_pages import get_pages_array
from pintutor.patches.between.extract_pages_kernel import (
    iov_iter_extract_pages,
)
from pintutor.patches.block_pin_v21.page_pinned import bio_release_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-add-folio",
    "block: introduce folio awareness and add a bigger size from folio",
    commit="ed9832bc08db",
    release="v6.12",
    author="Kundan Kumar",
    needs=("page-reffed-removed",),
)


class Contiguous(NamedTuple):
    """A run of pages of one folio."""

    len: int
    """[bytes]"""
    num_pages: int


@PATCH.replaces(bio_add.page_is_mergeable)
def page_is_mergeable(bv: BioVec, page: Page, len: int, off: int) -> Merged:
    """Whether the bytes lie right behind those of `bv`."""
    vec_end_addr = page_to_phys(bv.bv_page) + bv.bv_offset + bv.bv_len - 1
    page_addr = page_to_phys(page)
    if vec_end_addr + 1 != page_addr + off:
        return Merged(False, False)
    return Merged(True, vec_end_addr & PAGE_MASK == page_addr + off & PAGE_MASK)


@PATCH.adds("block/bio.c")
def bio_iov_add_folio(bio: Bio, folio: Folio, len: int, offset: int) -> int:
    """Add bytes of a folio, with the pins that the bio has; 0 or an error."""
    room = UINT_MAX - len
    if warn_on_once(bio.bi_iter.bi_size > room, "bio_iov_add_folio: too long"):
        return -EIO

    if bio.bi_vcnt > 0:
        merged = __bio_try_merge_page(bio, folio, len, offset)
        if merged.ret:
            if merged.same_page:
                bio_release_page(bio, folio)
            return 0

    page = nth_page(folio, offset // PAGE_SIZE)
    __bio_add_page(bio, page, len, offset % PAGE_SIZE)
    return 0


@PATCH.adds("block/bio.c")
def get_contig_folio_len(
    num_pages: int,
    pages: PageArray,
    i: int,
    folio: Folio,
    left: int,
    offset: int,
) -> Contiguous:
    """How many bytes and pages from pages[i] on lie in a row in the folio."""
    bytes = left
    contig_sz = min(PAGE_SIZE - offset, bytes)
    bytes -= contig_sz
    j = i + 1
    while j < i + num_pages:
        if page_folio(pages[j]) is not folio:
            break
        if pages[j].pfn != pages[j - 1].pfn + 1:
            break
        next_ = min(PAGE_SIZE, bytes)
        contig_sz += next_
        bytes -= next_
        j += 1
    return Contiguous(contig_sz, j - i)


@PATCH.replaces(bio_iov.__bio_iov_iter_get_pages)
def __bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add the pages of the iterator's next segment; 0 or an error."""
    nr_pages = bio.bi_max_vecs - bio.bi_vcnt
    pages = get_pages_array(nr_pages)
    room = UINT_MAX - bio.bi_iter.bi_size
    size, offset, _ = iov_iter_extract_pages(iter, pages, room, nr_pages, 0)
    if size <= 0:
        return size if size else -EFAULT
    nr_pages = DIV_ROUND_UP(offset + size, PAGE_SIZE)
    assert bio.bi_bdev is not None, "direct I/O names the device"
    trim = size & (bdev_logical_block_size(bio.bi_bdev) - 1)
    iov_iter_revert(iter, trim)
    size -= trim
    ret = 0 if size else -EFAULT

    left, i = size, 0
    while left > 0:
        len, num_pages = folio_run(pages, i, left, offset)
        folio = page_folio(pages[i])
        folio_offset = (pages[i].pfn - folio.pfn) * PAGE_SIZE + offset
        ret = bio_iov_add_folio(bio, folio, len, folio_offset)
        if ret:
            break
        offset = 0
        left, i = left - len, i + num_pages

    iov_iter_revert(iter, left)
    while i < nr_pages:
        bio_release_page(bio, pages[i])
        i += 1
    return ret


@PATCH.adds("block/bio.c")
def folio_run(pages: PageArray, i: int, left: int, offset: int) -> Contiguous:
    """The bytes and pages that can be added from pages[i] on at once.

    In C this is a part of __bio_iov_iter_get_pages().
    """
    folio = page_folio(pages[i])
    folio_size = folio_nr_pages(folio) * PAGE_SIZE
    folio_offset = (pages[i].pfn - folio.pfn) * PAGE_SIZE + offset
    len = min(folio_size - folio_offset, left)
    num_pages = DIV_ROUND_UP(offset + len, PAGE_SIZE)
    if num_pages > 1:
        return get_contig_folio_len(num_pages, pages, i, folio, left, offset)
    return Contiguous(len, num_pages)
