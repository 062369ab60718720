"""A flag for callers that take pages of peer-to-peer memory too.

Such pages belong to a PCI device, and only some callers can deal with them.
Without the flag they are refused.

Linux kernel commit 4003f107fa2e ("mm: introduce FOLL_PCI_P2PDMA to gate
getting PCI P2PDMA pages") (in v6.2). Not modelled: peer-to-peer memory, so the
flag changes nothing here but what is refused.
"""

from pintutor.linux.include.linux import foll_bits as foll
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_FORCE,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_NOFAULT,
    FOLL_PCI_P2PDMA,
    FOLL_PIN,
    FOLL_WRITE,
)
from pintutor.linux.mm import gup_fast
from pintutor.patches.patch import Patch

PATCH = Patch(
    "foll-pci-p2pdma",
    "mm: introduce FOLL_PCI_P2PDMA to gate getting PCI P2PDMA pages",
    commit="4003f107fa2e",
    release="v6.2",
    author="Logan Gunthorpe",
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
    )
    return not warn_on_once(
        bool(gup_flags & ~allowed), "internal_get_user_pages_fast: flags"
    )
