"""Pages that a bio has of its own (block/bio.c, Linux v5.17)."""

from pintutor.linux.include.linux.bio import bio_for_each_segment_all
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


@kernel_function("block/bio.c")
def bio_free_pages(bio: Bio) -> None:
    """Free the pages of the bio, which were allocated for it."""
    for bvec in bio_for_each_segment_all(bio):
        put_page(bvec.bv_page)


@kernel_function("block/bio.c")
def zero_fill_bio(bio: Bio) -> None:
    """Fill the places of the bio with zeroes."""
    for bvec in bio_for_each_segment_all(bio):
        memcpy_to_page(bvec.bv_page, bvec.bv_offset, bytes(bvec.bv_len))
