"""Tables of disks, bios and what waits, as `show` returns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.disks import bios_of, disk_size, op_name
from pintutor.lab.results import Table
from pintutor.lab.since import Rows, table_since
from pintutor.linux.holders.bio import flag_names
from pintutor.linux.include.linux.bio import bvec_at
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.patches.livepatch import rules

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PLACES = 4
"""Places in memory that are named of one bio."""


def show_bio(lab: Lab) -> Table:
    """The bios that somebody uses, with their flags as this kernel reads them."""
    columns = ("bio", "op", "bi_flags", "", "vcnt", "max", "sector", "left", "memory")
    return table_since(lab, "bio", columns, _bios)


def _bios(lab: Lab) -> Rows:
    labels = lab.names.labels()
    known = rules(lab.machine)
    return {
        bio: (
            bio.nr,
            op_name(bio),
            f"{bio.bi_flags:#x}",
            " ".join(name.removeprefix("BIO_") for name in flag_names(bio, known)),
            bio.bi_vcnt,
            bio.bi_max_vecs,
            bio.bi_iter.bi_sector,
            bio.bi_iter.bi_size,
            places(bio, labels),
        )
        for bio in lab.kernel.bios
    }


def places(bio: Bio, labels: dict[Page, str]) -> str:
    """The places in memory of a bio: `buf[0]+512:1024`."""
    shown = []
    for index in range(min(bio.bi_vcnt, PLACES)):
        bv = bvec_at(bio, index)
        page = labels.get(bv.bv_page, f"pfn:{bv.bv_page.pfn:#x}")
        shown.append(f"{page}+{bv.bv_offset}:{bv.bv_len}")
    more = f" and {bio.bi_vcnt - PLACES} more" if bio.bi_vcnt > PLACES else ""
    return " ".join(shown) + more


def show_disk(lab: Lab) -> Table:
    """The disks, what each can take, and what waits in it."""
    rows = tuple(
        (
            disk.disk_name,
            disk_size(disk),
            disk.queue.limits.logical_block_size,
            disk.queue.limits.max_sectors,
            disk.queue.limits.max_segments,
            disk.queue.limits.dma_alignment + 1,
            len(disk.queue.requests),
            " ".join(
                f"bio {nr}" for each in disk.queue.requests[:PLACES] for nr in bios_of(each)
            ),
        )
        for disk in lab.kernel.disks
    )
    columns = ("disk", "bytes", "lbs", "sectors", "segments", "dma", "waiting", "which")
    return Table("disk", columns, rows)


def show_work(lab: Lab) -> Table:
    """What a worker has to do, oldest first."""
    rows = tuple((work.func.__name__, work.func.file) for work in lab.kernel.worklist)
    return Table("work", ("function", "file"), rows)
