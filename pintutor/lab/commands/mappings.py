"""Commands that change what is mapped: advice, permissions, unmapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.commands.memory import ACCESS, PROT, flags_of
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import OneOf
from pintutor.lab.lookups import REGION
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.lab.results_memory import (
    Advised,
    Collapsed,
    Merged,
    Protected,
    Unmapped,
)
from pintutor.linux.globals import Kernel, current
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_MASK
from pintutor.linux.include.linux.mm import page_mapcount
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import PageKsm
from pintutor.linux.mm.khugepaged import collapse_huge_page
from pintutor.linux.mm.ksm import ksm_do_scan
from pintutor.linux.mm.ksm_break import MADV_MERGEABLE, MADV_UNMERGEABLE
from pintutor.linux.mm.madvise import (
    MADV_COLD,
    MADV_DONTFORK,
    MADV_DONTNEED,
    MADV_HUGEPAGE,
    MADV_NOHUGEPAGE,
    MADV_PAGEOUT,
    MADV_WIPEONFORK,
    do_madvise,
)
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.mprotect import do_mprotect_pkey
from pintutor.linux.mm.munmap import do_munmap

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

ADVICE = {
    "dontneed": MADV_DONTNEED,
    "hugepage": MADV_HUGEPAGE,
    "nohugepage": MADV_NOHUGEPAGE,
    "dontfork": MADV_DONTFORK,
    "wipeonfork": MADV_WIPEONFORK,
    "cold": MADV_COLD,
    "pageout": MADV_PAGEOUT,
    "mergeable": MADV_MERGEABLE,
    "unmergeable": MADV_UNMERGEABLE,
}


@command(
    "memory",
    kernel="mm/madvise.c: do_madvise()",
    examples=("madvise buf[1] dontneed", "madvise buf dontfork", "madvise buf pageout"),
    see=("mmap", "munmap", "fork"),
)
def madvise(
    lab: Lab,
    region: Annotated[Region, REGION],
    advice: Annotated[str, OneOf(*ADVICE)],
) -> Advised:
    """Advise the kernel about memory of the current task.

    `dontneed` unmaps the pages of the region, which is read as zeroes afterwards; a
    part of a huge page is split off first. `pageout` reclaims the pages that nobody
    else has mapped, anonymous ones only with a swap device (`swapon`); `cold` has them
    look unused. What is pinned or referenced stays. `hugepage` and `nohugepage` say
    what later faults may map, `dontfork` keeps memory from a child, and with
    `wipeonfork` the child finds it empty; a part becomes a range of its own for that.
    `ksmd` compares the pages of memory that is `mergeable`; `unmergeable` gives back a
    page of one's own for each that was merged.
    """
    mm = current().mm
    ret = do_madvise(mm, region.start, region.size, ADVICE[advice])
    vma = vma_lookup(mm, region.start)
    if ret or vma is None:
        raise CommandError(
            f"the kernel refuses the advice: {error_name(ret)}",
            None,
            code="madvise-failed",
            of=("advice",),
            errno=error_name(ret),
            hint="-EINVAL: unaligned; -ENOMEM: nothing is mapped there, or no memory",
        )
    return Advised(region.text, advice, region.pages, flags_of(vma))


@command(
    "memory",
    kernel="mm/khugepaged.c: collapse_huge_page()",
    examples=("khugepaged buf", "khugepaged buf[0]"),
    see=("madvise", "mmap", "pin"),
)
def khugepaged(lab: Lab, region: Annotated[Region, REGION]) -> Collapsed:
    """Have khugepaged make one huge page of the small ones at the region's start.

    The range has to be advised to have huge pages (`madvise R hugepage`) and to hold
    512 whole pages there. Where somebody has a reference to one of the pages, all
    stays as it is: a pinned page cannot be moved.
    """
    address = region.start & HPAGE_PMD_MASK
    result = collapse_huge_page(current().mm, address)
    return Collapsed(region.text, result.name, result.value)


@command(
    "memory",
    kernel="mm/ksm.c: ksm_do_scan()",
    examples=("ksmd",),
    see=("madvise", "fork", "pin"),
)
def ksmd(lab: Lab) -> Merged:
    """Have ksmd look once at all memory that is mergeable, of every task.

    Pages that hold the same become one, mapped read-only, which a write copies again
    (`madvise R mergeable`). A page that somebody else holds stays as it is, so a pinned
    one is never merged; and a pin of a merged page gets a copy.
    """
    before = sharing(ksm_pages(lab.kernel))
    ksm_do_scan()
    pages = ksm_pages(lab.kernel)
    return Merged(len(pages), sharing(pages), sharing(pages) - before)


def ksm_pages(kernel: Kernel) -> tuple[Page, ...]:
    """The pages of KSM that are mapped."""
    found = (kernel.mem_map[node.kpfn] for node in kernel.ksm.root_stable_tree)
    return tuple(page for page in found if page is not None and PageKsm(page))


def sharing(pages: tuple[Page, ...]) -> int:
    """Entries that map one of the pages, besides the first of each."""
    return sum(page_mapcount(page) - 1 for page in pages)


@command(
    "memory",
    kernel="mm/mmap.c: do_munmap()",
    examples=("munmap buf", "munmap buf[1..2]"),
    see=("mmap", "mprotect"),
)
def munmap(lab: Lab, region: Annotated[Region, REGION]) -> Unmapped:
    """Unmap memory of the current task: its pages lose a reference.

    Page tables that become empty are freed. A page that somebody still holds lives on
    without a mapping. The name means nothing any more when no task has any of it.
    """
    task = current()
    end = region.start + region.size
    if not any(vma.vm_start < end and region.start < vma.vm_end for vma in task.mm.mmap):
        raise CommandError(
            f"`{region.text}` is not mapped in {task.comm}",
            None,
            code="not-mapped",
            of=("region",),
            hint="`show vma` lists the ranges of the current task",
        )
    ret = do_munmap(task.mm, region.start, region.size)
    if ret:
        raise CommandError(
            f"the kernel refuses to unmap it: {error_name(ret)}",
            None,
            code="munmap-failed",
            of=("region",),
            errno=error_name(ret),
            hint="-EINVAL: not at a page's edge; -ENOMEM: no memory to split a huge page",
        )
    lab.names.drop_unmapped()
    return Unmapped(region.text, region.pages)


@command(
    "memory",
    kernel="mm/mprotect.c: do_mprotect_pkey()",
    examples=("mprotect buf r", "mprotect buf[1..2] none", "child: mprotect buf rw"),
    see=("mmap", "munmap"),
)
def mprotect(
    lab: Lab,
    region: Annotated[Region, REGION],
    prot: Annotated[str, ACCESS],
) -> Protected:
    """Change what the current task may do with its memory: `rw`, `r` or `none`.

    A part of a range becomes a range of its own for the kernel, while its name still
    means all of it. What is mapped stays mapped. Entries lose their write bit, or get
    it back where no copy can be due.
    """
    ret = do_mprotect_pkey(region.start, region.size, PROT[prot])
    return Protected(region.text, prot, region.pages, error_name(ret))
