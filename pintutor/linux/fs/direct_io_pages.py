"""The queue of a direct I/O: pages that were taken in advance
(fs/direct-io.c, v5.17).

A page has up to three references from here: one while it is in the queue or
being worked on, one as the current page, one for each place in a bio.
"""

from pintutor.linux.fs.direct_io_types import DIO_PAGES, Dio, DioSubmit
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_WRITE
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.lib.iov_iter import iov_iter_advance, iov_iter_get_pages
from pintutor.linux.mm.page_alloc import get_page, put_page
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function

LONG_MAX = (1 << 63) - 1


def dio_pages_present(sdio: DioSubmit) -> int:
    """How many pages are in the queue."""
    return sdio.tail - sdio.head


@kernel_function("fs/direct-io.c")
def dio_refill_pages(dio: Dio, sdio: DioSubmit) -> int:
    """Fill the empty queue from the caller's memory, with at most 64 pages.

    When that fails in the middle of a write whose blocks are there already,
    zeroes take the place of the memory: else the blocks would show what they
    held before. The error is kept for later. Returns: 0 or an error.
    """
    dio_op = dio.opf & REQ_OP_MASK
    pages = PageArray(dio.pages)

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


@kernel_function("fs/direct-io.c")
def dio_get_page(dio: Dio, sdio: DioSubmit) -> Page | int:
    """The next page of the queue, which is filled again when it is empty.

    The page stays in the queue. Returns: the page or an error.
    """
    if dio_pages_present(sdio) == 0:
        ret = dio_refill_pages(dio, sdio)
        if ret:
            return ret
        if dio_pages_present(sdio) == 0:
            raise KernelBug("dio_get_page: no page after refill")
    return PageArray(dio.pages)[sdio.head]


@kernel_function("fs/direct-io.c")
def dio_cleanup(dio: Dio, sdio: DioSubmit) -> None:
    """Give back the pages of the queue that were not used."""
    pages = PageArray(dio.pages)
    while sdio.head < sdio.tail:
        page = pages[sdio.head]
        sdio.head += 1
        put_page(page)
