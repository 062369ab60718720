"""A flag by which madvise(2) tells GUP to report its errors in another way.

MADV_POPULATE_READ and _WRITE fault memory in ahead of its use. They do so by
GUP, and have to know whether there is no range or one that cannot be faulted.

Linux kernel commit 631426ba1d45 ("mm/madvise: make MADV_POPULATE_(READ|WRITE)
handle VM_FAULT_RETRY properly") (in v6.9). Not modelled: MADV_POPULATE itself.
"""

from pintutor.linux.include.linux import foll_bits as foll
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_MADV_POPULATE,
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
    "foll-madv-populate",
    "mm/madvise: make MADV_POPULATE_(READ|WRITE) handle VM_FAULT_RETRY "
    "properly",
    commit="631426ba1d45",
    release="v6.9",
    author="David Hildenbrand",
    needs=(
        "foll-pci-p2pdma",
        "foll-interruptible",
        "foll-migration-removed",
        "gup-args-checked",
        "foll-internal",
        "foll-honor-numa-fault",
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
        "FOLL_HONOR_NUMA_FAULT": 1 << 12,
        "FOLL_TOUCH": 1 << 16,
        "FOLL_TRIED": 1 << 17,
        "FOLL_REMOTE": 1 << 18,
        "FOLL_PIN": 1 << 19,
        "FOLL_FAST_ONLY": 1 << 20,
        "FOLL_UNLOCKABLE": 1 << 21,
        "FOLL_MADV_POPULATE": 1 << 22,
    }


@PATCH.replaces(gup_args_checked.is_valid_gup_args)
def is_valid_gup_args(
    pages: PageArray, locked: KArray[int] | None, gup_flags: int, to_set: int
) -> bool:
    """True when a caller's flags and what its function sets obey the rules."""
    internal = FOLL_TOUCH | FOLL_TRIED | FOLL_REMOTE | FOLL_PIN | FOLL_FAST_ONLY
    internal |= FOLL_UNLOCKABLE | FOLL_MADV_POPULATE
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
