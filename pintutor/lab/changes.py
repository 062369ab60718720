"""What changed between two moments: the journal's writes, folded and named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pintutor.lab.files import place_on_disk
from pintutor.lab.names import Names
from pintutor.lab.results import Change
from pintutor.linux.arch.x86.include.pgtable import (
    SHIFTS,
    pmd_trans_huge,
    pte_none,
)
from pintutor.linux.globals import Kernel, KernelLog, VmStat
from pintutor.linux.holders.ledger import tables as page_tables
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm_types import (
    MmStruct,
    Page,
    PageTable,
    TaskStruct,
)
from pintutor.linux.include.linux.page_flags import PG_buddy
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.linux.mm.page_alloc import POISON, ZEROES
from pintutor.sim.machine import Livepatch, Machine
from pintutor.sim.objects import KArray
from pintutor.sim.poison import is_poisoned

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PAGE_FIELDS = {
    "_refcount": "count",
    "_mapcount": "count",
    "_entire_mapcount": "count",
    "_pincount": "count",
    "flags": "flags",
    "data": "data",
}
"""Fields of a page that views show, with how to read them."""


TOLD = (KArray, VmStat, MmStruct, KernelLog, Kernel, Inode, PipeInodeInfo, Livepatch)
"""What views show besides pages."""

FILE_FIELDS: dict[str | int, str] = {"nr_dirty": "dirty_pages", "i_size": "size"}
"""Fields of a file that views show, with the name that learners know."""


def changes(machine: Machine, names: Names, start: int, stop: int) -> tuple[Change, ...]:
    """What differs between two journal positions, `stop` being now, in order of writing.

    A field that got its old value back is left out.
    """
    namer = _Namer(names)
    found = []
    for obj, field, old, new in _folded(machine, start, stop, names.kernel.mem_map):
        change = namer.change(obj, field, old, new)
        if change is not None:
            found.append(change)
    return tuple(found)


def step_changes(lab: Lab, step: int) -> tuple[Change, ...]:
    """What a step changed, at which the lab must stand.

    The end of a command whose lines were not all recorded stands for the command:
    where its last step began is of no interest to anybody.
    """
    entry, local = lab.timeline.stand(step)
    if entry is None:
        return ()
    if entry.truncated and local == entry.steps:
        return entry.changes
    start, stop = entry.position(local - 1), entry.position(local)
    return changes(lab.machine, lab.names, start, stop)


def _folded(
    machine: Machine, start: int, stop: int, mem_map: KArray[Page | None]
) -> list[tuple[Any, Any, Any, Any]]:
    """Each field that differs, with its object and the values before and after.

    Frames that became page tables, or were some, are left out, and so is `mem_map`.
    """
    first: dict[str | int, dict[Any, Any]] = {}
    order: list[tuple[Any, str | int]] = []
    tables: set[Page] = set()
    for write in machine.journal.writes(start, stop):
        obj, field, old, new = write
        if field == "ptdesc" and old is not new:
            tables.add(obj)
        if obj is mem_map or not _shown(obj, field):
            continue
        known = first.setdefault(field, {})
        if obj not in known:
            known[obj] = old
            order.append((obj, field))
    return [
        (obj, field, first[field][obj], new)
        for obj, field in order
        if (new := _value(obj, field)) != first[field][obj] and obj not in tables
    ]


def _shown(obj: Any, field: str | int) -> bool:
    """True for what may be told of: most of what a call writes is not."""
    if obj.__class__ is Page:
        return field in PAGE_FIELDS
    return isinstance(obj, TOLD) and not is_poisoned(obj)


def _value(obj: Any, field: str | int) -> Any:
    return obj.items[field] if isinstance(field, int) else getattr(obj, field)


class _Namer:
    """Turns writes into changes; looks the names up once."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._labels: dict[Page, str] | None = None
        self._tables: dict[int, tuple[PageTable, int, TaskStruct]] | None = None

    def change(self, obj: Any, field: str | int, old: Any, new: Any) -> Change | None:
        """The change as a learner reads it; None for what views do not show."""
        if isinstance(obj, Page):
            return self._page(obj, str(field), old, new)
        if isinstance(obj, KArray):
            return self._entry(obj, int(field), old, new)
        if isinstance(obj, VmStat):
            return Change("vmstat", str(field), old, new)
        if isinstance(obj, MmStruct) and field == "flags":
            return Change("mm", "flags", old, new, "mm_flags")
        if isinstance(obj, MmStruct) and field == "locked_vm":
            return Change("mm", "locked_vm", old, new)
        if isinstance(obj, KernelLog) and field == "lines":
            return Change("dmesg", "line", "", new[-1] if new else "", "text")
        if isinstance(obj, Kernel) and field == "huge_zero_refcount":
            return Change("kernel", "huge_zero_refcount", old, new)
        if isinstance(obj, Inode) and field in FILE_FIELDS and obj.name:
            return Change(obj.name, FILE_FIELDS[field], old, new)
        if isinstance(obj, PipeInodeInfo) and field in ("head", "tail"):
            return Change(obj.name, str(field), old, new)
        if isinstance(obj, Livepatch):
            return Change("kernel", "patches", _names(old), _names(new), "text")
        return None

    def _page(self, page: Page, field: str, old: Any, new: Any) -> Change | None:
        kind = PAGE_FIELDS.get(field)
        if kind is None or page.ptdesc is not None:
            return None
        if kind == "data":
            return _bytes_changed(self._label(page), old, new)
        if kind == "flags" and (old | new) == PG_buddy:
            return None
        return Change(self._label(page), field, old, new, kind)

    def _label(self, page: Page) -> str:
        if self._labels is None:
            self._labels = self.names.labels()
        return self._labels.get(page, f"pfn:{page.pfn:#x}")

    def _entry(self, array: KArray[Any], index: int, old: Any, new: Any) -> Change | None:
        if self._tables is None:
            self._tables = {
                id(table.entries): (table, base, task)
                for task in self.names.kernel.tasks
                if task.mm.pgd is not None
                for table, base in page_tables(task.mm.pgd)
            }
        if id(array) not in self._tables:
            return self._on_disk(array, index, old, new)
        table, base, task = self._tables[id(array)]
        address = base + (index << SHIFTS[table.level])
        if table.level == "pte":
            return Change(self.names.place(address, task), "pte", old, new, "pte")
        if pmd_trans_huge(old) or pmd_trans_huge(new):
            return self._leaf(self.names.places(address, HPAGE_PMD_NR, task), old, new)
        return Change(f"{table.level}[{index}]", "entry", old, new, "table")

    def _on_disk(self, array: KArray[Any], index: int, old: Any, new: Any) -> Change | None:
        place = place_on_disk(self.names.kernel, array, index)
        return None if place is None else _bytes_changed(place, old, new)

    def _leaf(self, subject: str, old: int, new: int) -> Change:
        """The PMD of a huge page; a table in its place is told in words."""
        sides = (old, new)
        if all(pmd_trans_huge(each) or pte_none(each) for each in sides):
            return Change(subject, "pmd", old, new, "pte")
        before, after = (
            "huge page" if pmd_trans_huge(each) else "page table" for each in sides
        )
        return Change(subject, "pmd", before, after, "text")


def _names(layers: Any) -> str:
    return " ".join(layer.name for layer in layers) or "none"


def _bytes_changed(subject: str, old: bytes, new: bytes) -> Change | None:
    """The bytes that differ, from the first to the last, at most eight shown.

    The poison of a freed frame is no change of contents: nobody reads them any more.
    Nor are the zeroes that take its place.
    """
    if new is POISON or (old is POISON and new is ZEROES):
        return None
    first = _same_before(old, new)
    last = min(len(old) - _same_before(old[::-1], new[::-1]), first + 8)
    where = f"bytes {first}..{last - 1}" if last - first > 1 else f"byte {first}"
    return Change(subject, where, old[first:last].hex(), new[first:last].hex(), "text")


def _same_before(old: bytes, new: bytes) -> int:
    """Index of the first byte that differs; the halves are compared at C speed."""
    low, high = 0, len(old)
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] != new[low:middle]:
            high = middle
        else:
            low = middle
    return low
