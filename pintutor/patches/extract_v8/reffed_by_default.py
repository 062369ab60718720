"""A bug put back: every new bio gives back references.

Turning the flag round was meant to make holding nothing the default. Setting it
in bio_init() makes holding references the default again, and a bio whose pages
are somebody else's puts them all the same. Their owner still uses them when
they are freed: bios are referenced by default.

Version 8 of the page extraction series, in January 2023, sets the flag where
references are taken, and nowhere else.
"""

from pintutor.linux.block import bio
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import bio_set_flag
from pintutor.linux.include.linux.blk_types import (
    BIO_PAGE_REFFED,
    Bio,
    BlockDevice,
    BvecIter,
)
from pintutor.linux.include.linux.bvec import BvecPtr
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-reffed-by-default",
    "bios are referenced by default",
    commit="",
    release="",
    author="David Howells",
    needs=("page-reffed",),
    mutation=True,
)


@PATCH.replaces(bio.bio_init)
def bio_init(
    bdev: BlockDevice | None,
    table: BvecPtr | None,
    max_vecs: int,
    opf: int,
) -> Bio:
    """A bio with no page yet; in C the caller has the memory for it."""
    kernel = this_kernel()
    bio = Bio(kernel.nr_bios, bdev, opf, table, max_vecs, BvecIter())
    bio_set_flag(bio, BIO_PAGE_REFFED)
    kernel.nr_bios += 1
    kernel.bios = (*kernel.bios, bio)
    return bio
