"""BIO_PAGE_REFFED in direct I/O of files: see page_reffed.py.

Direct I/O without iomap has to ask for its pages to be given back. The zeroes
that iomap writes need not be told any more that nobody holds them.

The rest of Linux kernel commit e51bab4e2058 ("block: Replace BIO_NO_PAGE_REF
with BIO_PAGE_REFFED with inverted logic") (in v6.5).
"""

from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.block.bio_add import __bio_add_page
from pintutor.linux.fs import direct_io_bios
from pintutor.linux.fs.direct_io_complete import (
    dio_bio_end_aio,
    dio_bio_end_io,
)
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.fs.iomap import direct_io_bio
from pintutor.linux.fs.iomap.direct_io_bio import (
    iomap_dio_alloc_bio,
    iomap_dio_submit_bio,
)
from pintutor.linux.fs.iomap.direct_io_end import iomap_dio_bio_end_io
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import bio_set_flag
from pintutor.linux.include.linux.blk_types import (
    BIO_PAGE_REFFED,
    REQ_IDLE,
    REQ_OP_WRITE,
    REQ_SYNC,
    BlockDevice,
)
from pintutor.linux.include.linux.iomap import (
    IomapDio,
    IomapIter,
    iomap_sector,
)
from pintutor.patches.block_pin_v21 import page_reffed

PATCH = page_reffed.PATCH


@PATCH.replaces(direct_io_bios.dio_bio_alloc)
def dio_bio_alloc(
    dio: Dio,
    sdio: DioSubmit,
    bdev: BlockDevice,
    first_sector: int,
    nr_vecs: int,
) -> None:
    """Begin a bio at a sector of the disk."""
    bio = bio_alloc(bdev, nr_vecs, dio.opf)
    bio.bi_iter.bi_sector = first_sector
    if dio.is_async:
        bio.bi_end_io = dio_bio_end_aio
    else:
        bio.bi_end_io = dio_bio_end_io
    # For now all its pages are references.
    bio_set_flag(bio, BIO_PAGE_REFFED)
    sdio.bio = bio
    sdio.logical_offset_in_bio = sdio.cur_page_fs_offset


@PATCH.replaces(direct_io_bio.iomap_dio_zero)
def iomap_dio_zero(iter: IomapIter, dio: IomapDio, pos: int, len: int) -> None:
    """Write `len` zeroes at byte `pos` of the file: the rest of a new block."""
    page = this_kernel().empty_zero_page
    assert page is not None, "the machine has booted"

    bio = iomap_dio_alloc_bio(iter, dio, 1, REQ_OP_WRITE | REQ_SYNC | REQ_IDLE)
    bio.bi_iter.bi_sector = iomap_sector(iter.iomap, pos)
    bio.bi_private = dio
    bio.bi_end_io = iomap_dio_bio_end_io

    __bio_add_page(bio, page, len, 0)
    iomap_dio_submit_bio(iter, dio, bio, pos)
