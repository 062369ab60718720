"""Only bytes are counted once for a bio that was split.

A bio that had waited for its turn was marked so that it would not wait again.
The parts that it was split in bore the mark too, so a limit on the number of
transfers missed them. The mark stands for the limit on bytes alone from now on,
and has a name that says so; its bit stays.

Linux kernel commit 320fb0f91e55 ("blk-throttle: fix that io throttle can only
work for single bio") (in v6.1).
"""

from pintutor.linux.include.linux import blk_types
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
    BIO_WORKINGSET,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-bps-throttled",
    "blk-throttle: fix that io throttle can only work for single bio",
    commit="320fb0f91e55",
    release="v6.1",
    author="Yu Kuai",
)


@PATCH.replaces(blk_types.bio_flags)
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_NO_PAGE_REF,
        BIO_CLONED,
        BIO_BOUNCED,
        BIO_WORKINGSET,
        BIO_QUIET,
        BIO_CHAIN,
        BIO_REFFED,
        BIO_BPS_THROTTLED,
        BIO_TRACE_COMPLETION,
        BIO_CGROUP_ACCT,
    )
