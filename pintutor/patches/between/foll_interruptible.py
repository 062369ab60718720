"""A flag for callers that give up at any signal, not only at a fatal one.

Linux kernel commit 93c5c61d9e58 ("mm/gup: Add FOLL_INTERRUPTIBLE") (in v6.2).
Not modelled: ordinary signals, so the flag changes nothing here.
"""

from pintutor.linux.include.linux import foll_bits as foll
from pintutor.patches.patch import Patch

PATCH = Patch(
    "foll-interruptible",
    "mm/gup: Add FOLL_INTERRUPTIBLE",
    commit="93c5c61d9e58",
    release="v6.2",
    author="Peter Xu",
    needs=("foll-pci-p2pdma",),
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
        "FOLL_MIGRATION": 0x400,
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
