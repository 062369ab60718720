"""Values of the model in few characters: locals, flags, page-table entries."""

from __future__ import annotations

from typing import Any

from pintutor.lab.sources import located
from pintutor.lab.swap_words import absent_words
from pintutor.linux.arch.x86.include.pgtable import pte_none, pte_pfn
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.foll_bits import FOLL_NAMES
from pintutor.linux.include.linux.mm_types import (
    MmStruct,
    Page,
    PageArray,
    PageTable,
    Ptep,
    TaskStruct,
    VmAreaStruct,
)
from pintutor.linux.include.linux.pgtable import IO_FRAMES, IO_PFN
from pintutor.linux.include.linux.uio import IovIter
from pintutor.sim.objects import KArray
from pintutor.sim.poison import is_poisoned
from pintutor.view.notation import pfn_name
from pintutor.view.panes.moment import Moment

GUP_FLAGS = ("gup_flags", "foll_flags")
ENTRIES = ("pgd", "pud", "pmd", "pte", "entry", "orig_pte")
ADDRESS = 1 << 32
"""Larger numbers are shown as addresses."""


def flag_text(flags: int) -> str:
    """FOLL flags by name, without the prefix that all share."""
    names = [name[5:] for name, bit in FOLL_NAMES.items() if flags & bit]
    return "|".join(names) or "0"


def address_text(address: int) -> str:
    """An address as its digits are counted: `0x7f00_0000_0000`."""
    return f"0x{address:_x}"


def target(now: Moment, entry: int) -> str:
    """The page that an entry names, as a learner calls it."""
    if pte_none(entry):
        return "none"
    if absent_words(entry):
        return absent_words(entry)
    pfn = pte_pfn(entry)
    if 0 <= pfn - IO_PFN < IO_FRAMES:
        return f"device[{pfn - IO_PFN}]"
    mem_map = now.lab.kernel.mem_map
    page = mem_map[pfn] if pfn < len(mem_map) else None
    return pfn_name(pfn) if page is None else now.labels.get(page, pfn_name(pfn))


def value_text(now: Moment, name: str, value: Any) -> str:
    """The value of a local variable."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return _number(now, name, value)
    if isinstance(value, Page):
        return now.labels.get(value, pfn_name(value.pfn))
    if isinstance(value, Ptep):
        return f"{value.table.level}[{value.nr}]"
    if isinstance(value, KArray):
        return f"[{value[0]}]" if len(value) == 1 else f"{len(value)} entries"
    return _structure(now, value)


def _number(now: Moment, name: str, value: int) -> str:
    if name in GUP_FLAGS or (name == "flags" and value >= 0 and _in_gup(now)):
        return flag_text(value)
    if name in ENTRIES:
        return target(now, value)
    return address_text(value) if value >= ADDRESS else str(value)


def _in_gup(now: Moment) -> bool:
    return now.event is not None and located(now.event).file == "mm/gup.c"


def _structure(now: Moment, value: Any) -> str:
    if isinstance(value, VmAreaStruct):
        return now.lab.names.name_of(value) or address_text(value.vm_start)
    if isinstance(value, MmStruct):
        owners = (task.comm for task in now.lab.kernel.tasks if task.mm is value)
        return f"mm of {next(owners, 'nobody')}"
    if isinstance(value, PageTable):
        return f"{value.level} table"
    if is_poisoned(value):
        return f"{type(value).__name__}, freed"
    if isinstance(value, IovIter):
        return f"{value.count} bytes left"
    if isinstance(value, Bio):
        return f"bio {value.nr}"
    if isinstance(value, TaskStruct):
        return value.comm
    if isinstance(value, PageArray):
        filled = sum(page is not None for page in value.array.items[value.at :])
        return f"{filled} filled" if value else "NULL"
    return str(value) if isinstance(value, str) else type(value).__name__
