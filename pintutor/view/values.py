"""What a local name of the model refers to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.linux.arch.x86.include.pgtable import pte_none, pte_pfn
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.foll_bits import FOLL_NAMES
from pintutor.linux.include.linux.mm import VM_FLAG_NAMES
from pintutor.linux.include.linux.mm_types import (
    Page,
    PageArray,
    Ptep,
    TaskStruct,
    VmAreaStruct,
)
from pintutor.linux.include.linux.uio import IovIter
from pintutor.sim.poison import is_poisoned
from pintutor.view.notation import entry

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

LEAVES = ("pte", "entry", "orig_pte", "ptent")
"""Local names that hold entries of the lowest level."""

TABLES = ("pgd", "pud", "pmd")
"""Local names that hold entries of the levels above."""

ADDRESS = 4096
"""Greater numbers are addresses or bits, and written in hexadecimal."""


def value_words(lab: Lab, name: str, value: object) -> str:
    """The value of the local `name`: a page by its name, an entry by its bits."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return _number(name, value)
    if isinstance(value, Page):
        return lab.names.label(value)
    if isinstance(value, Ptep):
        return f"entry {value.nr} of a {value.table.level.upper()} table"
    if isinstance(value, VmAreaStruct):
        return f"the range {lab.names.name_of(value) or hex(value.vm_start)}"
    return _thing(value)


def _thing(value: object) -> str:
    """Something that a learner has a word for, else its kind."""
    if is_poisoned(value):
        return f"a {type(value).__name__} that was freed"
    if isinstance(value, Bio):
        return f"bio {value.nr}"
    if isinstance(value, IovIter):
        return f"an iterator, {value.count} bytes left"
    if isinstance(value, TaskStruct):
        return f"the task {value.comm}"
    if isinstance(value, PageArray):
        return "an array of pages" if value else "NULL"
    return f"a {type(value).__name__}"


def _number(name: str, value: int) -> str:
    if name in LEAVES:
        return f"the entry `{entry(value)}`"
    if name in TABLES:
        return "none" if pte_none(value) else f"a table, in frame {pte_pfn(value):#x}"
    if name == "gup_flags":
        return _bits(value, {bit: text for text, bit in FOLL_NAMES.items()})
    if name == "vm_flags":
        return _bits(value, VM_FLAG_NAMES)
    return f"{value:#x}" if abs(value) >= ADDRESS else str(value)


def _bits(value: int, names: dict[int, str]) -> str:
    shown = [text for bit, text in names.items() if value & bit]
    return " | ".join(shown) or "0"
