"""Walking memory and file of direct I/O without iomap (fs/direct-io.c, v5.17).

Pages are taken 64 at a time into a queue, blocks are asked for as the walk gets
to them, and pieces of pages that lie side by side on the disk become bios.

Not modelled: boundaries that a file system sets.
"""

from pintutor.linux.fs.direct_io_blocks import (
    dio_take_blocks,
    dio_zero_block,
    get_more_blocks,
)
from pintutor.linux.fs.direct_io_pages import dio_get_page
from pintutor.linux.fs.direct_io_submit import submit_page_section
from pintutor.linux.fs.direct_io_types import (
    BufferHead,
    Dio,
    DioSubmit,
    buffer_boundary,
    buffer_mapped,
)
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_WRITE
from pintutor.linux.include.linux.highmem import zero_user
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.uapi.errno import ENOTBLK
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function

EOF = 1
"""What dio_do_page() returns at the end of the file."""


@kernel_function("fs/direct-io.c")
def dio_do_hole(dio: Dio, sdio: DioSubmit, page: Page, from_: int) -> int:
    """Read one block of a hole: zero it in memory. A write cannot fill it.

    In C this is a part of do_direct_IO(). Returns: 0, EOF or -ENOTBLK.
    """
    block = 1 << sdio.blkbits
    if dio.opf & REQ_OP_MASK == REQ_OP_WRITE:
        return -ENOTBLK
    i_size_aligned = dio.inode.i_size + block - 1 & -block
    if sdio.block_in_file >= i_size_aligned >> sdio.blkbits:
        return EOF
    zero_user(page, from_, block)
    sdio.block_in_file += 1
    dio.result += block
    return 0


@kernel_function("fs/direct-io.c")
def dio_do_blocks(
    dio: Dio,
    sdio: DioSubmit,
    page: Page,
    from_: int,
    to: int,
    map_bh: BufferHead,
) -> int:
    """Hand as much of a page on as there are blocks for.

    In C this is a part of do_direct_IO(). Returns: 0 or an error.
    """
    if sdio.blkfactor and not sdio.start_zero_done:
        dio_zero_block(dio, sdio, 0, map_bh)

    this_chunk_blocks = min(
        sdio.blocks_available,
        to - from_ >> sdio.blkbits,
        sdio.final_block_in_request - sdio.block_in_file,
    )
    this_chunk_bytes = this_chunk_blocks << sdio.blkbits
    if this_chunk_blocks == sdio.blocks_available:
        sdio.boundary = buffer_boundary(map_bh)
    block = sdio.next_block_for_io
    ret = submit_page_section(
        dio, sdio, page, from_, this_chunk_bytes, block, map_bh
    )
    if ret:
        return ret
    sdio.next_block_for_io += this_chunk_blocks
    sdio.block_in_file += this_chunk_blocks
    dio.result += this_chunk_bytes
    sdio.blocks_available -= this_chunk_blocks
    return 0


@kernel_function("fs/direct-io.c")
def dio_do_page(
    dio: Dio,
    sdio: DioSubmit,
    page: Page,
    from_: int,
    to: int,
    map_bh: BufferHead,
) -> int:
    """Read or write bytes from_..to of a page.

    In C this is the inner loop of do_direct_IO(). Returns: 0, EOF or an error.
    """
    while from_ < to:
        if sdio.blocks_available == 0:
            ret = get_more_blocks(dio, sdio, map_bh)
            if ret:
                return ret
            if buffer_mapped(map_bh):
                dio_take_blocks(sdio, map_bh)
        start = sdio.block_in_file
        if not buffer_mapped(map_bh):
            ret = dio_do_hole(dio, sdio, page, from_)
        else:
            ret = dio_do_blocks(dio, sdio, page, from_, to, map_bh)
        if ret:
            return ret
        from_ += sdio.block_in_file - start << sdio.blkbits
        if sdio.block_in_file == sdio.final_block_in_request:
            break
    return 0


@kernel_function("fs/direct-io.c")
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
        put_page(page)
        if ret:
            return 0 if ret == EOF else ret
    return 0
