"""What the learner's driver has beside the pages it holds.

There is no such file in the kernel: this driver stands for all those that do
what is done here.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import IovIter, IovIterState
from pintutor.sim.objects import KObject

SEPARATE = "separate"
COMPOUND = "compound"
VMALLOC = "vmalloc"


@dataclass(slots=True, eq=False)
class KernelMemory(KObject):
    """Memory that the driver allocated in the kernel."""

    name: str
    kind: str
    """SEPARATE, COMPOUND or VMALLOC."""
    pages: tuple[Page, ...]
    """The pages in order of address."""
    address: int
    """First kernel address; 0 where each page has one of its own."""


@dataclass(slots=True, eq=False)
class NamedIter(KObject):
    """An iterator with the name that the learner gave it."""

    name: str
    iter: IovIter
    saved: IovIterState | None = None
    """Where it stood when its state was saved last."""
