"""The pages of an iterator, as version 8 of the series extracted them.

User memory is pinned and pages of the kernel are only listed, as in what was
merged. Three things were found afterwards. The length wanted is lost at an
empty segment in front. The offset in the first page of an ITER_KVEC is taken
from what was skipped, as if the memory began at a page, and the pages from
where it begins, as if nothing was skipped. And the pages of a pipe are held by
the pipe alone, whose iterator frees them when it goes back. A fourth, kvec
advanced where bvec was meant, makes no difference where both are 16 bytes.

Sent to the lists in January 2023 as "iov_iter: Add a function to extract a page
list from an iterator"; merged in another version.
"""

from pintutor.linux.include.linux.mm import (
    FOLL_NOFAULT,
    FOLL_PCI_P2PDMA,
    FOLL_PIN,
    FOLL_WRITE,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PAGE_SIZE,
)
from pintutor.linux.include.linux.uio import (
    ITER_ALLOW_P2PDMA,
    ITER_DEST,
    Extracted,
    IovIter,
    Pages,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT, ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pipe import sanity
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.gup_api import pin_user_pages_fast
from pintutor.patches.between import extract_pages
from pintutor.patches.between.get_pages_advance import (
    first_iovec_segment,
    want_pages_array,
)
from pintutor.patches.between.pipe_append import append_pipe
from pintutor.patches.between.pipe_append_pages import pipe_room
from pintutor.patches.patch import Patch

PATCH = Patch(
    "extract-pages-v8",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extraction-flags",),
    conflicts=("extract-pages", "kill-iter-pipe"),
)


@PATCH.adds("include/linux/uio.h")
def iov_iter_extract_mode(i: IovIter) -> int:
    """How extracted pages are held: FOLL_PIN, or 0 for not at all."""
    return FOLL_PIN if user_backed_iter(i) else 0


@PATCH.replaces(extract_pages.iov_iter_extract_user_pages)
def iov_iter_extract_user_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """Pin the pages of the current segment of user memory."""
    gup_flags = 0
    if i.data_source == ITER_DEST:
        gup_flags |= FOLL_WRITE
    if extraction_flags & ITER_ALLOW_P2PDMA:
        gup_flags |= FOLL_PCI_P2PDMA
    if i.nofault:
        gup_flags |= FOLL_NOFAULT

    addr, maxsize = first_iovec_segment(i, maxsize)
    offset = addr % PAGE_SIZE
    addr &= PAGE_MASK
    maxpages, pages = want_pages_array(pages, maxsize, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    res = pin_user_pages_fast(addr, maxpages, gup_flags, pages)
    if res <= 0:
        return Extracted(res, offset, pages)
    maxsize = min(maxsize, res * PAGE_SIZE - offset)
    iov_iter_advance(i, maxsize)
    return Extracted(maxsize, offset, pages)


@PATCH.replaces(extract_pages.iov_iter_extract_xarray_pages)
def iov_iter_extract_xarray_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List cached pages of a file up to the first that is missing.

    Context: the caller keeps them; a hole at the start would pass for success.
    """
    assert i.xarray is not None, "the iterator has a file"
    pos = i.xarray_start + i.iov_offset
    index = pos >> PAGE_SHIFT
    offset = pos & ~PAGE_MASK
    maxpages, pages = want_pages_array(pages, maxsize, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    nr = 0
    for page in i_pages(i.xarray).items[index : index + maxpages]:
        if page is None:
            break
        pages[nr] = page
        nr += 1

    maxsize = min((nr * PAGE_SIZE - offset) % (1 << 64), maxsize)
    iov_iter_advance(i, maxsize)
    return Extracted(maxsize, offset, pages)


@PATCH.adds("lib/iov_iter.c")
def iov_iter_extract_pipe_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List new pages in the pipe, which alone holds them."""
    if not sanity(i):
        return Extracted(-EFAULT, 0, pages)
    npages, start = pipe_room(i)
    if not npages:
        return Extracted(-EFAULT, start, pages)
    npages = min(npages, maxpages)
    count, pages = want_pages_array(pages, maxsize, start, npages)
    if not count:
        return Extracted(-ENOMEM, start, pages)
    left = maxsize
    n = 0
    while n < count:
        page, off = append_pipe(i, left)
        if page is None:
            break
        pages[n] = page
        n += 1
        left -= min(left, PAGE_SIZE - off)
    if not n:
        return Extracted(-EFAULT, start, pages)
    return Extracted(maxsize - left, start, pages)
