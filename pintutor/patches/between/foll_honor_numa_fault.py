"""A flag for callers that want a fault where memory is watched for its node.

NUMA balancing makes entries PROT_NONE for a while, to learn by the fault who
uses a page. Since v6.1 GUP faulted on them unless FOLL_FORCE was given. Now it
follows them, and only KVM, which works for a processor, asks for the fault.

Linux kernel commit d74943a2f3cd ("mm/gup: reintroduce FOLL_NUMA as
FOLL_HONOR_NUMA_FAULT") (in v6.5). Not modelled: NUMA balancing, so the flag
changes nothing here but what is refused.
"""

from pintutor.linux.include.linux import foll_bits as foll
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_FORCE,
    FOLL_GET,
    FOLL_HONOR_NUMA_FAULT,
    FOLL_LONGTERM,
    FOLL_NOFAULT,
    FOLL_PCI_P2PDMA,
    FOLL_PIN,
    FOLL_WRITE,
)
from pintutor.linux.mm import gup_fast
from pintutor.patches.patch import Patch

PATCH = Patch(
    "foll-honor-numa-fault",
    "mm/gup: reintroduce FOLL_NUMA as FOLL_HONOR_NUMA_FAULT",
    commit="d74943a2f3cd",
    release="v6.5",
    author="David Hildenbrand",
    needs=(
        "foll-pci-p2pdma",
        "foll-interruptible",
        "foll-migration-removed",
        "foll-internal",
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
    }


@PATCH.replaces(gup_fast.is_valid_fast_flags)
def is_valid_fast_flags(gup_flags: int) -> bool:
    """True when the fast functions take these flags.

    In C this is the first test of internal_get_user_pages_fast().
    """
    allowed = (
        FOLL_WRITE
        | FOLL_LONGTERM
        | FOLL_FORCE
        | FOLL_PIN
        | FOLL_GET
        | FOLL_FAST_ONLY
        | FOLL_NOFAULT
        | FOLL_PCI_P2PDMA
        | FOLL_HONOR_NUMA_FAULT
    )
    return not warn_on_once(
        bool(gup_flags & ~allowed), "internal_get_user_pages_fast: flags"
    )
