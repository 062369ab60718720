"""The pages of an iterator, held as its kind of memory has to be.

User memory is pinned: it may be unmapped, or parted from its page by a fork,
while a device works on it. Pages of the kernel are only listed: they belong to
whoever made the iterator, who keeps them until the I/O is done, and not all of
them have a count to be moved. How to clean up follows from the kind, and
iov_iter_extract_will_pin() says it.

Linux kernel commit 7d58fe731028 ("iov_iter: Add a function to extract a page
list from an iterator") (in v6.3). The version that was merged still loses its
way at an empty segment: see extract-zero-sized. The rest of it, kernel memory,
is in extract_pages_kernel.py.
"""

from pintutor.linux.include.linux.mm import (
    FOLL_NOFAULT,
    FOLL_PCI_P2PDMA,
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
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.gup_api import pin_user_pages_fast
from pintutor.patches.between.get_pages_advance import (
    first_iovec_segment,
    want_pages_array,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "extract-pages",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="7d58fe731028",
    release="v6.3",
    author="David Howells",
    needs=("extraction-flags",),
    conflicts=("extract-pages-v8",),
)


@PATCH.adds("include/linux/uio.h")
def iov_iter_extract_will_pin(i: IovIter) -> bool:
    """True when pages extracted from this iterator have to be unpinned.

    The kind alone decides: the answer is the same before and after.
    """
    return user_backed_iter(i)


@PATCH.adds("lib/iov_iter.c")
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


@PATCH.adds("lib/iov_iter.c")
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
