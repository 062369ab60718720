"""A bio says that it holds its pages, not that it does not.

With BIO_NO_PAGE_REF a new bio, all of whose flags are clear, was one that gives
back its pages, and whoever had no references to give away had to say so. A
second way of holding pages is about to come, and beside that the default has to
be to do nothing. So the flag is renamed and turned round: who takes references
for a bio sets BIO_PAGE_REFFED. Who forgets leaks them, and what was read is not
marked dirty.

Linux kernel commit e51bab4e2058 ("block: Replace BIO_NO_PAGE_REF with
BIO_PAGE_REFFED with inverted logic") (in v6.5); the same in version 8 of the
page extraction series.
"""

from pintutor.linux.block import bio_iov, bio_release
from pintutor.linux.block.bio_iov import __bio_iov_iter_get_pages
from pintutor.linux.block.bio_release import __bio_release_pages
from pintutor.linux.include.linux import blk_types
from pintutor.linux.include.linux.bio import (
    bio_flagged,
    bio_full,
    bio_set_flag,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_BOUNCED,
    BIO_BPS_THROTTLED,
    BIO_CGROUP_ACCT,
    BIO_CHAIN,
    BIO_CLONED,
    BIO_PAGE_REFFED,
    BIO_QUIET,
    BIO_REFFED,
    BIO_TRACE_COMPLETION,
    Bio,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.patch import Patch

PATCH = Patch(
    "page-reffed",
    "block: Replace BIO_NO_PAGE_REF with BIO_PAGE_REFFED with inverted logic",
    commit="e51bab4e2058",
    release="v6.5",
    author="Christoph Hellwig",
    needs=("bio-workingset-gone", "iomap-zero-unreferenced"),
)


@PATCH.replaces(blk_types.bio_flags)
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_PAGE_REFFED,
        BIO_CLONED,
        BIO_BOUNCED,
        BIO_QUIET,
        BIO_CHAIN,
        BIO_REFFED,
        BIO_BPS_THROTTLED,
        BIO_TRACE_COMPLETION,
        BIO_CGROUP_ACCT,
    )


@PATCH.replaces(bio_release.bio_release_pages)
def bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back the pages of the bio, if it holds them."""
    if bio_flagged(bio, BIO_PAGE_REFFED):
        __bio_release_pages(bio, mark_dirty)


@PATCH.replaces(bio_iov.bio_iov_bvec_set)
def bio_iov_bvec_set(bio: Bio, iter: IovIter) -> None:
    """Let the bio use the places of the iterator, whose pages are its own."""
    warn_on_once(bool(bio.bi_max_vecs), "bio_iov_bvec_set: it has an array")

    bio.bi_vcnt = iter.nr_segs
    bio.bi_io_vec = iter.bvec
    bio.bi_iter.bi_bvec_done = iter.iov_offset
    bio.bi_iter.bi_size = iov_iter_count(iter)
    bio_set_flag(bio, BIO_CLONED)


@PATCH.replaces(bio_iov.bio_iov_iter_get_pages)
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    Returns: 0, or the error that kept it from having a single page.
    """
    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
        iov_iter_advance(iter, bio.bi_iter.bi_size)
        return 0

    bio_set_flag(bio, BIO_PAGE_REFFED)
    ret = 0
    while True:
        ret = __bio_iov_iter_get_pages(bio, iter)
        if ret or not iov_iter_count(iter) or bio_full(bio, 0):
            break

    return 0 if bio.bi_vcnt else ret
