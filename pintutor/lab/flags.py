"""The numbers of the FOLL_* flags, which changed from release to release.

The model has the numbers of v6.1. A raw number that is typed for another release is
read as that release reads it: 0x10000 is FOLL_LONGTERM up to v6.2 and FOLL_TOUCH since.

v6.2 added two flags. v6.3 numbered the public flags from 0 and moved those that only mm
may set to bit 16 and up, Linux kernel commit 2c2241081f7d ("mm/gup: move private gup
FOLL_ flags to internal.h") (in v6.3). `v8` is what "mm: Renumber FOLL_PIN and FOLL_GET
down" proposed in January 2023; it was never merged.
"""

from __future__ import annotations

from collections.abc import Mapping

from pintutor.linux.include.linux.mm import FOLL_NAMES

_V6_2 = {
    **{name: value for name, value in FOLL_NAMES.items() if name != "FOLL_MIGRATION"},
    "FOLL_PCI_P2PDMA": 0x100000,
    "FOLL_INTERRUPTIBLE": 0x200000,
}

_V8 = {
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

_V6_3 = {
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

NUMBERINGS: dict[str, Mapping[str, int]] = {
    "v6.1": FOLL_NAMES,
    "v6.2": _V6_2,
    "v8": _V8,
    "v6.3": _V6_3,
    "v6.12": {**_V6_3, "FOLL_HONOR_NUMA_FAULT": 1 << 12, "FOLL_MADV_POPULATE": 1 << 22},
}
"""Flag to number, by the release that began with these numbers, or the proposal."""

_SINCE = (((6, 12), "v6.12"), ((6, 3), "v6.3"), ((6, 2), "v6.2"))


def numbering(release: str) -> str:
    """The entry of NUMBERINGS that a release uses."""
    version = tuple(int(part) for part in release.removeprefix("v").split("."))
    return next((name for since, name in _SINCE if version >= since), "v6.1")


def decode(word: int, numbers: Mapping[str, int]) -> tuple[tuple[str, ...], int]:
    """The flags in a raw word, lowest bit first, and the bits that are no flag."""
    by_bit = sorted((value, name) for name, value in numbers.items())
    names = tuple(name for value, name in by_bit if word & value)
    return names, word & ~sum(numbers.values())


def in_model(word: int, release: str) -> int:
    """What a raw word that is typed for a release means in the numbers of the model.

    Bits that are no flag there become bits that are no flag here, above bit 31.

    Errors: LookupError with the name of a flag that the model does not have.
    """
    numbers = NUMBERINGS[numbering(release)]
    if numbers is FOLL_NAMES:
        return word
    names, rest = decode(word, numbers)
    for name in names:
        if name not in FOLL_NAMES:
            raise LookupError(name)
    return sum(FOLL_NAMES[name] for name in names) | rest << 32
