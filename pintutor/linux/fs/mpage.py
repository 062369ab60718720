"""Pages of the page cache to and from the disk (fs/mpage.c, Linux v6.1).

Pages that lie side by side on the disk share a bio. It holds no reference to
them, and its flags say nothing about pages: they are locked, or under
writeback, until it completes, and so stay in the cache. ext4 has functions of
its own that do the same.

Not modelled: a page whose blocks lie in several places on the disk; large
folios.
"""

from dataclasses import dataclass

from pintutor.linux.block.bdev import b_bdev
from pintutor.linux.block.bio import bio_alloc, bio_put
from pintutor.linux.block.bio_add import bio_add_page
from pintutor.linux.block.blk_core import submit_bio
from pintutor.linux.fs.extents import run_at
from pintutor.linux.include.linux.bio import (
    BIO_MAX_VECS,
    bio_for_each_segment_all,
)
from pintutor.linux.include.linux.blk_types import (
    REQ_OP_READ,
    Bio,
    bio_op,
)
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.highmem import zero_user
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE, Folio
from pintutor.linux.include.linux.page_flags import SetPageUptodate
from pintutor.linux.include.uapi.errno import EIO
from pintutor.linux.mm.folio import folio_end_writeback, folio_unlock
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KObject


@dataclass(slots=True, eq=False)
class MpageData(KObject):
    """struct mpage_data: the bio that pages are being added to."""

    inode: Inode
    opf: int
    """What the bios do, REQ_OP_*."""
    bio: Bio | None = None
    """The bio that has room; None: the next page begins one."""
    next_sector: int = -1
    """Where on the disk it would go on [sectors]."""


@kernel_function("fs/mpage.c")
def mpage_end_io(bio: Bio) -> None:
    """Unlock the pages that were read, or end the writeback of them."""
    for bvec in bio_for_each_segment_all(bio):
        folio = page_folio(bvec.bv_page)
        if bio_op(bio) == REQ_OP_READ:
            if not bio.bi_status:
                SetPageUptodate(folio)
            folio_unlock(folio)
            continue
        if bio.bi_status and folio.mapping is not None:
            assert folio.mapping.host is not None, "the page is a file's"
            folio.mapping.host.wb_err = -EIO
        folio_end_writeback(folio)
    bio_put(bio)


@kernel_function("fs/mpage.c")
def mpage_bio_submit(mpd: MpageData) -> None:
    """Send the bio off, if there is one."""
    if mpd.bio is None:
        return
    bio, mpd.bio = mpd.bio, None
    bio.bi_end_io = mpage_end_io
    submit_bio(bio)


@kernel_function("fs/mpage.c")
def mpage_add_page(
    mpd: MpageData, folio: Folio, sector: int, length: int, offset: int
) -> None:
    """Add a part of a page to the bio, or to a new one behind it.

    In C this is a part of do_mpage_readpage() and __mpage_writepage().
    """
    if mpd.bio is not None and mpd.next_sector != sector:
        mpage_bio_submit(mpd)
    if mpd.bio is not None and not bio_add_page(mpd.bio, folio, length, offset):
        mpage_bio_submit(mpd)
    elif mpd.bio is not None:
        mpd.next_sector = sector + (length >> 9)
        return
    mpd.bio = bio_alloc(b_bdev(mpd.inode), BIO_MAX_VECS, mpd.opf)
    mpd.bio.bi_iter.bi_sector = sector
    bio_add_page(mpd.bio, folio, length, offset)
    mpd.next_sector = sector + (length >> 9)


@kernel_function("fs/mpage.c")
def do_mpage_readpage(mpd: MpageData, folio: Folio) -> None:
    """Have a locked page read; what has no data on the disk is zeroes."""
    pos = folio.index << PAGE_SHIFT
    run = run_at(mpd.inode, pos, PAGE_SIZE)
    if run.sector < 0:
        zero_user(folio, 0, PAGE_SIZE)
        SetPageUptodate(folio)
        folio_unlock(folio)
        return
    if run.length < PAGE_SIZE:
        zero_user(folio, run.length, PAGE_SIZE - run.length)
    mpage_add_page(mpd, folio, run.sector, run.length, 0)


@kernel_function("fs/mpage.c")
def mpage_readahead(inode: Inode, folios: tuple[Folio, ...]) -> None:
    """Have locked pages read, those side by side in one bio."""
    mpd = MpageData(inode, REQ_OP_READ)
    for folio in folios:
        do_mpage_readpage(mpd, folio)
    mpage_bio_submit(mpd)


@kernel_function("fs/mpage.c")
def mpage_read_folio(inode: Inode, folio: Folio) -> None:
    """Have one locked page read."""
    mpage_readahead(inode, (folio,))


@kernel_function("fs/mpage.c")
def __mpage_writepage(
    mpd: MpageData, folio: Folio, start: int, end: int
) -> None:
    """Write bytes start..end of a page, which is under writeback."""
    pos = (folio.index << PAGE_SHIFT) + start
    run = run_at(mpd.inode, pos, end - start)
    mpage_add_page(mpd, folio, run.sector, end - start, start)
