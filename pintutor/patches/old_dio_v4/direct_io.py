"""The walk over memory and file with pinned pages: see direct_io_pages.py.

The rest of Linux kernel commit 1ccf164ec866 ("block: Use
iov_iter_extract_pages() and page pinning in direct-io.c") (in v6.5).
"""

from pintutor.linux.fs import direct_io, direct_io_entry
from pintutor.linux.fs.direct_io import EOF, dio_do_page
from pintutor.linux.fs.direct_io_bios import dio_bio_submit
from pintutor.linux.fs.direct_io_blocks import dio_zero_block
from pintutor.linux.fs.direct_io_pages import dio_cleanup, dio_get_page
from pintutor.linux.fs.direct_io_types import (
    DIO_LOCKING,
    BufferHead,
    Dio,
    DioSubmit,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import READ, IovIter, iov_iter_rw
from pintutor.linux.include.uapi.errno import ENOTBLK
from pintutor.patches.old_dio_v4 import direct_io_submit
from pintutor.patches.old_dio_v4.direct_io_pages import dio_unpin_page
from pintutor.patches.old_dio_v4.direct_io_submit import dio_send_cur_page
from pintutor.sim.locks import up_write

PATCH = direct_io_submit.PATCH


@PATCH.replaces(direct_io.do_direct_IO)
def do_direct_IO(dio: Dio, sdio: DioSubmit, map_bh: BufferHead) -> int:
    """Walk memory and file. Returns: 0 or an error; -ENOTBLK: a hole."""
    while sdio.block_in_file < sdio.final_block_in_request:
        page = dio_get_page(dio, sdio)
        if isinstance(page, int):
            return page
        from_ = 0 if sdio.head else sdio.from_
        to = sdio.to if sdio.head == sdio.tail - 1 else PAGE_SIZE
        sdio.head += 1

        ret = dio_do_page(dio, sdio, page, from_, to, map_bh)
        dio_unpin_page(dio, page)
        if ret:
            return 0 if ret == EOF else ret
    return 0


@PATCH.replaces(direct_io_entry.direct_io_worker)
def direct_io_worker(dio: Dio, sdio: DioSubmit, iter: IovIter) -> int:
    """Send all bios off. Returns: 0 or an error.

    In C this is a part of __blockdev_direct_IO().
    """
    map_bh = BufferHead()
    retval = do_direct_IO(dio, sdio, map_bh)
    if retval:
        dio_cleanup(dio, sdio)
    if retval == -ENOTBLK:
        retval = 0
    dio_zero_block(dio, sdio, 1, map_bh)
    if sdio.cur_page is not None:
        ret2 = dio_send_cur_page(dio, sdio, map_bh)
        if retval == 0:
            retval = ret2
        dio_unpin_page(dio, sdio.cur_page)
        sdio.cur_page = None
    if sdio.bio is not None:
        dio_bio_submit(dio, sdio)

    # A read may have ended at the end of the file with pages left.
    dio_cleanup(dio, sdio)
    dio.submit = None
    if dio.flags & DIO_LOCKING and iov_iter_rw(iter) == READ:
        up_write(dio.inode, "i_rwsem")
    return retval
