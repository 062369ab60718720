"""What names mean in expressions: `zero._refcount`, `buf[0].pte.special`, `p[0]`.

zero, hugezero       a page: _refcount _mapcount _entire_mapcount mapcount _pincount
                     pinned pfn order, and its flags by name: dirty, anon, free, ...
                     zero[1] and on are the others where `machine` has several
buf, buf[0]          a range, and one page of it: .pte .byte .bytes .mapped, and all
                     that the page mapped there has
.pte                 present write user accessed dirty special protnone huge pfn none
                     raw, and .level: "pte", "pmd" for a huge page, or "none"
p, p[0]              what is held: .count .longterm; and the page
F, F[2]              a file: .size .pages .dirty_pages .kind; its page in the cache,
                     .cached, and F.disk[2]: what is on the disk, .byte .bytes
p, p[0]              a pipe: .buffers .slots .head .tail .len .byte .bytes .readers
                     .writers; its oldest buffer: .page .offset .len .ops .byte .bytes
d, d[2]              a disk: .size .bytes .waiting .lbs; 4096 bytes of it, .byte .bytes
K[0], i              a page of kernel memory; an iterator: .count .iov_offset .nr_segs
                     .segment .npages .alignment .will_pin
vmstat, mm           nr_foll_pin_acquired nr_foll_pin_released; has_pinned locked_vm
kernel               .release .patches, how many, and .applied, their names:
                     "zero-page-unpinned" in kernel.applied
result               what the last command returned: .ret .value .signal ...
P0, P1, ...          of a race that is over: what the last line of that CPU returned
audit                .clean, and .unaccounted units over all counts
dmesg                .warnings, how many, and .text: "WARNING: f" in dmesg.text
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pintutor.lab.attributes import Entry, entry_attribute, page_attribute, pick
from pintutor.lab.disks import DiskPart, disk_attribute, disk_item, disks
from pintutor.lab.errors import did_you_mean
from pintutor.lab.files import DiskPage, Hole, OnDisk, file_attribute, file_item, files
from pintutor.lab.iters import iter_attribute, iters
from pintutor.lab.kernel_memory import kmem
from pintutor.lab.names import BUILT_IN
from pintutor.lab.pipes import pipe_attribute, pipe_item, pipes
from pintutor.lab.things import Thing, returned, thing_attribute
from pintutor.linux.arch.x86.include.pgtable import (
    pte_present,
)
from pintutor.linux.driver import NamedIter
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.blkdev import Gendisk
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    Page,
    TaskStruct,
)
from pintutor.linux.include.linux.pgtable import zero_pages
from pintutor.linux.include.linux.pipe_fs_i import PipeBuffer, PipeInodeInfo
from pintutor.linux.mm.pagetable import find_leaf

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Stretch:
    """A named range in one address space."""

    mm: MmStruct
    start: int
    """First address [bytes]."""
    end: int
    """First address after it [bytes]."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One page of a named range: an address, whatever is mapped there."""

    mm: MmStruct
    address: int


@dataclass(frozen=True, slots=True)
class Cpu:
    """A CPU of a race that is over."""

    name: str
    result: object
    """What its last line returned."""


