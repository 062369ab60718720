"""A bug put back: direct I/O forgets to say that its bios hold references.

Since the flag was turned round, who says nothing holds nothing. So the end of a
bio drops no reference, and does not mark what was read dirty either: the page
leaks, and when memory is short its contents are lost.

It is called "block: BIO_PAGE_REFFED forgotten in direct-io.c" here; no commit
did it.
"""

from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.fs import direct_io_bios
from pintutor.linux.fs.direct_io_complete import (
    dio_bio_end_aio,
    dio_bio_end_io,
)
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.blk_types import BlockDevice
from pintutor.patches.patch import Patch

PATCH = Patch(
    "dio-not-reffed",
    "block: BIO_PAGE_REFFED forgotten in direct-io.c",
    commit="",
    release="",
    author="David Howells",
    needs=("page-reffed",),
    conflicts=("dio-pinning",),
    mutation=True,
)


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
    # Nobody says that its pages are references.
    sdio.bio = bio
    sdio.logical_offset_in_bio = sdio.cur_page_fs_offset
