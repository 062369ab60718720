"""FOLL_PIN and FOLL_GET become bits 0 and 1, the others close the gaps.

Block I/O keeps with each bio how its pages are held, BIO_PAGE_PINNED in bit 0
and BIO_PAGE_REFFED in bit 1. With the same numbers no code has to translate,
and the two fit below the address of a page, where bits are free.

Proposed in January 2023 as "mm: Renumber FOLL_PIN and FOLL_GET down", the last
patch of v8 of the extraction series, and never merged: FOLL_PIN was about to
become mm's own.
"""

from pintutor.linux.include.linux import foll_bits as foll
from pintutor.patches.patch import Patch

PATCH = Patch(
    "foll-renumbered",
    "mm: Renumber FOLL_PIN and FOLL_GET down",
    commit="",
    release="",
    author="David Howells",
    needs=(
        "foll-pci-p2pdma",
        "foll-interruptible",
        "foll-migration-removed",
    ),
    conflicts=("foll-internal",),
)


@PATCH.replaces(foll.foll_bits)
def foll_bits() -> dict[str, int]:
    """The number of each flag that this kernel has."""
    return {
        "FOLL_PIN": 0x1,
        "FOLL_GET": 0x2,
        "FOLL_WRITE": 0x4,
        "FOLL_TOUCH": 0x8,
        "FOLL_DUMP": 0x10,
        "FOLL_FORCE": 0x20,
        "FOLL_NOWAIT": 0x40,
        "FOLL_NOFAULT": 0x80,
        "FOLL_HWPOISON": 0x100,
        "FOLL_TRIED": 0x200,
        "FOLL_REMOTE": 0x400,
        "FOLL_ANON": 0x800,
        "FOLL_LONGTERM": 0x1000,
        "FOLL_SPLIT_PMD": 0x2000,
        "FOLL_FAST_ONLY": 0x4000,
        "FOLL_PCI_P2PDMA": 0x8000,
        "FOLL_INTERRUPTIBLE": 0x10000,
    }
