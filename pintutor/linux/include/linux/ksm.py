"""What ksmd knows: its two trees (include/linux/ksm.h, mm/ksm.c)."""

from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import AddressSpace, MmStruct
from pintutor.sim.objects import KObject


@dataclass(slots=True, eq=False)
class KsmRmapItem(KObject):
    """struct ksm_rmap_item: a page of user memory that may be merged."""

    mm: MmStruct
    address: int
    """Where it is mapped [bytes]."""


@dataclass(slots=True, eq=False)
class Ksm(KObject):
    """The static variables of mm/ksm.c."""

    root_stable_tree: tuple[AddressSpace, ...] = ()
    """The node of each KSM page; it holds no reference to the page."""
    root_unstable_tree: tuple[KsmRmapItem, ...] = ()
    """Pages that this scan has looked at and found no equal of so far."""
