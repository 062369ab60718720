"""Direct I/O without iomap pins its pages.

It was the last to put references into bios. A page passes through three hands
here: the queue, the current page, the bio. What was one reference each is one
pin each. The first comes with the page, the others are added to it. Memory that
is not user space's is not held at all, and `is_pinned` says which it is: it is
asked of the iterator before anything can go wrong.

Among pinned pages there may be the zero page, put there in place of memory that
cannot be had, or as padding, and nobody pins it. That is well, as since the
first patch of the series unpinning it does nothing either.

Linux kernel commit 1ccf164ec866 ("block: Use iov_iter_extract_pages() and page
pinning in direct-io.c") (in v6.5). It took two more commits to be right: bios
still drop references (dio-bio-pinned), and pages that are left in the queue are
given back twice (dio-cleanup-head). The field was called need_unpin first.
"""

from pintutor.linux.fs import direct_io_pages, direct_io_setup
from pintutor.linux.fs.direct_io_pages import LONG_MAX
from pintutor.linux.fs.direct_io_types import (
    DIO_LOCKING,
    DIO_PAGES,
    Dio,
    DioSubmit,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_WRITE
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.uio import READ, IovIter, iov_iter_rw
from pintutor.linux.mm.gup_unpin import unpin_user_page, unpin_user_pages
from pintutor.patches.between.extract_pages import iov_iter_extract_will_pin
from pintutor.patches.between.extract_pages_kernel import (
    iov_iter_extract_pages,
)
from pintutor.patches.old_dio_v4.folio_add_pin import folio_add_pin
from pintutor.patches.patch import Patch
from pintutor.sim.locks import down_write
from pintutor.sim.objects import KArray

PATCH = Patch(
    "dio-pinning",
    "block: Use iov_iter_extract_pages() and page pinning in direct-io.c",
    commit="1ccf164ec866",
    release="v6.5",
    author="David Howells",
    needs=("folio-add-pin", "extract-pages", "get-pages2", "page-pinned"),
)


@PATCH.adds("fs/direct-io.c")
def dio_pin_page(dio: Dio, page: Page) -> None:
    """Pin a page of the direct I/O once more, if its pages are pinned."""
    if dio.is_pinned:
        folio_add_pin(page_folio(page))


@PATCH.adds("fs/direct-io.c")
def dio_unpin_page(dio: Dio, page: Page) -> None:
    """Give back one pin of a page, if the pages are pinned."""
    if dio.is_pinned:
        unpin_user_page(page)


@PATCH.replaces(direct_io_pages.dio_refill_pages)
def dio_refill_pages(dio: Dio, sdio: DioSubmit) -> int:
    """Fill the empty queue from the caller's memory, with at most 64 pages.

    When that fails in the middle of a write whose blocks are there already,
    zeroes take the place of the memory: else the blocks would show what they
    held before. The error is kept for later. Returns: 0 or an error.
    """
    dio_op = dio.opf & REQ_OP_MASK
    pages = PageArray(dio.pages)

    ret, sdio.from_, _ = iov_iter_extract_pages(
        sdio.iter, pages, LONG_MAX, DIO_PAGES, 0
    )
    if ret < 0 and sdio.blocks_available and dio_op == REQ_OP_WRITE:
        page = this_kernel().empty_zero_page
        assert page is not None, "the machine has booted"
        if dio.page_errors == 0:
            dio.page_errors = ret
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


@PATCH.replaces(direct_io_pages.dio_cleanup)
def dio_cleanup(dio: Dio, sdio: DioSubmit) -> None:
    """Give back the pages of the queue that were not used."""
    pages = PageArray(dio.pages)
    if dio.is_pinned:
        unpin_user_pages(pages.plus(sdio.head), sdio.tail - sdio.head)


@PATCH.replaces(direct_io_setup.dio_alloc)
def dio_alloc(iocb: Kiocb, inode: Inode, iter: IovIter, flags: int) -> Dio:
    """A direct I/O of which little is known yet; a read locks the inode."""
    pages = KArray[Page | None]([None] * DIO_PAGES)
    dio = Dio(flags, iocb, inode, pages)
    kernel = this_kernel()
    kernel.dios = (*kernel.dios, dio)
    if dio.flags & DIO_LOCKING and iov_iter_rw(iter) == READ:
        down_write(inode, "i_rwsem")
    dio.is_pinned = iov_iter_extract_will_pin(iter)
    return dio
