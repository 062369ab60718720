"""The assertion in direct I/O without iomap: see assert_iovecs.py.

More of "block, fs: assert that key paths use iovecs, and nothing else", sent in
February 2022 and never merged.
"""

from pintutor.linux.fs import direct_io_pages
from pintutor.linux.fs.direct_io_pages import LONG_MAX
from pintutor.linux.fs.direct_io_types import DIO_PAGES, Dio, DioSubmit
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_WRITE
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import iter_is_iovec
from pintutor.linux.lib.iov_iter import iov_iter_advance, iov_iter_get_pages
from pintutor.linux.mm.page_alloc import get_page
from pintutor.patches.hubbard_2022 import assert_iovecs

PATCH = assert_iovecs.PATCH


@PATCH.replaces(direct_io_pages.dio_refill_pages)
def dio_refill_pages(dio: Dio, sdio: DioSubmit) -> int:
    """Fill the empty queue from the caller's memory, with at most 64 pages.

    When that fails in the middle of a write whose blocks are there already,
    zeroes take the place of the memory: else the blocks would show what they
    held before. The error is kept for later. Returns: 0 or an error.
    """
    dio_op = dio.opf & REQ_OP_MASK
    pages = PageArray(dio.pages)

    warn_on_once(not iter_is_iovec(sdio.iter), "dio_refill_pages: no iovec")

    ret, sdio.from_, _ = iov_iter_get_pages(
        sdio.iter, pages, LONG_MAX, DIO_PAGES
    )
    if ret < 0 and sdio.blocks_available and dio_op == REQ_OP_WRITE:
        page = this_kernel().empty_zero_page
        assert page is not None, "the machine has booted"
        if dio.page_errors == 0:
            dio.page_errors = ret
        get_page(page)
        dio.pages[0] = page
        sdio.head = 0
        sdio.tail = 1
        sdio.from_ = 0
        sdio.to = PAGE_SIZE
        return 0

    if ret >= 0:
        iov_iter_advance(sdio.iter, ret)
        ret += sdio.from_
        sdio.head = 0
        sdio.tail = (ret + PAGE_SIZE - 1) // PAGE_SIZE
        sdio.to = ((ret - 1) & (PAGE_SIZE - 1)) + 1
        return 0
    return ret
