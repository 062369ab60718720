"""Kinds of memory, and who may have a page of which
(include/linux/mmzone.h, gfp.h, sched/mm.h, mm/page_alloc.c, Linux v6.1).

Pages of user space are asked for with __GFP_MOVABLE: nobody knows their frame,
so they can be moved elsewhere. Frames of ZONE_MOVABLE and of CMA are for such
pages only, so that a piece of memory can be emptied there. A long-term pin
would keep a frame for ever; what is faulted in for one comes from elsewhere.

The frames of CMA are a zone here. In Linux they are blocks of other zones with
the migrate type MIGRATE_CMA. Which kind user pages come from is one setting
here; Linux weighs how much of each is free.

Not modelled: nodes, watermarks, isolated blocks.
"""

from pintutor.linux.globals import Zone, current, this_kernel
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.pgtable import is_zero_pfn

GFP_KERNEL = 0
"""The kernel's own memory: it stays where it is."""

__GFP_MOVABLE = 0x8

GFP_HIGHUSER_MOVABLE = __GFP_MOVABLE
"""Pages of user space."""

GFP_USER = 0
"""Pages of user space that may stay where they are."""

PF_MEMALLOC_PIN = 0x10000000
"""task->flags: what is allocated now is going to be pinned for long."""


def memalloc_pin_save() -> int:
    """Ask for memory that may be pinned for long; returns the flag before."""
    task = current()
    flags = task.flags & PF_MEMALLOC_PIN
    task.flags |= PF_MEMALLOC_PIN
    return flags


def memalloc_pin_restore(flags: int) -> None:
    """Set the flag as memalloc_pin_save() found it."""
    task = current()
    task.flags = task.flags & ~PF_MEMALLOC_PIN | flags


def gfp_zone(gfp: int) -> Zone:
    """Where such an allocation looks first."""
    kernel = this_kernel()
    if not gfp & __GFP_MOVABLE:
        return kernel.zone
    task = kernel.current
    if task is not None and task.flags & PF_MEMALLOC_PIN:
        return kernel.zone
    return kernel.movable_zone


def page_zone(page: Page) -> Zone:
    """The zone that the frame lies in."""
    zones = this_kernel().zones
    return next(zone for zone in zones if page.pfn < zone.zone_end_pfn)


def is_longterm_pinnable_page(page: Page) -> bool:
    """True when the page may be pinned for long where it is.

    The zero page may, wherever it lies.
    """
    if is_zero_pfn(page.pfn):
        return True
    return page_zone(page) is this_kernel().zone
