"""struct swap_info_struct: where swapped pages lie (include/linux/swap.h).

Not modelled: several devices with priorities, clusters, discarding, counts
above SWAP_MAP_MAX.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import mm_types
from pintutor.sim.objects import KArray, KObject

SWAP_HAS_CACHE = 0x40
"""In swap_map: a page of the swap cache belongs to the slot."""

SWAP_MAP_MAX = 0x3E
"""Most entries of page tables that may name one slot."""

SWAP_MAP_BAD = 0x3F
"""In swap_map: the slot is not used; slot 0 holds the device's header."""


@dataclass(slots=True, eq=False)
class SwapInfoStruct(KObject):
    """struct swap_info_struct: a swap device, with its swap cache."""

    swap_map: KArray[int]
    """For each slot how many entries name it, and SWAP_HAS_CACHE."""
    swapper_space: mm_types.AddressSpace
    """The swap cache: folios that have slots, by slot."""
    disk: KArray[bytes]
    """What is on the device, slot by slot."""
    pages: int
    """Slots that can be used (total_swap_pages)."""
    nr_swap_pages: int
    """Slots that are free."""
