"""Names that commands make: ranges of memory and pages that are held.

The names are state of the machine like any other, so undo takes them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

from pintutor.lab.errors import CommandError, Span, did_you_mean
from pintutor.lab.files import cached, described
from pintutor.lab.words import Word
from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    pmd_trans_huge,
    pte_none,
    pte_page,
    pte_pfn,
    pte_present,
)
from pintutor.linux.globals import HeldPages, Kernel
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    Page,
    TaskStruct,
    VmAreaStruct,
)
from pintutor.linux.include.linux.pgtable import addr_end
from pintutor.linux.mm.pagetable import find_leaf, find_pmd, pte_offset, subpage
from pintutor.sim.objects import KObject

ZERO = "zero"
HUGE_ZERO = "hugezero"
BUILT_IN = {
    ZERO: "the zero page",
    HUGE_ZERO: "the huge zero page, once something has read memory that wants it",
    "vmstat": "the counters of /proc/vmstat",
    "mm": "the address space of the current task",
    "result": "what the last command returned",
    "audit": "every count against its holders",
    "dmesg": "the kernel log",
    "kernel": "the release and its patches",
}
"""Names that every lab has, with what they mean."""

_PLACE = re.compile(
    r"(?P<base>0[xX][0-9a-fA-F_]+|[A-Za-z_][A-Za-z0-9_-]*)"
    r"(?:\[(?P<first>\d+)(?:\.\.(?P<last>\d+))?\])?"
    r"(?:\+(?P<offset>0[xX][0-9a-fA-F]+|\d+))?"
    r"(?::(?P<size>0[xX][0-9a-fA-F]+|\d+))?"
)


@dataclass(slots=True, eq=False)
class Namespace(KObject):
    """The ranges that have a name."""

    ranges: tuple[tuple[str, VmAreaStruct], ...] = ()


class Region(NamedTuple):
    """A range of addresses that a learner named."""

    text: str
    """As it was typed."""
    start: int
    """First address [bytes]."""
    size: int
    """Length [bytes]."""
    vma: VmAreaStruct | None
    """The named range that it lies in; None for a bare address."""

    @property
    def pages(self) -> int:
        """Pages that the range touches."""
        first = self.start // PAGE_SIZE
        return max(0, -(-(self.start + self.size) // PAGE_SIZE) - first)


class Names:
    """Looks names up in the kernel and the namespace of one lab."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.space = Namespace()

    def ranges(self) -> dict[str, VmAreaStruct]:
        """The named ranges, oldest first."""
        return dict(self.space.ranges)

    def held(self) -> dict[str, HeldPages]:
        """What the driver holds, by name, oldest first."""
        return {held.name: held for held in self.kernel.held}

    def add_range(self, name: str, vma: VmAreaStruct) -> None:
        """Give a range a name."""
        self.space.ranges = (*self.space.ranges, (name, vma))

    def drop_unmapped(self) -> None:
        """Forget the ranges that no task maps any more."""
        there = {vma.vm_start for task in self.kernel.tasks for vma in task.mm.mmap}
        kept = (each for each in self.space.ranges if each[1].vm_start in there)
        self.space.ranges = tuple(kept)

    def all(self) -> dict[str, str]:
        """Every name that means something now, with what it means."""
        found = dict(BUILT_IN)
        for name, vma in self.space.ranges:
            pages = (vma.vm_end - vma.vm_start) // PAGE_SIZE
            found[name] = f"{pages} pages at {vma.vm_start:#x}"
        for held in self.kernel.held:
            found[held.name] = f"{len(held.pages)} pages held"
        for dma in self.kernel.vfio_dmas:
            found[dma.name] = f"{dma.size // PAGE_SIZE} pages that vfio has mapped"
        found |= described(self.kernel)
        for task in self.kernel.tasks:
            found[task.comm] = f"task {task.pid}"
        return found

    def require_new(self, name: str, at: Span | None) -> None:
        """Refuse a name that is taken (CommandError)."""
        if name in self.all():
            raise CommandError(
                f"`{name}` is taken: {self.all()[name]}",
                at,
                code="name-taken",
                hint="choose another name",
            )

    def fresh(self, stem: str) -> str:
        """`stem`, or `stem` with the first number that makes it new."""
        taken = self.all()
        numbered = (f"{stem}{number}" for number in count(2))
        return next(name for name in chain((stem,), numbered) if name not in taken)

    def region(self, word: Word) -> Region:
        """The range of addresses that a word names (CommandError where it names none)."""
        found = _PLACE.fullmatch(word.text)
        if found is None:
            raise CommandError(
                f"`{word.text[:40]}` is not a place in memory",
                word.span,
                code="bad-place",
                hint="a name, buf[0], buf[1..3], buf+512:1024 or an address 0x7f…",
            )
        base = found["base"]
        if base[:2].lower() == "0x":
            region = self._literal(word, int(base, 16))
        else:
            region = self._named(word, base)
        return self._narrowed(word, region, found)

    def _literal(self, word: Word, address: int) -> Region:
        if address >= 1 << 64:
            raise CommandError(
                f"{word.text[:40]} does not fit in 64 bits", word.span, code="bad-number"
            )
        return Region(word.text, address, PAGE_SIZE, None)

    def _named(self, word: Word, base: str) -> Region:
        vma = self.ranges().get(base)
        if vma is None:
            known = self.all().get(base)
            if known is not None:
                what = f"`{base}` is no range of memory, but {known}"
            else:
                what = f"no range is called `{base}`{did_you_mean(base, self.ranges())}"
            raise CommandError(
                what,
                word.span,
                code="unknown-name",
                hint="`mmap NAME PAGES` maps a range and names it",
            )
        return Region(word.text, vma.vm_start, vma.vm_end - vma.vm_start, vma)

    def _narrowed(self, word: Word, region: Region, found: re.Match[str]) -> Region:
        start, size = region.start, region.size
        if found["first"] is not None:
            first = int(found["first"])
            last = int(found["last"] or first)
            if last < first or ((last + 1) * PAGE_SIZE > region.size and region.vma):
                raise CommandError(
                    f"{word.text[:40]} is not in pages 0..{size // PAGE_SIZE - 1}",
                    word.span,
                    code="bad-place",
                )
            start, size = start + first * PAGE_SIZE, (last - first + 1) * PAGE_SIZE
        if found["offset"] is not None:
            offset = int(found["offset"], 0)
            start, size = start + offset, max(1, size - offset)
        if found["size"] is not None:
            size = int(found["size"], 0)
        return Region(region.text, start, size, region.vma)

    def at(self, address: int, mm: MmStruct | None = None) -> Page | None:
        """The page mapped at an address, in the current task's address space or `mm`."""
        task = self.kernel.current
        if mm is None and task is not None:
            mm = task.mm
        ptep = find_leaf(mm, address) if mm is not None and mm.pgd is not None else None
        pte = ptep.table.entries[ptep.nr] if ptep is not None else 0
        if not pte_present(pte):
            return None
        page = pte_page(pte)
        return self._part(page, subpage(address)) if pmd_trans_huge(pte) else page

    def _part(self, head: Page, index: int) -> Page:
        """A page of a huge page, or one like it where it is still to be made.

        Looking must not change the machine.
        """
        made = self.kernel.mem_map[head.pfn + index]
        return Page(head.pfn + index, compound_head=head) if made is None else made

    def place(self, address: int, task: TaskStruct | None = None) -> str:
        """What a learner calls an address: `buf[1]`, `child.buf[1]`, or the number."""
        prefix = self._prefix(task) if task is not None else ""
        for name, vma in self.space.ranges:
            if vma.vm_start <= address < vma.vm_end:
                return f"{prefix}{name}[{(address - vma.vm_start) // PAGE_SIZE}]"
        return f"{prefix}{address:#x}"

    def places(self, address: int, pages: int, task: TaskStruct) -> str:
        """What a learner calls `pages` pages from an address on: `buf[0..511]`."""
        first = self.place(address, task)
        stem, bracket, index = first.rstrip("]").rpartition("[")
        return f"{stem}[{index}..{int(index) + pages - 1}]" if bracket else first

    def _prefix(self, task: TaskStruct) -> str:
        return "" if task is self.kernel.tasks[0] else f"{task.comm}."

    def label(self, page: Page) -> str:
        """What a learner calls a page: `zero`, `buf[0]`, `p[0]`, or `pfn:0x2000`."""
        if page is self.kernel.empty_zero_page:
            return ZERO
        return self.labels().get(page, f"pfn:{page.pfn:#x}")

    def labels(self) -> dict[Page, str]:
        """The names of all pages that have one, through a range or a held array."""
        found: dict[Page, str] = {}
        for name, page in self._visible():
            found.setdefault(page, name)
        return found

    def _visible(self) -> Iterator[tuple[str, Page]]:
        zero = self.kernel.empty_zero_page
        if zero is not None:
            yield ZERO, zero
        huge = self.kernel.huge_zero_page
        if huge is not None:
            yield HUGE_ZERO, huge
            for index, tail in self._made(huge.pfn + 1, HPAGE_PMD_NR - 1):
                yield f"{HUGE_ZERO}[{index + 1}]", tail
        for task in self.kernel.tasks:
            for name, vma in self.space.ranges:
                yield from self._mapped(f"{self._prefix(task)}{name}", vma, task)
        yield from cached(self.kernel)
        for held in self.kernel.held:
            for index, page in enumerate(held.pages):
                yield f"{held.name}[{index}]", page

    def _mapped(
        self, name: str, vma: VmAreaStruct, task: TaskStruct
    ) -> Iterator[tuple[str, Page]]:
        address = vma.vm_start
        while address < vma.vm_end and task.mm.pgd is not None:
            end = addr_end(address, vma.vm_end, PMD_SIZE)
            first = (address - vma.vm_start) // PAGE_SIZE
            for index, page in self._below_pmd(task.mm, address, end):
                yield f"{name}[{first + index}]", page
            address = end

    def _below_pmd(
        self, mm: MmStruct, address: int, end: int
    ) -> Iterator[tuple[int, Page]]:
        """The pages that one PMD maps in address..end; of a huge page those made."""
        pmdp = find_pmd(mm, address)
        pmd = pmdp.table.entries[pmdp.nr] if pmdp is not None else 0
        count = (end - address) // PAGE_SIZE
        if pmd_trans_huge(pmd):
            yield from self._made(pte_pfn(pmd) + subpage(address), count)
        elif not pte_none(pmd):
            table, first = pte_offset(pmd, "pte", address)
            for index, pte in enumerate(table.entries.items[first : first + count]):
                if pte_present(pte):
                    yield index, pte_page(pte)

    def _made(self, pfn: int, count: int) -> Iterator[tuple[int, Page]]:
        """Those of `count` frames from `pfn` on whose page has been made."""
        for index, page in enumerate(self.kernel.mem_map.items[pfn : pfn + count]):
            if page is not None:
                yield index, page
