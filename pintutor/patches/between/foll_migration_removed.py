"""The flag that made GUP wait for a page that is being moved goes away.

KSM was its only user, and waits by other means now: a lookup that finds a
migration entry finds no page, and the fault that follows waits.

Linux kernel commit f7355e99d9f7 ("mm/gup: remove FOLL_MIGRATION") (in v6.2).
"""

from pintutor.linux.include.linux import foll_bits as foll
from pintutor.patches.patch import Patch

PATCH = Patch(
    "foll-migration-removed",
    "mm/gup: remove FOLL_MIGRATION",
    commit="f7355e99d9f7",
    release="v6.2",
    author="David Hildenbrand",
    needs=("foll-pci-p2pdma", "foll-interruptible"),
)


@PATCH.replaces(foll.foll_bits)
def foll_bits() -> dict[str, int]:
    """The number of each flag that this kernel has."""
    return {
        "FOLL_WRITE": 0x01,
        "FOLL_TOUCH": 0x02,
        "FOLL_GET": 0x04,
        "FOLL_DUMP": 0x08,
        "FOLL_FORCE": 0x10,
        "FOLL_NOWAIT": 0x20,
        "FOLL_NOFAULT": 0x80,
        "FOLL_HWPOISON": 0x100,
        "FOLL_TRIED": 0x800,
        "FOLL_REMOTE": 0x2000,
        "FOLL_ANON": 0x8000,
        "FOLL_LONGTERM": 0x10000,
        "FOLL_SPLIT_PMD": 0x20000,
        "FOLL_PIN": 0x40000,
        "FOLL_FAST_ONLY": 0x80000,
        "FOLL_PCI_P2PDMA": 0x100000,
        "FOLL_INTERRUPTIBLE": 0x200000,
    }
