"""Taking bios apart (block/bio.c, Linux v5.17).

Not modelled: discards; copying what a bio was given.
"""

from pintutor.linux.block.bio import bio_alloc_bioset
from pintutor.linux.include.linux.bio import (
    bio_sectors,
    bio_set_flag,
    bvec_at,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_CLONED,
    Bio,
    BlockDevice,
    BvecIter,
)
from pintutor.linux.include.linux.blkdev import SECTOR_SHIFT
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.sim.function import kernel_function


@kernel_function("block/bio.c")
def bio_advance(bio: Bio, nbytes: int) -> None:
    """Count bytes of the bio as transferred."""
    iter = bio.bi_iter
    if nbytes == iter.bi_size:
        iter.bi_size = 0
        return
    iter.bi_sector += nbytes >> SECTOR_SHIFT
    iter.bi_size -= nbytes
    done = iter.bi_bvec_done + nbytes
    while done >= bvec_at(bio, iter.bi_idx).bv_len:
        done -= bvec_at(bio, iter.bi_idx).bv_len
        iter.bi_idx += 1
    iter.bi_bvec_done = done


@kernel_function("block/bio.c")
def bio_alloc_clone(bdev: BlockDevice | None, bio_src: Bio) -> Bio:
    """A bio for the same places in memory, which it does not hold.

    Of the flags only BIO_CLONED is set, so it never gives pages back.
    """
    bio = bio_alloc_bioset(bdev, 0, bio_src.bi_opf)
    bio_set_flag(bio, BIO_CLONED)
    src = bio_src.bi_iter
    bio.bi_iter = BvecIter(
        src.bi_sector, src.bi_size, src.bi_idx, src.bi_bvec_done
    )
    bio.bi_io_vec = bio_src.bi_io_vec
    return bio


@kernel_function("block/bio.c")
def bio_split(bio: Bio, sectors: int) -> Bio:
    """A bio for the first sectors of `bio`, which keeps the rest."""
    warn_on_once(sectors <= 0, "bio_split: nothing to split off")
    warn_on_once(sectors >= bio_sectors(bio), "bio_split: nothing is left")
    split = bio_alloc_clone(bio.bi_bdev, bio)
    split.bi_iter.bi_size = sectors << SECTOR_SHIFT
    bio_advance(bio, split.bi_iter.bi_size)
    return split
