"""struct bio_vec: a stretch of physical memory (include/linux/bvec.h)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pintutor.linux.include.linux import mm_types
from pintutor.sim.objects import KArray, KObject


@dataclass(slots=True, eq=False)
class BioVec(KObject):
    """struct bio_vec: bytes that lie side by side in physical memory.

    It may begin beyond its first page and go on over many.
    """

    bv_page: mm_types.Page
    """The page that `bv_offset` counts from."""
    bv_len: int
    """Length [bytes]."""
    bv_offset: int
    """First byte, from the start of `bv_page` [bytes]."""


class BvecPtr(NamedTuple):
    """A pointer into an array of bio_vecs: `struct bio_vec *`."""

    array: KArray[BioVec]
    nr: int
    """Index in the array that the pointer stands at."""

    def at(self, index: int) -> BioVec:
        """The bio_vec `index` places further: `bvec[index]`."""
        return self.array.at(self.nr + index)

    def plus(self, count: int) -> BvecPtr:
        """The pointer `count` places further: `bvec + count`."""
        return BvecPtr(self.array, self.nr + count)
