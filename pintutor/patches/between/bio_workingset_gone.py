"""Bios know nothing of memory stalls.

A bio that read pages which had been thrown out of memory only lately was marked
BIO_WORKINGSET, so that waiting for it counted as a stall. File systems tell of
that by themselves now, and the flag is gone. What follows it in the enumeration
gets another bit: a word of flags means nothing without the kernel it is of.

Linux kernel commit 118f3663fbc6 ("block: remove PSI accounting from the bio
layer") (in v6.1).
"""

from pintutor.linux.block import bio_iov
from pintutor.linux.block.bio_iov import (
    __bio_iov_iter_get_pages,
    bio_iov_bvec_set,
)
from pintutor.linux.include.linux import blk_types
from pintutor.linux.include.linux.bio import bio_full
from pintutor.linux.include.linux.blk_types import (
    BIO_BOUNCED,
    BIO_BPS_THROTTLED,
    BIO_CGROUP_ACCT,
    BIO_CHAIN,
    BIO_CLONED,
    BIO_NO_PAGE_REF,
    BIO_QUIET,
    BIO_REFFED,
    BIO_TRACE_COMPLETION,
    Bio,
)
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-workingset-gone",
    "block: remove PSI accounting from the bio layer",
    commit="118f3663fbc6",
    release="v6.1",
    author="Christoph Hellwig",
    needs=("bio-bps-throttled",),
)


@PATCH.replaces(blk_types.bio_flags)
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_NO_PAGE_REF,
        BIO_CLONED,
        BIO_BOUNCED,
        BIO_QUIET,
        BIO_CHAIN,
        BIO_REFFED,
        BIO_BPS_THROTTLED,
        BIO_TRACE_COMPLETION,
        BIO_CGROUP_ACCT,
    )


@PATCH.replaces(bio_iov.bio_iov_iter_get_pages)
def bio_iov_iter_get_pages(bio: Bio, iter: IovIter) -> int:
    """Add as many pages of the iterator as the bio has room for.

    Returns: 0, or the error that kept it from having a single page.
    """
    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
        iov_iter_advance(iter, bio.bi_iter.bi_size)
        return 0

    ret = 0
    while True:
        ret = __bio_iov_iter_get_pages(bio, iter)
        if ret or not iov_iter_count(iter) or bio_full(bio, 0):
            break

    return 0 if bio.bi_vcnt else ret
