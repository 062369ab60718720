"""Making bios and ending them (block/bio.c, Linux v5.17).

Not modelled: pools of bios and their caches; integrity, encryption, throttling
and accounting; discards.
"""

from typing import cast

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import (
    bio_clear_flag,
    bio_flagged,
    bio_set_flag,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_CHAIN,
    BIO_REFFED,
    BLK_STS_OK,
    Bio,
    BlockDevice,
    BvecIter,
)
from pintutor.linux.include.linux.bvec import BioVec, BvecPtr
from pintutor.linux.mm.slab import kfree
from pintutor.sim.atomic import (
    atomic_dec,
    atomic_inc,
    atomic_read,
    atomic_sub_and_test,
)
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray
from pintutor.sim.trace import trace_event

BIO_INLINE_VECS = 4
"""Places that lie within a bio itself."""

BVEC_SLABS = (16, 64, 128, 256)
"""Sizes of the arrays that bvec_alloc() hands out [places]."""


def bvec_table(nr_vecs: int) -> BvecPtr:
    """An array of that many places, none of them filled in yet."""
    return BvecPtr(KArray(cast(list[BioVec], [None] * nr_vecs)), 0)


@kernel_function("block/bio.c")
def bio_init(
    bdev: BlockDevice | None,
    table: BvecPtr | None,
    max_vecs: int,
    opf: int,
) -> Bio:
    """A bio with no page yet; in C the caller has the memory for it."""
    kernel = this_kernel()
    bio = Bio(kernel.nr_bios, bdev, opf, table, max_vecs, BvecIter())
    kernel.nr_bios += 1
    kernel.bios = (*kernel.bios, bio)
    return bio


@kernel_function("block/bio.c")
def bio_uninit(bio: Bio) -> None:
    """Be done with a bio whose memory is the caller's."""
    kernel = this_kernel()
    kernel.bios = tuple(each for each in kernel.bios if each is not bio)


@kernel_function("block/bio.c")
def bvec_alloc(nr_vecs: int) -> BvecPtr:
    """An array with room for `nr_vecs` places, or some more."""
    return bvec_table(next(size for size in BVEC_SLABS if nr_vecs <= size))


@kernel_function("block/bio.c")
def bio_alloc_bioset(bdev: BlockDevice | None, nr_vecs: int, opf: int) -> Bio:
    """A bio of its own with room for at least `nr_vecs` places."""
    if nr_vecs > BIO_INLINE_VECS:
        table = bvec_alloc(nr_vecs)
        return bio_init(bdev, table, len(table.array), opf)
    if nr_vecs:
        return bio_init(bdev, bvec_table(BIO_INLINE_VECS), BIO_INLINE_VECS, opf)
    return bio_init(bdev, None, 0, opf)


def bio_alloc(bdev: BlockDevice | None, nr_vecs: int, opf: int) -> Bio:
    """A bio with room for at least `nr_vecs` places."""
    return bio_alloc_bioset(bdev, nr_vecs, opf)


@kernel_function("block/bio.c")
def bio_reset(bio: Bio, bdev: BlockDevice | None, opf: int) -> None:
    """Make a used bio as good as new; it keeps its array of places."""
    bio.bi_bdev = bdev
    bio.bi_opf = opf
    bio.bi_flags = 0
    bio.bi_status = BLK_STS_OK
    bio.bi_vcnt = 0
    bio.bi_iter = BvecIter()
    bio.bi_end_io = None
    bio.bi_private = None
    bio.remaining = 1


@kernel_function("block/bio.c")
def bio_put(bio: Bio) -> None:
    """Be done with a bio; its last user frees it, but none of its pages."""
    if bio_flagged(bio, BIO_REFFED):
        if atomic_read(bio, "refcount") <= 0:
            raise KernelBug(f"bio {bio.nr} is put once too often")
        if not atomic_sub_and_test(1, bio, "refcount"):
            return
    bio_free(bio)


@kernel_function("block/bio.c")
def bio_free(bio: Bio) -> None:
    """Give the memory of the bio back."""
    bio_uninit(bio)
    kfree(bio)


@kernel_function("block/bio.c")
def __bio_chain_endio(bio: Bio) -> Bio:
    """Be done with a bio that its parent waits for; returns the parent."""
    parent = bio.bi_private
    assert isinstance(parent, Bio), "bio_chain() set it"
    if bio.bi_status and not parent.bi_status:
        parent.bi_status = bio.bi_status
    bio_put(bio)
    return parent


@kernel_function("block/bio.c")
def bio_chain_endio(bio: Bio) -> None:
    """End the parent of a bio too."""
    bio_endio(__bio_chain_endio(bio))


@kernel_function("block/bio.c")
def bio_chain(bio: Bio, parent: Bio) -> None:
    """Let `parent` end only when `bio` has ended too."""
    assert bio.bi_private is None and bio.bi_end_io is None, "it is nobody's"
    bio.bi_private = parent
    bio.bi_end_io = bio_chain_endio
    bio_inc_remaining(parent)


def bio_inc_remaining(bio: Bio) -> None:
    """Let the bio wait for one end more."""
    bio_set_flag(bio, BIO_CHAIN)
    atomic_inc(bio, "remaining")


@kernel_function("block/bio.c")
def bio_remaining_done(bio: Bio) -> bool:
    """Count one end of the bio; true when it was the last."""
    if not bio_flagged(bio, BIO_CHAIN):
        return True
    if atomic_read(bio, "remaining") <= 0:
        raise KernelBug(f"bio {bio.nr} ends once too often")
    if atomic_read(bio, "remaining") == 1:
        atomic_dec(bio, "remaining")
        bio_clear_flag(bio, BIO_CHAIN)
        return True
    atomic_dec(bio, "remaining")
    return False


@kernel_function("block/bio.c")
def bio_endio(bio: Bio) -> None:
    """End a bio: tell who submitted it, once all of its parts have ended."""
    trace_event("block:bio_endio", bio=bio.nr, status=bio.bi_status)
    while bio_remaining_done(bio):
        if bio.bi_end_io is bio_chain_endio:
            bio = __bio_chain_endio(bio)
            continue
        if bio.bi_end_io is not None:
            bio.bi_end_io(bio)
        return