class LabScope:
    """The names of one lab, as expressions see them."""

    def __init__(self, lab: Lab, *, cpus: Mapping[str, object] | None = None) -> None:
        """`cpus` has what the last line of each CPU returned, at the end of a race."""
        self.lab = lab
        self._cpus = cpus or {}

    def name(self, text: str) -> object:
        """What a name stands for (LookupError when nothing is called so)."""
        names = self.lab.names
        if text == "zero":
            return names.kernel.empty_zero_page
        if text == "hugezero" and names.kernel.huge_zero_page is not None:
            return names.kernel.huge_zero_page
        ranges, held = names.ranges(), names.held()
        if text in ranges:
            vma = ranges[text]
            return Stretch(vma.vm_mm, vma.vm_start, vma.vm_end)
        if text in held:
            return held[text]
        if text in files(names.kernel):
            return files(names.kernel)[text]
        if text in pipes(names.kernel):
            return pipes(names.kernel)[text]
        if text in disks(names.kernel):
            return disks(names.kernel)[text]
        if text in kmem(names.kernel):
            return kmem(names.kernel)[text].pages
        if text in iters(names.kernel):
            return iters(names.kernel)[text]
        for task in names.kernel.tasks:
            if task.comm == text:
                return task
        if text in BUILT_IN:
            return Thing(text)
        if text in self._cpus:
            return Cpu(text, self._cpus[text])
        if text in names.all():
            raise LookupError(f"`{text}` has no value: it is {names.all()[text]}")
        raise LookupError(f"nothing is called `{text}`" + did_you_mean(text, names.all()))

    def item(self, value: object, index: int | str) -> object:
        """One page of a range or of what is held."""
        if isinstance(value, Stretch) and isinstance(index, int):
            pages = (value.end - value.start) // PAGE_SIZE
            self._within(index, pages, "the range")
            return Spot(value.mm, value.start + index * PAGE_SIZE)
        zeroes = zero_pages(self.lab.kernel)
        if value is zeroes[0] and isinstance(index, int):
            return _zero(zeroes, index)
        if isinstance(value, (Inode, OnDisk)) and isinstance(index, int):
            return file_item(value, index)
        if isinstance(value, PipeInodeInfo) and isinstance(index, int):
            return pipe_item(value, index)
        if isinstance(value, Gendisk) and isinstance(index, int):
            return disk_item(value, index)
        if isinstance(value, HeldPages) and isinstance(index, int):
            self._within(index, len(value.pages), "what is held")
            return value.pages[index]
        if isinstance(value, (tuple, bytes)) and isinstance(index, int):
            self._within(index, len(value), "it")
            item: object = value[index]
            return item
        raise LookupError("only a range, held pages, a file, a pipe and bytes have [N]")

    def _within(self, index: int, count: int, what: str) -> None:
        if not 0 <= index < count:
            raise LookupError(f"[{index}] is not in {what}: it has {count} pages")

    def attribute(self, value: object, name: str) -> object:
        """An attribute of a page, an address, an entry or a built-in thing."""
        if isinstance(value, Page):
            return page_attribute(value, name)
        if isinstance(value, Entry):
            return entry_attribute(value, name)
        if isinstance(value, Spot):
            return self._spot(value, name)
        if isinstance(value, Stretch):
            return self._range(value, name)
        if isinstance(value, TaskStruct):
            return self._task(value, name)
        if isinstance(value, HeldPages):
            return _held(value, name)
        if isinstance(value, (Inode, Hole, DiskPage)):
            return file_attribute(value, name)
        if isinstance(value, (PipeInodeInfo, PipeBuffer)):
            return pipe_attribute(value, name)
        if isinstance(value, (Gendisk, DiskPart)):
            return disk_attribute(value, name)
        if isinstance(value, NamedIter):
            return iter_attribute(value, name)
        if isinstance(value, Cpu):
            return returned(value.result, name, f"what {value.name} returned")
        if isinstance(value, Thing):
            return thing_attribute(self.lab, value, name)
        raise LookupError(f"a plain value has no `{name}`")

    def _spot(self, spot: Spot, name: str) -> object:
        ptep = find_leaf(spot.mm, spot.address) if spot.mm.pgd is not None else None
        pte = 0 if ptep is None else ptep.table.entries[ptep.nr]
        if name == "pte":
            return Entry(pte, "none" if ptep is None else ptep.table.level)
        if name == "mapped":
            return pte_present(pte)
        if name == "address":
            return spot.address
        page = self.lab.names.at(spot.address, spot.mm)
        if page is None:
            raise LookupError("nothing is mapped there; `.pte` and `.mapped` can be asked")
        value: object = page_attribute(page, name)
        return value

    def _range(self, range_: Stretch, name: str) -> object:
        simple: dict[str, Callable[[], Any]] = {
            "start": lambda: range_.start,
            "end": lambda: range_.end,
            "pages": lambda: (range_.end - range_.start) // PAGE_SIZE,
        }
        if name in simple:
            return simple[name]()
        return self._spot(Spot(range_.mm, range_.start), name)

    def _task(self, task: TaskStruct, name: str) -> object:
        """A range as that task sees it, or something of the task itself."""
        vma = self.lab.names.ranges().get(name)
        if vma is not None:
            return Stretch(task.mm, vma.vm_start, vma.vm_end)
        simple = {"pid": lambda: task.pid, "rss_anon": lambda: task.mm.rss_anon}
        return pick(simple, name, f"task {task.comm}")


def _held(held: HeldPages, name: str) -> object:
    return pick(
        {"count": lambda: len(held.pages), "longterm": lambda: held.longterm},
        name,
        "what is held",
    )


def _zero(zeroes: tuple[Page, ...], index: int) -> Page:
    """The zero page of one colour, on a machine that has several (LookupError)."""
    if len(zeroes) == 1:
        raise LookupError("there is one zero page; `machine zero-pages=4` makes several")
    if not 0 <= index < len(zeroes):
        raise LookupError(f"[{index}] is not one of the {len(zeroes)} zero pages")
    return zeroes[index]
