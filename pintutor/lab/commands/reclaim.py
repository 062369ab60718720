"""Commands by which the kernel takes pages away or moves them: what pins meet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.files import Filed
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import REGION
from pintutor.lab.moving_pages import Row, folded, held_by_others, status_words
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import Table, error_name
from pintutor.linux.fs.drop_caches import drop_pagecache
from pintutor.linux.include.linux.mm import folio_nr_pages, page_folio
from pintutor.linux.include.linux.mm_types import PAGE_MASK, PAGE_SIZE, Page
from pintutor.linux.mm.compaction import compact_nodes
from pintutor.linux.mm.move_pages import do_pages_move
from pintutor.linux.mm.swapfile import swapon as sys_swapon
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST = 512
"""Rows of one result."""

MOST_SLOTS = 1 << 16
ZONES = {"normal": 0, "movable": 1, "cma": 2}
COLUMNS = ("page", "what", "why")


@command(
    "memory",
    kernel="mm/swapfile.c: sys_swapon()",
    examples=("swapon 64", "swapon 2048"),
    see=("madvise", "show"),
)
def swapon(
    lab: Lab, slots: Annotated[int, IntRange(1, MOST_SLOTS), "pages that it holds"]
) -> Table:
    """Give the machine a swap device, so that `madvise R pageout` can swap pages out.

    A huge page needs 512 slots that adjoin, from a multiple of 512 on: at least 1024.
    """
    ret = sys_swapon(slots)
    if ret:
        raise CommandError(
            f"the kernel refuses: {error_name(ret)}",
            None,
            code="swapon-failed",
            of=("slots",),
            hint="there is a swap device; `show swap` shows it",
        )
    return Table("swap", ("slots", "free"), ((slots, slots),))


@command(
    "memory",
    kernel="include/linux/gfp.h: gfp_zone()",
    examples=("zone movable", "zone cma", "zone normal"),
    see=("pin", "migrate"),
)
def zone(lab: Lab, kind: Annotated[str, OneOf(*ZONES), "normal, movable or cma"]) -> Table:
    """Choose where pages of user space come from, from now on.

    A frame of ZONE_MOVABLE or of CMA is for pages that can be moved away. A pin for
    long, `pin R longterm`, has its pages moved to ordinary memory first.
    """
    kernel = lab.kernel
    kernel.movable_zone = kernel.zones[ZONES[kind]]
    rows = tuple(
        (
            one.name,
            f"{one.zone_start_pfn:#x}",
            f"{one.zone_end_pfn:#x}",
            "*" if one is kernel.movable_zone else "",
        )
        for one in kernel.zones
    )
    return Table("zones", ("zone", "from pfn", "to pfn", "user pages"), rows)


@command(
    "kernel",
    kernel="mm/migrate.c: do_pages_move()",
    examples=("migrate buf", "migrate buf[0] all"),
    see=("compact", "pin", "zone"),
)
def migrate(lab: Lab, region: Annotated[Region, REGION], *, all_: bool = False) -> Table:
    """Move pages of the current task to other frames, as move_pages(2) does.

    A page stays that somebody holds: who knows its frame would not notice the move.
    `all` moves also what other tasks have mapped (MPOL_MF_MOVE_ALL).
    """
    start = region.start & PAGE_MASK
    status = KArray([0] * region.pages)
    do_pages_move(start, region.pages, all_, status)
    rows, count = folded(_moved(lab, start, status), MOST)
    kept = sum(each != 0 for each in status)
    note = f"{len(status) - kept} moved, {kept} kept"
    return Table("migrate", COLUMNS, rows, _noted(note, count))


def _moved(lab: Lab, start: int, status: KArray[int]) -> Iterator[Row]:
    for index, each in enumerate(status):
        address = start + index * PAGE_SIZE
        page = lab.names.at(address)
        folio = None if page is None else page_folio(page)
        yield (lab.names.place(address), *status_words(each, folio))


@command(
    "kernel",
    kernel="mm/compaction.c: compact_nodes()",
    examples=("compact",),
    see=("migrate", "pin"),
)
def compact(lab: Lab) -> Table:
    """Move pages together, as a write to /proc/sys/vm/compact_memory does.

    Pages go up into blocks of 512 frames that are partly used, so that blocks below
    become free. What is pinned, or referenced by whomever, stays. Shown are the pages
    with a name that were moved, and those that somebody holds.
    """
    before = lab.names.labels()
    pfns = {name: page.pfn for page, name in before.items()}
    compact_nodes()
    after = {name: page for page, name in lab.names.labels().items()}
    rows, count = folded(_compacted(pfns, after), MOST)
    moved = sum(row[1] == "moved" for row in rows)
    return Table("compact", COLUMNS, rows, _noted(f"{moved} moved", count))


def _compacted(pfns: dict[str, int], after: dict[str, Page]) -> Iterator[Row]:
    for name, page in after.items():
        if page.compound_head is not None or folio_nr_pages(page_folio(page)) > 1:
            continue
        if name in pfns and pfns[name] != page.pfn:
            yield name, "moved", f"to pfn:{page.pfn:#x}"
        elif page.mapping is not None and held_by_others(page_folio(page)):
            yield name, "kept", held_by_others(page_folio(page))


@command(
    "files",
    kernel="fs/drop_caches.c: drop_pagecache_sb()",
    examples=("dropcaches",),
    see=("dropcache",),
)
def dropcaches(lab: Lab) -> Filed:
    """Drop the clean pages of all files from the cache: /proc/sys/vm/drop_caches.

    What is dirty, mapped, referenced or pinned stays.
    """
    return Filed("dropped", "all files", drop_pagecache())


def _noted(note: str, count: int) -> str:
    return f"{note}; {MOST} of {count} rows are shown" if count > MOST else note
