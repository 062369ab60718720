"""A flag of a bio can be tested together with its neighbour.

Comparing the masked word with 0 made the compiler do one test after the other.
Converted to a bool instead, two flags that are asked for together become one
test of two bits. What is answered is the same.

Linux kernel commit 09e8c253415b ("block: Fix bio_flagged() so that gcc can
better optimise it") (in v6.5); sent since version 5 of the page extraction
series, in January 2023.
"""

from pintutor.linux.include.linux import bio as header
from pintutor.linux.include.linux.bio import bio_flag_bit
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-flagged",
    "block: Fix bio_flagged() so that gcc can better optimise it",
    commit="09e8c253415b",
    release="v6.5",
    author="David Howells",
)


@PATCH.replaces(header.bio_flagged)
def bio_flagged(bio: Bio, bit: str) -> bool:
    """True when the flag is set."""
    return bool(bio.bi_flags & bio_flag_bit(bit))
