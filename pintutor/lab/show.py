"""Tables of the machine's state, as `show` returns them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pintutor.lab.files import files, pages_of
from pintutor.lab.pipes import buffers
from pintutor.lab.regions import Region
from pintutor.lab.results import Table
from pintutor.lab.show_block import show_bio, show_disk, show_work
from pintutor.lab.show_dio import show_dio
from pintutor.lab.show_iters import show_iter, show_kmem
from pintutor.lab.show_memory import MOST, cut, show_pages, show_pt
from pintutor.linux.drivers.vfio.vfio_iommu_type1 import is_invalid_reserved_pfn
from pintutor.linux.include.linux.mm import (
    FOLL_PIN,
    VM_FLAG_NAMES,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.swap import SWAP_HAS_CACHE
from pintutor.linux.mm.filemap import i_pages

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


def show_vmstat(lab: Lab) -> Table:
    """The counters of pinning in /proc/vmstat."""
    stat = lab.kernel.vm_stat
    rows = (
        ("nr_foll_pin_acquired", stat.nr_foll_pin_acquired),
        ("nr_foll_pin_released", stat.nr_foll_pin_released),
    )
    return Table("vmstat", ("counter", "value"), rows)


def show_held(lab: Lab) -> Table:
    """What the driver holds, by name."""
    labels = lab.names.labels()
    rows = []
    for held in lab.kernel.held:
        how = "pin" if held.flags & FOLL_PIN else "reference"
        if not held.flags:
            how = "only listed"
        shown = [labels.get(page, f"pfn:{page.pfn:#x}") for page in held.pages[:8]]
        more = f" and {len(held.pages) - 8} more" if len(held.pages) > 8 else ""
        often = f" × {held.times}" if held.times > 1 else ""
        rows.append((held.name, how + often, len(held.pages), " ".join(shown) + more))
    return Table("held", ("name", "how", "pages", "which"), tuple(rows))


def show_vfio(lab: Lab) -> Table:
    """What vfio has mapped for a device, and what of it is charged to somebody."""
    rows = []
    for dma in lab.kernel.vfio_dmas:
        mapped = [pfn for pfn in dma.pfns.items if pfn]
        charged = sum(not is_invalid_reserved_pfn(pfn) for pfn in mapped)
        where = lab.names.place(dma.vaddr)
        rows.append((dma.name, f"{dma.iova:#x}", where, len(mapped), charged))
    columns = ("name", "iova", "from", "pages", "charged")
    return Table("vfio", columns, tuple(rows))


def show_vma(lab: Lab) -> Table:
    """The ranges of the current task."""
    task = lab.kernel.current
    assert task is not None, "the machine has booted"
    rows = tuple(
        (
            lab.names.name_of(vma),
            f"{vma.vm_start:#x}",
            f"{vma.vm_end:#x}",
            (vma.vm_end - vma.vm_start) // PAGE_SIZE,
            " ".join(name for bit, name in VM_FLAG_NAMES.items() if vma.vm_flags & bit),
        )
        for vma in task.mm.mmap
    )
    return Table("ranges", ("name", "start", "end", "pages", "flags"), rows)


def show_swap(lab: Lab) -> Table:
    """The slots of the swap device that are used."""
    swap = lab.kernel.swap
    columns = ("slot", "entries", "in the swap cache", "bytes")
    if swap is None:
        return Table("swap", columns, (), "there is no swap device: `swapon SLOTS`")
    labels = lab.names.labels()
    rows = []
    pages = i_pages(swap.swapper_space)
    for slot, (used, page) in enumerate(zip(swap.swap_map, pages, strict=True)):
        if slot and used:
            name = "" if page is None else labels.get(page, f"pfn:{page.pfn:#x}")
            entries = used & ~SWAP_HAS_CACHE
            rows.append((slot, entries, name, swap.disk[slot][:8].hex()))
    note = f"{swap.nr_swap_pages} of {swap.pages} slots are free"
    return Table("swap", columns, tuple(rows[:MOST]), note)


def show_files(lab: Lab) -> Table:
    """The files: how much of each is in memory, and how much waits to be written."""
    rows = tuple(
        (
            name,
            file.i_sb,
            pages_of(file),
            sum(page is not None for page in i_pages(file.i_mapping)),
            file.nr_dirty,
            file.i_count - 1,
        )
        for name, file in files(lab.kernel).items()
    )
    columns = ("file", "on", "pages", "cached", "dirty", "mapped by")
    return Table("files", columns, rows)


def show_pipe(lab: Lab) -> Table:
    """What is in the pipes, each from its oldest buffer on."""
    labels = lab.names.labels()
    rows = tuple(
        (
            f"{pipe.name}[{index}]",
            labels.get(buf.page, f"pfn:{buf.page.pfn:#x}"),
            buf.offset,
            buf.len,
            page_folio(buf.page)._refcount,
            buf.ops.name if buf.ops is not None else "",
        )
        for pipe in lab.kernel.pipes
        for index, buf in enumerate(buffers(pipe))
    )
    columns = ("buffer", "page", "offset", "len", "_refcount", "ops")
    empty = [pipe.name for pipe in lab.kernel.pipes if not buffers(pipe)]
    note = f"nothing is in {', '.join(empty)}" if empty else ""
    return Table("pipe", columns, rows[:MOST], cut(len(rows)) or note)


def show_tasks(lab: Lab) -> Table:
    """The tasks."""
    rows = tuple(
        ("*" if task is lab.kernel.current else "", task.comm, task.pid, task.mm.rss_anon)
        for task in lab.kernel.tasks
    )
    return Table("tasks", ("", "task", "pid", "rss_anon"), rows)


def show_trace(lab: Lab) -> Table:
    """The tracepoints that were hit so far."""
    timeline = lab.timeline
    hits = lab.machine.trace.between(0, lab.machine.journal.position)
    rows = tuple(
        (
            timeline.step_at(hit.position),
            hit.name,
            " ".join(f"{key}={value}" for key, value in hit.fields),
        )
        for hit in hits[-MOST:]
    )
    return Table("trace", ("step", "event", "fields"), rows, cut(len(hits)))


def show_dmesg(lab: Lab) -> Table:
    """The kernel log."""
    rows = tuple((line,) for line in lab.kernel.log.lines)
    return Table("dmesg", ("message",), rows)


PLACED: dict[str, Callable[[Lab, Region | None], Table]] = {
    "pages": show_pages,
    "pt": show_pt,
}
"""What `show` can show of all memory or of a range."""
VIEWS: dict[str, Callable[[Lab], Table]] = {
    "vmstat": show_vmstat,
    "held": show_held,
    "iter": show_iter,
    "kmem": show_kmem,
    "vfio": show_vfio,
    "files": show_files,
    "swap": show_swap,
    "pipe": show_pipe,
    "disk": show_disk,
    "bio": show_bio,
    "dio": show_dio,
    "work": show_work,
    "vma": show_vma,
    "tasks": show_tasks,
    "trace": show_trace,
    "dmesg": show_dmesg,
}
"""What `show` can show besides."""
