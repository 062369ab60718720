"""The blocks of a direct I/O: finding them, and what of them is zeroed
(fs/direct-io.c, v5.17)."""

from pintutor.linux.fs.direct_io_submit import submit_page_section
from pintutor.linux.fs.direct_io_types import (
    DIO_SKIP_HOLES,
    BufferHead,
    Dio,
    DioSubmit,
    buffer_new,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_WRITE
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function


@kernel_function("fs/direct-io.c")
def get_more_blocks(dio: Dio, sdio: DioSubmit, map_bh: BufferHead) -> int:
    """Ask the file system for the blocks that come next.

    Returns: 0, with or without blocks in `map_bh`; the error of taking pages,
    now that all blocks that were mapped are written; or another error.
    """
    ret = dio.page_errors
    if ret:
        return ret
    i_blkbits = sdio.blkbits + sdio.blkfactor
    if sdio.block_in_file >= sdio.final_block_in_request:
        raise KernelBug("get_more_blocks: nothing is left to map")
    fs_startblk = sdio.block_in_file >> sdio.blkfactor
    fs_endblk = sdio.final_block_in_request - 1 >> sdio.blkfactor
    fs_count = fs_endblk - fs_startblk + 1

    map_bh.b_state = 0
    map_bh.b_size = fs_count << i_blkbits

    create = int(dio.opf & REQ_OP_MASK == REQ_OP_WRITE)
    if dio.flags & DIO_SKIP_HOLES:
        i_size = dio.inode.i_size
        if i_size and fs_startblk <= i_size - 1 >> i_blkbits:
            create = 0

    return sdio.get_block(dio.inode, fs_startblk, map_bh, create)


@kernel_function("fs/direct-io.c")
def dio_take_blocks(sdio: DioSubmit, map_bh: BufferHead) -> None:
    """Note the blocks that were found.

    An I/O that begins within a block goes on there, unless the block is new:
    then its head has to be zeroed first. In C this is a part of do_direct_IO().
    """
    sdio.blocks_available = map_bh.b_size >> sdio.blkbits
    sdio.next_block_for_io = map_bh.b_blocknr << sdio.blkfactor
    if not sdio.blkfactor:
        return
    blkmask = (1 << sdio.blkfactor) - 1
    dio_remainder = sdio.block_in_file & blkmask
    if not buffer_new(map_bh):
        sdio.next_block_for_io += dio_remainder
    sdio.blocks_available -= dio_remainder


@kernel_function("fs/direct-io.c")
def dio_zero_block(
    dio: Dio, sdio: DioSubmit, end: int, map_bh: BufferHead
) -> None:
    """Zero the rest of a new block: before the data or, with `end`, after."""
    sdio.start_zero_done = True
    if not sdio.blkfactor or not buffer_new(map_bh):
        return

    dio_blocks_per_fs_block = 1 << sdio.blkfactor
    this_chunk_blocks = sdio.block_in_file & (dio_blocks_per_fs_block - 1)
    if not this_chunk_blocks:
        return
    if end:
        this_chunk_blocks = dio_blocks_per_fs_block - this_chunk_blocks
    this_chunk_bytes = this_chunk_blocks << sdio.blkbits

    page = this_kernel().empty_zero_page
    assert page is not None, "the machine has booted"
    if submit_page_section(
        dio, sdio, page, 0, this_chunk_bytes, sdio.next_block_for_io, map_bh
    ):
        return
    sdio.next_block_for_io += this_chunk_blocks
