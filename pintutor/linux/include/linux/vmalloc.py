"""struct vm_struct: addresses that vmalloc() gave out (linux/vmalloc.h)."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.objects import KArray, KObject


@dataclass(slots=True, eq=False)
class VmStruct(KObject):
    """struct vm_struct: frames that are mapped one after the other."""

    addr: int
    """First address [bytes]."""
    size: int
    """Length [bytes]."""
    pages: KArray[Page]
    """The frames in order of address."""
