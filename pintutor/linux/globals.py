"""The kernel's global variables, as fields of one object a machine.

In C these are mem_map, empty_zero_page, vm_node_stat, current and others,
defined all over the tree. Here they hang on one root, so that two machines can
live side by side and undo reaches each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from pintutor.linux.drivers.vfio.vfio_types import VfioDma
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm_types import Page, TaskStruct
from pintutor.sim.machine import this_machine
from pintutor.sim.objects import KArray, KObject


@dataclass(slots=True, eq=False)
class VmStat(KObject):
    """The counters of /proc/vmstat that pinning moves (mm/vmstat.c)."""

    nr_foll_pin_acquired: int = 0
    """Logical pins taken since boot, one a page reference."""
    nr_foll_pin_released: int = 0
    """Logical pins released since boot."""


@dataclass(slots=True, eq=False)
class KernelLog(KObject):
    """What dmesg shows."""

    lines: tuple[str, ...] = ()
    """Messages, oldest first."""
    warned: frozenset[str] = frozenset()
    """WARN_ON_ONCE sites that have fired; a site warns once a boot."""


@dataclass(slots=True, eq=False)
class Zone(KObject):
    """The page allocator's frames: free lists and what was never given out."""

    free: Page | None
    """Frame freed last; it is given out first."""
    next_pfn: int
    """First frame that was never given out."""
    end_pfn: int
    """First frame above those never given out; huge pages lie from here up."""
    free_huge: Page | None = None
    """Head of the huge page freed last; it is given out first."""


@dataclass(slots=True, eq=False)
class HeldPages(KObject):
    """Pages that a driver holds: the array a GUP call filled, and how."""

    name: str
    pages: tuple[Page, ...]
    """The pages that are still held, in order of address."""
    flags: int
    """FOLL_GET or FOLL_PIN."""
    zero_counted: bool
    """True when the kernel that took them counted pins of the zero page."""


@dataclass(slots=True, eq=False)
class Kernel(KObject):
    """The root of all state of the model."""

    mem_map: KArray[Page | None]
    """struct page of each frame, made when the frame is first used."""
    zone: Zone
    vm_stat: VmStat
    log: KernelLog
    tasks: tuple[TaskStruct, ...] = ()
    """The living tasks, oldest first."""
    current: TaskStruct | None = None
    """The task that runs."""
    empty_zero_page: Page | None = None
    """The zero page: read by everybody, written by nobody."""
    huge_zero_page: Page | None = None
    """Head of the huge zero page, made by the first read that wants it."""
    huge_zero_refcount: int = 0
    """Address spaces that used the huge zero page, and one for the kernel."""
    irqs_disabled: bool = False
    """True while this CPU takes no interrupts: GUP-fast runs so."""
    files: tuple[Inode, ...] = ()
    """The files, oldest first; one without a name is shared memory."""
    held: tuple[HeldPages, ...] = ()
    """What the learner's test driver holds."""
    vfio_dmas: tuple[VfioDma, ...] = ()
    """What vfio has mapped for a device (dma_list of struct vfio_iommu)."""


def this_kernel() -> Kernel:
    """The global variables of the machine that runs."""
    return cast(Kernel, this_machine().kernel)


def current() -> TaskStruct:
    """The task that runs: `current` in C."""
    task = this_kernel().current
    assert task is not None, "the machine has booted"
    return task
