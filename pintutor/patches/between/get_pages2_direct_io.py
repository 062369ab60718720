"""Direct I/O without iomap takes its pages and advances in one call.

The rest of Linux kernel commit 1ef255e25717 ("iov_iter: advancing variants of
iov_iter_get_pages{,_alloc}()") (in v6.0): see get_pages2.py.
"""

from pintutor.linux.fs import direct_io_pages
from pintutor.linux.fs.direct_io_pages import LONG_MAX
from pintutor.linux.fs.direct_io_types import DIO_PAGES, Dio, DioSubmit
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_WRITE
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.mm.page_alloc import get_page
from pintutor.patches.between import get_pages2
from pintutor.patches.between.get_pages2 import iov_iter_get_pages2

PATCH = get_pages2.PATCH


@PATCH.replaces(direct_io_pages.dio_refill_pages)
def dio_refill_pages(dio: Dio, sdio: DioSubmit) -> int:
    """Fill the empty queue from the caller's memory, with at most 64 pages.

    When that fails in the middle of a write whose blocks are there already,
    zeroes take the place of the memory: else the blocks would show what they
    held before. The error is kept for later. Returns: 0 or an error.
    """
    dio_op = dio.opf & REQ_OP_MASK
    pages = PageArray(dio.pages)

    ret, sdio.from_, _ = iov_iter_get_pages2(
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
        ret += sdio.from_
        sdio.head = 0
        sdio.tail = (ret + PAGE_SIZE - 1) // PAGE_SIZE
        sdio.to = ((ret - 1) & (PAGE_SIZE - 1)) + 1
        return 0
    return ret
