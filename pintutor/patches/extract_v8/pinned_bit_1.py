"""A bug put back: the new flag comes after the one that is to go.

BIO_PAGE_REFFED was there first, with bit 0, so that BIO_PAGE_PINNED got bit 1.
When BIO_PAGE_REFFED is removed all that follows moves down. A bio that is under
way then has its pin read as another flag, and keeps its pages: the pin has bit
1.

Version 8 of the page extraction series, in January 2023, gave the flag bit 0.
"""

from pintutor.linux.include.linux import blk_types
from pintutor.linux.include.linux.blk_types import (
    BIO_BOUNCED,
    BIO_BPS_THROTTLED,
    BIO_CGROUP_ACCT,
    BIO_CHAIN,
    BIO_CLONED,
    BIO_PAGE_PINNED,
    BIO_PAGE_REFFED,
    BIO_QUIET,
    BIO_REFFED,
    BIO_TRACE_COMPLETION,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-pinned-bit-1",
    "the pin has bit 1",
    commit="",
    release="",
    author="David Howells",
    needs=("page-pinned",),
    conflicts=(
        "bio-pinned-and-put",
        "page-reffed-removed",
    ),
    mutation=True,
)


@PATCH.replaces(blk_types.bio_flags)
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_PAGE_REFFED,
        BIO_PAGE_PINNED,
        BIO_CLONED,
        BIO_BOUNCED,
        BIO_QUIET,
        BIO_CHAIN,
        BIO_REFFED,
        BIO_BPS_THROTTLED,
        BIO_TRACE_COMPLETION,
        BIO_CGROUP_ACCT,
    )
