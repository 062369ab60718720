"""The kernel's global variables, as fields of one object a machine.

In C these are mem_map, empty_zero_page, vm_node_stat, current and others,
defined all over the tree. Here they hang on one root, so that two machines can
live side by side and undo reaches each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from pintutor.linux.driver import KernelMemory, NamedIter
from pintutor.linux.drivers.scsi import sg_types
from pintutor.linux.drivers.vfio.vfio_types import VfioDma
from pintutor.linux.fs import direct_io_types, remote_types
from pintutor.linux.include.linux import (
    blk_types,
    blkdev,
    iomap,
    kiocb,
    workqueue,
)
from pintutor.linux.include.linux.fs import Inode, SuperBlock
from pintutor.linux.include.linux.ksm import Ksm
from pintutor.linux.include.linux.mm_types import Page, TaskStruct
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.linux.include.linux.swap import SwapInfoStruct
from pintutor.linux.include.linux.vmalloc import VmStruct
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
    name: str
    """Normal, Movable or CMA."""
    zone_start_pfn: int
    """First frame."""
    zone_end_pfn: int
    """First frame after the last."""
    free_huge: Page | None = None
    """Head of the huge page freed last; it is given out first."""
    scattered: bool = False
    """Frames come from both halves of the zone in turn, not in order."""
    last_pfn: int = 0
    """Frame given out last, while they are scattered."""
    middle_pfn: int = 0
    """First frame of the upper half; 0 until frames were scattered."""
    upper_pfn: int = 0
    """First frame of the upper half that was never given out."""
    lock: int = 0
    """Spinlock of the free lists."""


@dataclass(slots=True, eq=False)
class HeldPages(KObject):
    """Pages that a driver holds: the array a GUP call filled, and how."""

    name: str
    pages: tuple[Page, ...]
    """The pages that are still held, in order of address."""
    flags: int
    """FOLL_GET or FOLL_PIN; 0 for pages that were only listed."""
    zero_counted: bool
    """True when the kernel that took them counted pins of the zero page."""
    coloured_counted: bool = False
    """True when it counted those of the zero pages that are not the first."""
    times: int = 1
    """References or pins that are held of each page."""
    longterm: bool = False
    """They were pinned with FOLL_LONGTERM, for as long as their owner likes."""


@dataclass(slots=True, eq=False)
class Kernel(KObject):
    """The root of all state of the model."""

    mem_map: KArray[Page | None]
    """struct page of each frame, made when the frame is first used."""
    zone: Zone
    """Frames that anybody may have for as long as they like: ZONE_NORMAL."""
    zones: tuple[Zone, ...]
    """All zones: that one, ZONE_MOVABLE, and the frames of CMA."""
    movable_zone: Zone
    """Where pages of user space come from, as they can be moved again."""
    vm_stat: VmStat
    log: KernelLog
    tasks: tuple[TaskStruct, ...] = ()
    """The living tasks, oldest first."""
    current: TaskStruct | None = None
    """The task that runs."""
    empty_zero_page: Page | None = None
    """The zero page: read by everybody, written by nobody."""
    zero_page_mask: int = 0
    """Bits of an address that choose one of several zero pages [bytes]."""
    io_mem: tuple[Page, ...] = ()
    """Frames of a device: real bytes, but no struct page is counted there."""
    huge_zero_page: Page | None = None
    """Head of the huge zero page, made by the first read that wants it."""
    huge_zero_refcount: int = 0
    """Address spaces that used the huge zero page, and one for the kernel."""
    cpu: int = 0
    """The CPU that runs: smp_processor_id()."""
    irqs_disabled: KArray[int] = field(default_factory=lambda: KArray([0]))
    """1 for each CPU that takes no interrupts: GUP-fast runs so."""
    swap: SwapInfoStruct | None = None
    """The swap device, if one is on (swap_info[0])."""
    ksm: Ksm = field(default_factory=Ksm)
    """What ksmd knows of pages that hold the same."""
    isolated: tuple[Page, ...] = ()
    """Folios taken off the LRU list for now, with a reference to each."""
    files: tuple[Inode, ...] = ()
    """The files, oldest first; one without a name is shared memory."""
    pipes: tuple[PipeInodeInfo, ...] = ()
    """The pipes, oldest first."""
    disks: tuple[blkdev.Gendisk, ...] = ()
    """The disks, oldest first."""
    bios: tuple[blk_types.Bio, ...] = ()
    """Bios that somebody uses, oldest first."""
    nr_bios: int = 0
    """Bios that there ever were."""
    bio_list: tuple[blk_types.Bio, ...] | None = None
    """What waits while a bio is submitted (current->bio_list)."""
    bio_dirty_list: blk_types.Bio | None = None
    """Bios whose pages a worker has to mark dirty, linked by bi_private."""
    bio_dirty_lock: int = 0
    """Spinlock of that list."""
    worklist: tuple[workqueue.WorkStruct, ...] = ()
    """What a worker has to do, oldest first."""
    pool_lock: int = 0
    """Spinlock of that list (pool->lock)."""
    aio_events: tuple[kiocb.Kiocb, ...] = ()
    """Asynchronous calls that are done and have not been asked for."""
    super_blocks: tuple[SuperBlock, ...] = ()
    """The file systems that are on disks, oldest first."""
    dios: tuple[direct_io_types.Dio | iomap.IomapDio, ...] = ()
    """Direct I/O of files that is under way, oldest first."""
    remote_files: tuple[remote_types.RemoteFile, ...] = ()
    """The files whose bytes somebody else keeps, oldest first."""
    iomap_zero_page: Page | None = None
    """Zeroes that iomap pads new blocks with (zero_page; since v6.12)."""
    held: tuple[HeldPages, ...] = ()
    """What the learner's test driver holds."""
    vmlist: tuple[VmStruct, ...] = ()
    """What vmalloc() gave out, by rising address."""
    kmem: tuple[KernelMemory, ...] = ()
    """Kernel memory of the learner's driver."""
    iters: tuple[NamedIter, ...] = ()
    """Iterators of the learner's driver."""
    sg_requests: tuple[sg_types.SgRequest, ...] = ()
    """Requests by way of /dev/sg* that nobody has asked the end of yet."""
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
