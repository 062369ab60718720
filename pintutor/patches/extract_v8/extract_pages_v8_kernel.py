"""Extracting the pages of kernel memory, as version 8 of the series did.

The rest of extract_pages_v8.py.
"""

from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    Extracted,
    IovIter,
    Pages,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT, ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.vmalloc import (
    is_vmalloc_or_module_addr,
    virt_to_page,
    vmalloc_to_page,
)
from pintutor.patches.between import extract_pages_kernel
from pintutor.patches.between.get_pages_advance import want_pages_array
from pintutor.patches.extract_v8 import extract_pages_v8
from pintutor.patches.extract_v8.extract_pages_v8 import (
    iov_iter_extract_pipe_pages,
    iov_iter_extract_user_pages,
    iov_iter_extract_xarray_pages,
)

PATCH = extract_pages_v8.PATCH


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_bvec_pages)
def iov_iter_extract_bvec_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the first bvec that is not empty."""
    assert i.bvec is not None, "the iterator has segments"
    skip = i.iov_offset
    while True:
        if i.nr_segs == 0:
            return Extracted(0, 0, pages)
        maxsize = min(maxsize, i.bvec.at(0).bv_len - skip)
        if maxsize:
            break
        i.iov_offset = 0
        i.nr_segs -= 1
        i.bvec = i.bvec.plus(1)
        skip = 0

    skip += i.bvec.at(0).bv_offset
    page = nth_page(i.bvec.at(0).bv_page, skip // PAGE_SIZE)
    offset = skip % PAGE_SIZE

    maxpages, pages = want_pages_array(pages, maxsize, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    for k in range(maxpages):
        pages[k] = nth_page(page, k)

    maxsize = min(maxsize, maxpages * PAGE_SIZE - offset)
    iov_iter_advance(i, maxsize)
    return Extracted(maxsize, offset, pages)


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_kvec_pages)
def iov_iter_extract_kvec_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the first kvec that is not empty."""
    assert i.iov is not None, "the iterator has segments"
    skip = i.iov_offset
    while True:
        if i.nr_segs == 0:
            return Extracted(0, 0, pages)
        maxsize = min(maxsize, i.iov.at(0).iov_len - skip)
        if maxsize:
            break
        i.iov_offset = 0
        i.nr_segs -= 1
        i.iov = i.iov.plus(1)
        skip = 0

    offset = skip % PAGE_SIZE
    kaddr = i.iov.at(0).iov_base

    maxpages, pages = want_pages_array(pages, maxsize, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    list_kernel_pages(kaddr - offset, pages, maxpages)

    maxsize = min(maxsize, maxpages * PAGE_SIZE - offset)
    iov_iter_advance(i, maxsize)
    return Extracted(maxsize, offset, pages)


@PATCH.replaces(extract_pages_kernel.list_kernel_pages)
def list_kernel_pages(kaddr: int, pages: PageArray, maxpages: int) -> None:
    """Fill in the pages from a kernel address on.

    In C this is the end of iov_iter_extract_kvec_pages().
    """
    for k in range(maxpages):
        if is_vmalloc_or_module_addr(kaddr):
            page = vmalloc_to_page(kaddr)
        else:
            page = virt_to_page(kaddr)
        pages[k] = page
        kaddr += PAGE_SIZE


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_pages)
def iov_iter_extract_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """The pages of the current segment, held as its memory has to be.

    Returns: bytes, 0 for none wanted, -EFAULT where there are no pages.
    `pages` may be None: an array is made then. The iterator advances.
    """
    maxsize = min(maxsize, i.count, MAX_RW_COUNT)
    if not maxsize:
        return Extracted(0, 0, pages)

    if user_backed_iter(i):
        extract = iov_iter_extract_user_pages
    elif iov_iter_is_kvec(i):
        extract = iov_iter_extract_kvec_pages
    elif iov_iter_is_bvec(i):
        extract = iov_iter_extract_bvec_pages
    elif iov_iter_is_pipe(i):
        extract = iov_iter_extract_pipe_pages
    elif iov_iter_is_xarray(i):
        extract = iov_iter_extract_xarray_pages
    else:
        return Extracted(-EFAULT, 0, pages)
    return extract(i, pages, maxsize, maxpages, extraction_flags)
