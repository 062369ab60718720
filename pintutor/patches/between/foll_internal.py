"""What only mm may set moves to its own header, and all flags are renumbered.

FOLL_PIN, FOLL_TOUCH and their like were there for every driver to use, and
some did. Now include/linux has the public flags, from bit 0 up, and
mm/internal.h the others, from bit 16 up. A program that was built with the old
numbers asks for something else: 0x10000 was FOLL_LONGTERM and is FOLL_TOUCH.

FOLL_UNLOCKABLE, which says that mmap_lock may be dropped, came shortly before,
in Linux kernel commit f04740f54594 ("mm/gup: add FOLL_UNLOCKABLE") (in v6.3);
here its name comes with this patch, and a `locked` that is not NULL goes on
saying so inside.

Linux kernel commit 2c2241081f7d ("mm/gup: move private gup FOLL_ flags to
internal.h") (in v6.3).
"""

from pintutor.linux.include.linux import foll_bits as foll
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_PCI_P2PDMA,
    FOLL_PIN,
    FOLL_REMOTE,
    FOLL_TOUCH,
    FOLL_TRIED,
    FOLL_UNLOCKABLE,
)
from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.patches.between import gup_args_checked
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "foll-internal",
    "mm/gup: move private gup FOLL_ flags to internal.h",
    commit="2c2241081f7d",
    release="v6.3",
    author="Jason Gunthorpe",
    needs=(
        "foll-pci-p2pdma",
        "foll-interruptible",
        "foll-migration-removed",
        "gup-args-checked",
    ),
)


@PATCH.replaces(foll.foll_bits)
def foll_bits() -> dict[str, int]:
    """The number of each flag that this kernel has."""
    return {
        "FOLL_WRITE": 1 << 0,
        "FOLL_GET": 1 << 1,
        "FOLL_DUMP": 1 << 2,
        "FOLL_FORCE": 1 << 3,
        "FOLL_NOWAIT": 1 << 4,
        "FOLL_NOFAULT": 1 << 5,
        "FOLL_HWPOISON": 1 << 6,
        "FOLL_ANON": 1 << 7,
        "FOLL_LONGTERM": 1 << 8,
        "FOLL_SPLIT_PMD": 1 << 9,
        "FOLL_PCI_P2PDMA": 1 << 10,
        "FOLL_INTERRUPTIBLE": 1 << 11,
        "FOLL_TOUCH": 1 << 16,
        "FOLL_TRIED": 1 << 17,
        "FOLL_REMOTE": 1 << 18,
        "FOLL_PIN": 1 << 19,
        "FOLL_FAST_ONLY": 1 << 20,
        "FOLL_UNLOCKABLE": 1 << 21,
    }


@PATCH.replaces(gup_args_checked.is_valid_gup_args)
def is_valid_gup_args(
    pages: PageArray, locked: KArray[int] | None, gup_flags: int, to_set: int
) -> bool:
    """True when a caller's flags and what its function sets obey the rules."""
    internal = FOLL_TOUCH | FOLL_TRIED | FOLL_REMOTE | FOLL_PIN | FOLL_FAST_ONLY
    internal |= FOLL_UNLOCKABLE
    if warn_on_once(
        bool(gup_flags & internal), "is_valid_gup_args: internal flags"
    ):
        return False
    gup_flags |= to_set
    if locked is not None:
        if warn_on_once(locked[0] != 1, "is_valid_gup_args: locked is not 1"):
            return False
    if warn_on_once(
        gup_flags & (FOLL_PIN | FOLL_GET) == FOLL_PIN | FOLL_GET,
        "is_valid_gup_args: FOLL_GET and FOLL_PIN",
    ):
        return False
    if warn_on_once(
        not gup_flags & FOLL_PIN and bool(gup_flags & FOLL_LONGTERM),
        "is_valid_gup_args: FOLL_LONGTERM without FOLL_PIN",
    ):
        return False
    if warn_on_once(
        bool(gup_flags & (FOLL_GET | FOLL_PIN)) and not pages,
        "is_valid_gup_args: no array",
    ):
        return False
    return not warn_on_once(
        bool(gup_flags & FOLL_LONGTERM) and bool(gup_flags & FOLL_PCI_P2PDMA),
        "is_valid_gup_args: FOLL_LONGTERM and FOLL_PCI_P2PDMA",
    )
