"""Predicates and short verbs on bios (include/linux/bio.h, Linux v5.17).

In C bio_for_each_bvec() and bio_for_each_page() are macros; the second stands
for bio_for_each_segment() and, over all that a bio was given, for
bio_for_each_segment_all().

Not modelled: lists of bios but the ones that are needed here.
"""

from typing import NamedTuple

from pintutor.linux.include.linux.blk_types import (
    BIO_REFFED,
    Bio,
    BvecIter,
    bio_flags,
)
from pintutor.linux.include.linux.blkdev import SECTOR_SHIFT
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.sim.atomic import atomic_inc
from pintutor.sim.function import kernel_function

BIO_MAX_VECS = 256
"""Most places in memory that one bio has room for."""

UINT_MAX = 0xFFFFFFFF


class BvecPart(NamedTuple):
    """A stretch of memory: struct bio_vec as a value."""

    bv_page: Page
    bv_len: int
    bv_offset: int


def page_to_phys(page: Page) -> int:
    """Physical address of the page (asm/io.h)."""
    return page.pfn * PAGE_SIZE


def bio_flag_bit(bit: str) -> int:
    """The bit that a flag has in the kernel of the moment, or 0."""
    names = bio_flags()
    return 1 << names.index(bit) if bit in names else 0


@kernel_function("include/linux/bio.h")
def bio_flagged(bio: Bio, bit: str) -> bool:
    """True when the flag is set."""
    return (bio.bi_flags & bio_flag_bit(bit)) != 0


@kernel_function("include/linux/bio.h")
def bio_set_flag(bio: Bio, bit: str) -> None:
    """Set a flag."""
    bio.bi_flags |= bio_flag_bit(bit)


@kernel_function("include/linux/bio.h")
def bio_clear_flag(bio: Bio, bit: str) -> None:
    """Clear a flag."""
    bio.bi_flags &= ~bio_flag_bit(bit)


def bio_get(bio: Bio) -> None:
    """Use the bio itself once more."""
    bio_set_flag(bio, BIO_REFFED)
    atomic_inc(bio, "refcount")


def bio_sectors(bio: Bio) -> int:
    """What is left of the transfer [sectors]."""
    return bio.bi_iter.bi_size >> SECTOR_SHIFT


def bio_max_segs(nr_segs: int) -> int:
    """`nr_segs`, but no more than one bio has room for."""
    return min(nr_segs, BIO_MAX_VECS)


def bio_full(bio: Bio, len: int) -> bool:
    """True when the bio has no room for another place of that length."""
    if bio.bi_vcnt >= bio.bi_max_vecs:
        return True
    return bio.bi_iter.bi_size > UINT_MAX - len


def bvec_at(bio: Bio, index: int) -> BioVec:
    """A place in memory: `bio->bi_io_vec[index]`."""
    assert bio.bi_io_vec is not None, "the bio was given places"
    return bio.bi_io_vec.at(index)


def bio_for_each_bvec(bio: Bio, start: BvecIter) -> tuple[BvecPart, ...]:
    """The stretches of memory that are left from `start` on."""
    found: tuple[BvecPart, ...] = ()
    size, index, done = start.bi_size, start.bi_idx, start.bi_bvec_done
    while size:
        bv = bvec_at(bio, index)
        length = min(bv.bv_len - done, size)
        found += (BvecPart(bv.bv_page, length, bv.bv_offset + done),)
        size, index, done = size - length, index + 1, 0
    return found


def bvec_pages(bv: BvecPart | BioVec) -> tuple[BvecPart, ...]:
    """The parts of a stretch that lie in one page each."""
    found: tuple[BvecPart, ...] = ()
    at, left = bv.bv_offset, bv.bv_len
    while left:
        page = nth_page(bv.bv_page, at // PAGE_SIZE)
        length = min(PAGE_SIZE - at % PAGE_SIZE, left)
        found += (BvecPart(page, length, at % PAGE_SIZE),)
        at, left = at + length, left - length
    return found


def bio_for_each_page(bio: Bio) -> tuple[BvecPart, ...]:
    """The parts in one page each of what is left to be transferred."""
    bvecs = bio_for_each_bvec(bio, bio.bi_iter)
    return tuple(part for bv in bvecs for part in bvec_pages(bv))


def bio_for_each_segment_all(bio: Bio) -> tuple[BvecPart, ...]:
    """The parts in one page each of all that the bio was given."""
    bvecs = (bvec_at(bio, index) for index in range(bio.bi_vcnt))
    return tuple(part for bv in bvecs for part in bvec_pages(bv))
