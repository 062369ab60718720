"""Adding pages to a bio (block/bio.c, Linux v5.17).

What lies right behind the last bytes of a bio, in physical memory, makes the
last place longer and takes no new one. No function here takes or gives back a
page: who adds one twice has to know that it is in the bio once.

Not modelled: memory of other devices; bio_add_folio().
"""

from typing import NamedTuple

from pintutor.linux.include.linux.bio import (
    UINT_MAX,
    bio_flagged,
    bio_full,
    bvec_at,
    page_to_phys,
)
from pintutor.linux.include.linux.blk_types import BIO_CLONED, Bio
from pintutor.linux.include.linux.blkdev import (
    RequestQueue,
    queue_max_segment_size,
    queue_max_segments,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.mm_types import PAGE_MASK, Page
from pintutor.sim.function import kernel_function


class Merged(NamedTuple):
    """Whether bytes went into the last place of a bio, and into which page."""

    ret: bool
    same_page: bool
    """They lie in the page that ended the place before: it is there twice."""


class Added(NamedTuple):
    """What bio_add_hw_page() returns."""

    ret: int
    """Bytes that were added."""
    same_page: bool
    """As of `Merged`."""


@kernel_function("block/bio.c")
def page_is_mergeable(bv: BioVec, page: Page, len: int, off: int) -> Merged:
    """Whether the bytes lie right behind those of `bv`."""
    vec_end_addr = page_to_phys(bv.bv_page) + bv.bv_offset + bv.bv_len - 1
    page_addr = page_to_phys(page)
    if vec_end_addr + 1 != page_addr + off:
        return Merged(False, False)
    return Merged(True, vec_end_addr & PAGE_MASK == page_addr)


@kernel_function("block/bio.c")
def __bio_try_merge_page(bio: Bio, page: Page, len: int, off: int) -> Merged:
    """Make the last place longer by these bytes, if they lie right behind."""
    if warn_on_once(
        bio_flagged(bio, BIO_CLONED), "__bio_try_merge_page: BIO_CLONED"
    ):
        return Merged(False, False)
    if bio.bi_vcnt > 0:
        bv = bvec_at(bio, bio.bi_vcnt - 1)
        merged = page_is_mergeable(bv, page, len, off)
        if merged.ret:
            if bio.bi_iter.bi_size > UINT_MAX - len:
                return Merged(False, False)
            bv.bv_len += len
            bio.bi_iter.bi_size += len
            return merged
    return Merged(False, False)


@kernel_function("block/bio.c")
def __bio_add_page(bio: Bio, page: Page, len: int, off: int) -> None:
    """Add bytes as a new place, for which there must be room."""
    warn_on_once(bio_flagged(bio, BIO_CLONED), "__bio_add_page: BIO_CLONED")
    warn_on_once(bio_full(bio, len), "__bio_add_page: the bio is full")

    assert bio.bi_io_vec is not None, "the bio has room"
    array, first = bio.bi_io_vec
    array[first + bio.bi_vcnt] = BioVec(page, len, off)
    bio.bi_iter.bi_size += len
    bio.bi_vcnt += 1


@kernel_function("block/bio.c")
def bio_add_page(bio: Bio, page: Page, len: int, offset: int) -> int:
    """Add bytes of a page; returns how many, 0 when the bio is full."""
    if not __bio_try_merge_page(bio, page, len, offset).ret:
        if bio_full(bio, len):
            return 0
        __bio_add_page(bio, page, len, offset)
    return len


@kernel_function("block/bio.c")
def bio_try_merge_hw_seg(
    q: RequestQueue, bio: Bio, page: Page, len: int, offset: int
) -> Merged:
    """As __bio_try_merge_page(), within the longest piece of the device."""
    bv = bvec_at(bio, bio.bi_vcnt - 1)
    if bv.bv_len + len > queue_max_segment_size(q):
        return Merged(False, False)
    return __bio_try_merge_page(bio, page, len, offset)


@kernel_function("block/bio.c")
def bio_add_hw_page(
    q: RequestQueue,
    bio: Bio,
    page: Page,
    len: int,
    offset: int,
    max_sectors: int,
) -> Added:
    """Add bytes as the device can take them, for a bio that is never split."""
    if warn_on_once(bio_flagged(bio, BIO_CLONED), "bio_add_hw_page: CLONED"):
        return Added(0, False)
    if bio.bi_iter.bi_size + len >> 9 > max_sectors:
        return Added(0, False)
    if bio.bi_vcnt > 0:
        merged = bio_try_merge_hw_seg(q, bio, page, len, offset)
        if merged.ret:
            return Added(len, merged.same_page)
    if bio_full(bio, len):
        return Added(0, False)
    if bio.bi_vcnt >= queue_max_segments(q):
        return Added(0, False)
    __bio_add_page(bio, page, len, offset)
    return Added(len, False)
