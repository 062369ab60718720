"""The bio of zeroes that pads a new block takes no reference to the zero page.

The zero page is never freed, so a reference protects nothing. It would have to
be given back when the bio completes, and for that the bio would have to be of
those that drop references. When other bios of the same I/O give back pins, that
is one mode too many.

Linux kernel commit a450f49708ea ("iomap: Don't get an reference on ZERO_PAGE
for direct I/O block zeroing") (in v6.5); the same in version 8 of the page
extraction series.
"""

from pintutor.linux.block.bio_add import __bio_add_page
from pintutor.linux.fs.iomap import direct_io_bio
from pintutor.linux.fs.iomap.direct_io_bio import (
    iomap_dio_alloc_bio,
    iomap_dio_submit_bio,
)
from pintutor.linux.fs.iomap.direct_io_end import iomap_dio_bio_end_io
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import bio_set_flag
from pintutor.linux.include.linux.blk_types import (
    BIO_NO_PAGE_REF,
    REQ_IDLE,
    REQ_OP_WRITE,
    REQ_SYNC,
)
from pintutor.linux.include.linux.iomap import (
    IomapDio,
    IomapIter,
    iomap_sector,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "iomap-zero-unreferenced",
    "iomap: Don't get an reference on ZERO_PAGE for direct I/O block zeroing",
    commit="a450f49708ea",
    release="v6.5",
    author="Christoph Hellwig",
)


@PATCH.replaces(direct_io_bio.iomap_dio_zero)
def iomap_dio_zero(iter: IomapIter, dio: IomapDio, pos: int, len: int) -> None:
    """Write `len` zeroes at byte `pos` of the file: the rest of a new block."""
    page = this_kernel().empty_zero_page
    assert page is not None, "the machine has booted"

    bio = iomap_dio_alloc_bio(iter, dio, 1, REQ_OP_WRITE | REQ_SYNC | REQ_IDLE)
    bio.bi_iter.bi_sector = iomap_sector(iter.iomap, pos)
    bio.bi_private = dio
    bio.bi_end_io = iomap_dio_bio_end_io

    bio_set_flag(bio, BIO_NO_PAGE_REF)
    __bio_add_page(bio, page, len, 0)
    iomap_dio_submit_bio(iter, dio, bio, pos)
