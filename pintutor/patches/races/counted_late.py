"""Bug put back: a direct I/O counts a bio after it was sent off.

The submitter holds one reference to the direct I/O, and each bio in flight
another. A bio that is not counted yet drops the submitter's when it ends, and
takes itself for the last: the direct I/O is ended and freed while the submitter
is still at work on it.

In Linux this is fs/direct-io.c: dio_bio_submit(), which counts under bio_lock
before submit_bio(). No release is known to have had the bug.
"""

from pintutor.linux.block.bio_dirty import bio_set_pages_dirty
from pintutor.linux.block.blk_core import submit_bio
from pintutor.linux.fs import direct_io_bios
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, REQ_OP_READ
from pintutor.patches.patch import Patch
from pintutor.sim.locks import spin_lock, spin_unlock

PATCH = Patch(
    "bug-counted-late",
    "a direct I/O counts a bio after it was sent off",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(direct_io_bios.dio_bio_submit)
def dio_bio_submit(dio: Dio, sdio: DioSubmit) -> None:
    """Send the bio off; the direct I/O counts it after that.

    Nobody will be there to dirty the pages of an asynchronous read, so that is
    done beforehand, and checked at the end.
    """
    dio_op = dio.opf & REQ_OP_MASK
    bio = sdio.bio
    assert bio is not None, "a bio is being filled"

    bio.bi_private = dio
    if dio.is_async and dio_op == REQ_OP_READ and dio.should_dirty:
        bio_set_pages_dirty(bio)

    submit_bio(bio)
    spin_lock(dio, "bio_lock")
    dio.refcount += 1
    spin_unlock(dio, "bio_lock")
    sdio.bio = None
    sdio.boundary = False
    sdio.logical_offset_in_bio = 0
