"""A bug put back: the bio of zeroes takes no reference but drops one.

BIO_NO_PAGE_REF was forgotten. Each time that a new block is padded the zero
page loses a reference that is not the bio's, and after the last of them the
page that everybody reads is free.

It is called "iomap: zero page put without a reference" here; no commit did it.
"""

from pintutor.linux.block.bio_add import __bio_add_page
from pintutor.linux.fs.iomap import direct_io_bio
from pintutor.linux.fs.iomap.direct_io_bio import (
    iomap_dio_alloc_bio,
    iomap_dio_submit_bio,
)
from pintutor.linux.fs.iomap.direct_io_end import iomap_dio_bio_end_io
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import (
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
    "iomap-zero-put",
    "iomap: zero page put without a reference",
    commit="",
    release="",
    author="David Howells",
    needs=("iomap-zero-unreferenced",),
    conflicts=("page-reffed",),
    mutation=True,
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

    __bio_add_page(bio, page, len, 0)
    iomap_dio_submit_bio(iter, dio, bio, pos)
