"""Names of what CPUs race for: `buf[0]._refcount`, `the pte of buf[0]`."""

from __future__ import annotations

from typing import Any

from pintutor.lab.names import Names
from pintutor.linux.arch.x86.include.pgtable import SHIFTS
from pintutor.linux.holders.ledger import tables
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm_types import MmStruct, Page, PageTable, TaskStruct
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.sim.objects import KArray

LOCKS = {"ptl": "page-table lock", "mmap_lock": "mmap_lock"}


class Places:
    """The names of fields in one state of a lab."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._labels = names.labels()
        self._mms = {id(task.mm): task.comm for task in reversed(names.kernel.tasks)}
        self._entries: dict[int, tuple[PageTable, int, TaskStruct]] = {}
        self._tables: dict[int, tuple[int, TaskStruct]] = {}
        for task in names.kernel.tasks:
            if task.mm.pgd is not None:
                for table, base in tables(task.mm.pgd):
                    self._entries[id(table.entries)] = table, base, task
                    self._tables[id(table)] = base, task

    def name(self, obj: Any, field: str | int) -> str:
        """What a learner calls a field of an object."""
        if isinstance(obj, Page):
            label = self._labels.get(obj, f"pfn:{obj.pfn:#x}")
            return f"{label}.{field}"
        if isinstance(obj, KArray) and isinstance(field, int):
            return self._entry(obj, field)
        if isinstance(obj, PageTable):
            return f"the {LOCKS.get(str(field), field)} of {self._table(obj)}"
        if isinstance(obj, (Inode, PipeInodeInfo)) and obj.name:
            return f"{field} of {obj.name}"
        if isinstance(obj, MmStruct):
            return f"{field} of {self._mms.get(id(obj), 'a task')}"
        return f"{type(obj).__name__}.{field}"

    def is_entry(self, obj: Any) -> bool:
        """True for the entries of a page table of somebody."""
        return id(obj) in self._entries

    def _table(self, table: PageTable) -> str:
        if id(table) not in self._tables:
            return "a new page table"
        base, task = self._tables[id(table)]
        return f"{task.comm}'s {table.level} at {base:#x}"

    def _entry(self, array: KArray[Any], index: int) -> str:
        kernel = self._names.kernel
        if array is kernel.irqs_disabled:
            return f"the interrupt flag of P{index}"
        if array is kernel.mem_map:
            return f"mem_map[{index:#x}]"
        if id(array) not in self._entries:
            return f"entry {index} of a new table"
        table, base, task = self._entries[id(array)]
        address = base + (index << SHIFTS[table.level])
        if table.level == "pte":
            return f"the pte of {self._names.place(address, task)}"
        return f"{task.comm}'s {table.level}[{index}]"
