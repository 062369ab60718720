"""Names that commands make: ranges of memory and pages that are held.

The names are state of the machine like any other, so undo takes them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from pintutor.lab.disks import disks_described
from pintutor.lab.errors import CommandError, Span
from pintutor.lab.files import cached, described
from pintutor.lab.iters import iters_described
from pintutor.lab.kernel_memory import kmem_described, kmem_pages
from pintutor.lab.pipes import piped, pipes_described
from pintutor.lab.regions import NamedRange, Region, page_count, region_of
from pintutor.lab.words import Word
from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    pmd_trans_huge,
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
from pintutor.linux.include.linux.pgtable import addr_end, pfn_valid, zero_pages
from pintutor.linux.mm.pagetable import find_leaf, find_pmd, pte_offset, subpage
from pintutor.sim.machine import this_machine
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


@dataclass(slots=True, eq=False)
class Namespace(KObject):
    """The ranges that have a name."""

    ranges: tuple[tuple[str, NamedRange], ...] = ()


class Names:
    """Looks names up in the kernel and the namespace of one lab."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.space = Namespace()
        self._labels: tuple[object, dict[Page, str]] = None, {}

    def ranges(self) -> dict[str, NamedRange]:
        """The named ranges, oldest first."""
        return dict(self.space.ranges)

    def held(self) -> dict[str, HeldPages]:
        """What the driver holds, by name, oldest first."""
        return {held.name: held for held in self.kernel.held}

    def add_range(self, name: str, mm: MmStruct, start: int, end: int) -> None:
        """Give a range a name; its VMA may reach further, merged with a neighbour."""
        named = NamedRange(mm, start, end)
        self.space.ranges = (*self.space.ranges, (name, named))

    def drop_unmapped(self) -> None:
        """Forget the ranges of which no task maps anything any more."""
        there = [vma for task in self.kernel.tasks for vma in task.mm.mmap]
        self.space.ranges = tuple(
            (name, named)
            for name, named in self.space.ranges
            if any(_overlap(named, vma) for vma in there)
        )

    def name_of(self, vma: VmAreaStruct) -> str:
        """What a learner calls a VMA: `buf`, `buf[1..2]` for a part; empty for none."""
        for name, named in self.space.ranges:
            if (named.vm_start, named.vm_end) == (vma.vm_start, vma.vm_end):
                return name
            if _overlap(named, vma):
                first = (vma.vm_start - named.vm_start) // PAGE_SIZE
                last = (vma.vm_end - named.vm_start) // PAGE_SIZE - 1
                part = f"{first}..{last}" if first < last else f"{first}"
                return f"{name}[{part}]"
        return ""

    def all(self) -> dict[str, str]:
        """Every name that means something now, with what it means."""
        found = dict(BUILT_IN)
        for name, vma in self.space.ranges:
            pages = (vma.vm_end - vma.vm_start) // PAGE_SIZE
            found[name] = f"{page_count(pages)} at {vma.vm_start:#x}"
        for held in self.kernel.held:
            found[held.name] = f"{page_count(len(held.pages))} held"
        for dma in self.kernel.vfio_dmas:
            found[dma.name] = f"{page_count(dma.size // PAGE_SIZE)} that vfio has mapped"
        found |= described(self.kernel)
        found |= disks_described(self.kernel)
        found |= pipes_described(self.kernel)
        found |= kmem_described(self.kernel)
        found |= iters_described(self.kernel)
        for task in self.kernel.tasks:
            found[task.comm] = f"task {task.pid}"
        return found

    def require_new(self, name: str, at: Span) -> None:
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
        return region_of(word, self.ranges(), self.all)

    def at(self, address: int, mm: MmStruct | None = None) -> Page | None:
        """The page mapped at an address, in the current task's address space or `mm`."""
        task = self.kernel.current
        if mm is None and task is not None:
            mm = task.mm
        ptep = find_leaf(mm, address) if mm is not None and mm.pgd is not None else None
        pte = ptep.table.entries[ptep.nr] if ptep is not None else 0
        if not pte_present(pte) or not pfn_valid(pte_pfn(pte)):
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
        zeroes = zero_pages(self.kernel)
        if page in zeroes:
            return _zero_name(zeroes.index(page))
        return self.labels().get(page, f"pfn:{page.pfn:#x}")

    def labels(self) -> dict[Page, str]:
        """The names of all pages that have one, through a range or a held array.

        They are found out once for each state of the machine, for most lines write
        nothing; whoever gets them changes nothing.
        """
        machine = this_machine()
        state = machine, machine.journal.state
        if self._labels[0] != state:
            found: dict[Page, str] = {}
            for name, page in self._visible():
                found.setdefault(page, name)
            self._labels = state, found
        return self._labels[1]

    def _visible(self) -> Iterator[tuple[str, Page]]:
        for colour, zero in enumerate(zero_pages(self.kernel)):
            yield _zero_name(colour), zero
        huge = self.kernel.huge_zero_page
        if huge is not None:
            yield HUGE_ZERO, huge
            for index, tail in self._made(huge.pfn + 1, HPAGE_PMD_NR - 1):
                yield f"{HUGE_ZERO}[{index + 1}]", tail
        for task in self.kernel.tasks:
            for name, vma in self.space.ranges:
                yield from self._mapped(f"{self._prefix(task)}{name}", vma, task)
        yield from cached(self.kernel)
        yield from kmem_pages(self.kernel)
        yield from piped(self.kernel)
        for held in self.kernel.held:
            for index, page in enumerate(held.pages):
                yield f"{held.name}[{index}]", page

    def _mapped(
        self, name: str, vma: NamedRange, task: TaskStruct
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
        elif pte_present(pmd):
            table, first = pte_offset(pmd, "pte", address)
            for index, pte in enumerate(table.entries.items[first : first + count]):
                if pte_present(pte) and pfn_valid(pte_pfn(pte)):
                    yield index, pte_page(pte)

    def _made(self, pfn: int, count: int) -> Iterator[tuple[int, Page]]:
        """Those of `count` frames from `pfn` on whose page has been made."""
        for index, page in enumerate(self.kernel.mem_map.items[pfn : pfn + count]):
            if page is not None:
                yield index, page


def _zero_name(colour: int) -> str:
    return f"{ZERO}[{colour}]" if colour else ZERO


def _overlap(one: NamedRange, other: VmAreaStruct) -> bool:
    return one.vm_start < other.vm_end and other.vm_start < one.vm_end
