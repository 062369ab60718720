"""The numbers of the FOLL_* flags, as the patches that are applied have them.

A raw number that is typed is read as the kernel that runs reads it: 0x10000 is
FOLL_LONGTERM up to v6.2 and FOLL_TOUCH since v6.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from pintutor.linux.include.linux.foll_bits import FOLL_NAMES, foll_bits
from pintutor.patches import series
from pintutor.patches.between import foll_migration_removed
from pintutor.patches.extract_v8 import foll_renumbered
from pintutor.sim.function import Layer

PROPOSED = "v8"
"""What the numbers that v8 of the extraction series proposed are called."""


def bits(layers: tuple[Layer, ...]) -> Mapping[str, int]:
    """Flag to number, where these patches are applied."""
    body = foll_bits.body(layers)
    assert body is not None, "the base has numbers"
    return body()


def numberings() -> dict[str, Mapping[str, int]]:
    """Flag to number, by the first release with these numbers, and as proposed."""
    found: dict[str, Mapping[str, int]] = {}
    for release, patches in series.RELEASES.items():
        numbers = bits(patches)
        if numbers not in found.values():
            found[release] = numbers
    before = (foll_migration_removed.PATCH, foll_renumbered.PATCH)
    return {**found, PROPOSED: bits(before)}


def decode(word: int, numbers: Mapping[str, int]) -> tuple[tuple[str, ...], int]:
    """The flags in a raw word, lowest bit first, and the bits that are no flag."""
    by_bit = sorted((value, name) for name, value in numbers.items())
    names = tuple(name for value, name in by_bit if word & value)
    return names, word & ~sum(numbers.values())


def in_model(word: int, numbers: Mapping[str, int]) -> int:
    """What a raw word means in the bits of the model.

    Bits that are no flag become bits that are no flag here either, above bit 31.
    """
    names, rest = decode(word, numbers)
    return sum(FOLL_NAMES[name] for name in names) | rest << 32
