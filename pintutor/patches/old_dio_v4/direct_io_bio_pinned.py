"""A bio of direct I/O gives back pins, and only those that were taken.

The commit before left BIO_PAGE_REFFED on every bio. So the end of a bio drops a
reference where a pin of 1024 was taken: 1023 stay behind, a page a time, and
soon the count overflows. A test robot saw try_get_folio() warn after it had
written twice from one buffer. Pages of a kernel iterator are not held at all,
and these lost a reference that was somebody else's.

Sent as "block: Fix dio_bio_alloc() to set BIO_PAGE_PINNED" and merged before
v6.5.
"""

from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.fs import direct_io_bios
from pintutor.linux.fs.direct_io_complete import (
    dio_bio_end_aio,
    dio_bio_end_io,
)
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.bio import bio_set_flag
from pintutor.linux.include.linux.blk_types import (
    BIO_PAGE_PINNED,
    BlockDevice,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "dio-bio-pinned",
    "block: Fix dio_bio_alloc() to set BIO_PAGE_PINNED",
    commit="",
    release="v6.5",
    author="David Howells",
    needs=("page-reffed", "dio-pinning"),
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
    if dio.is_pinned:
        bio_set_flag(bio, BIO_PAGE_PINNED)
    sdio.bio = bio
    sdio.logical_offset_in_bio = sdio.cur_page_fs_offset
