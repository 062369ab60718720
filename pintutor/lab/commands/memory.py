"""Commands that map, touch and unmap memory as the current task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, cast

from pintutor.lab.errors import CommandError
from pintutor.lab.fields import FIELD, Place
from pintutor.lab.kinds import INT, NEW_NAME, TEXT, IntRange, OneOf
from pintutor.lab.lookups import FILE, RANGE, REGION
from pintutor.lab.names import Region
from pintutor.lab.registry import command
from pintutor.lab.results import Accessed, Advised, Mapped, Poked, Unmapped, error_name
from pintutor.linux.arch.x86.mm.mmu import user_load, user_store
from pintutor.linux.globals import current
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm import (
    VM_FLAG_NAMES,
    VM_READ,
    VM_SHARED,
    VM_WRITE,
)
from pintutor.linux.include.linux.mm_types import PAGE_MASK, PAGE_SIZE, VmAreaStruct
from pintutor.linux.include.linux.page_flags import FLAG_NAMES, PG_buddy, PG_head
from pintutor.linux.mm.madvise import (
    MADV_DONTFORK,
    MADV_DONTNEED,
    MADV_HUGEPAGE,
    MADV_NOHUGEPAGE,
    MADV_WIPEONFORK,
    do_madvise,
)
from pintutor.linux.mm.mmap import do_mmap, do_munmap, vma_lookup
from pintutor.sim.atomic import s32

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PROT = {"rw": VM_READ | VM_WRITE, "r": VM_READ, "none": 0}
ADVICE = {
    "dontneed": MADV_DONTNEED,
    "hugepage": MADV_HUGEPAGE,
    "nohugepage": MADV_NOHUGEPAGE,
    "dontfork": MADV_DONTFORK,
    "wipeonfork": MADV_WIPEONFORK,
}
MOST_PAGES = 1 << 20
POKED_FLAGS = sum(FLAG_NAMES) & ~(PG_head | PG_buddy)
"""The page flags that can be set by hand."""

SHOWN = 16
"""Bytes of memory that a result holds."""


@command(
    "memory",
    kernel="mm/mmap.c: do_mmap()",
    examples=("mmap buf 4", "mmap T 512 thp", "mmap f 2 of F shared", "mmap s 1 shared"),
    see=("munmap", "madvise", "read", "write", "file"),
)
def mmap(
    lab: Lab,
    name: Annotated[str, NEW_NAME],
    pages: Annotated[int, IntRange(1, MOST_PAGES)],
    *,
    prot: Annotated[str, OneOf(*PROT), "may be written, read, or not touched"] = "rw",
    shared: bool = False,
    thp: bool = False,
    of_: Annotated[Inode | None, FILE] = None,
    from_: Annotated[int, IntRange(0, MOST_PAGES), "first page of the file"] = 0,
    at: Annotated[int, INT, "address; by default where there is room"] = 0,
) -> Mapped:
    """Map a range of anonymous memory, or of a file, in the current task and name it.

    No page and no page table is made yet: that is left to the first touch. Each range
    starts a page table of its own. With `thp` it is advised to have huge pages, as by
    `madvise hugepage`: whole pieces of 512 pages are then made and mapped as one.

    The range is private, so what is written to it is seen by this task alone; `shared`
    makes it one with the file, or with a child after `fork`. `of FILE` maps a file that
    `file` made, from its page 0 or the one after `from`.
    """
    lab.names.require_new(name, None)
    mm = current().mm
    vm_flags = PROT[prot] | (VM_SHARED if shared else 0)
    size = pages * PAGE_SIZE
    address = do_mmap(mm, at, size, vm_flags, file=of_, pgoff=from_)
    if address < 0:
        raise CommandError(
            f"the kernel refuses the range: {error_name(address)}",
            None,
            code="mmap-failed",
            hint="-EINVAL: unaligned; -ENOMEM: no room, or another range is there",
        )
    if thp:
        do_madvise(mm, address, size, MADV_HUGEPAGE)
    vma = cast(VmAreaStruct, vma_lookup(mm, address))
    lab.names.add_range(name, vma)
    behind = "anon" if of_ is None else of_.name
    return Mapped(name, address, pages, (behind, *flags_of(vma)))


def flags_of(vma: VmAreaStruct) -> tuple[str, ...]:
    """The flags of a range by name."""
    return tuple(text for bit, text in VM_FLAG_NAMES.items() if vma.vm_flags & bit)


@command(
    "memory",
    kernel="mm/madvise.c: do_madvise()",
    examples=("madvise buf[1] dontneed", "madvise buf dontfork", "madvise T hugepage"),
    see=("mmap", "munmap", "fork"),
)
def madvise(
    lab: Lab,
    region: Annotated[Region, REGION],
    advice: Annotated[str, OneOf(*ADVICE)],
) -> Advised:
    """Advise the kernel about memory of the current task.

    `dontneed` unmaps the pages of the region, which is read as zeroes afterwards; a
    part of a huge page is split off first. The others are for a whole range:
    `hugepage` and `nohugepage` say what later faults may map, `dontfork` keeps the
    range from a child, and with `wipeonfork` the child finds it empty.
    """
    mm = current().mm
    vma = vma_lookup(mm, region.start)
    end = region.start + region.size
    whole = vma is None or (region.start, end) == (vma.vm_start, vma.vm_end)
    if advice != "dontneed" and not whole:
        raise CommandError(
            f"`{advice}` is for whole ranges: a range is not split here",
            None,
            code="part-of-range",
            hint="name the range without [N]",
        )
    ret = do_madvise(mm, region.start, region.size, ADVICE[advice])
    if ret or vma is None:
        raise CommandError(
            f"the kernel refuses the advice: {error_name(ret)}",
            None,
            code="madvise-failed",
            hint="-EINVAL: unaligned; -ENOMEM: nothing is mapped there, or no memory",
        )
    return Advised(region.text, advice, region.pages, flags_of(vma))


@command(
    "memory",
    kernel="mm/mmap.c: do_munmap()",
    examples=("munmap buf",),
    see=("mmap",),
)
def munmap(lab: Lab, name: Annotated[VmAreaStruct, RANGE]) -> Unmapped:
    """Unmap a whole range of the current task: its pages lose a reference.

    Its page tables are freed. A page that somebody still holds lives on without a
    mapping. The name means nothing any more when no other task has the range.
    """
    text = next(key for key, vma in lab.names.ranges().items() if vma is name)
    task = current()
    vma = vma_lookup(task.mm, name.vm_start)
    if vma is None or (vma.vm_start, vma.vm_end) != (name.vm_start, name.vm_end):
        raise CommandError(
            f"`{text}` is not mapped in {task.comm}",
            None,
            code="not-mapped",
            hint="`show vma` lists the ranges of the current task",
        )
    do_munmap(task.mm, vma)
    lab.names.drop_unmapped()
    return Unmapped(text, (name.vm_end - name.vm_start) // PAGE_SIZE)


@command(
    "memory",
    kernel="arch/x86/mm/fault.c: do_user_addr_fault()",
    examples=("read buf[0]", "read buf", "read buf[0]+512:4"),
    see=("write",),
)
def read(lab: Lab, region: Annotated[Region, REGION]) -> Accessed:
    """Read memory as the current task does; what is not there is faulted in.

    Every page of the region is touched. The bytes shown are the region's first.
    """
    signal = None
    value = b""
    for address, size in chunks(region):
        loaded = user_load(address, size)
        if isinstance(loaded, str):
            signal = loaded
            break
        value += loaded if len(value) < SHOWN else b""
    return Accessed(region.text, False, value[:SHOWN].hex(), signal, faults(lab))


@command(
    "memory",
    kernel="arch/x86/mm/fault.c: do_user_addr_fault()",
    examples=('write buf[0] "A"', "write buf 0x41", "write buf[0]+512 0x00ff"),
    see=("read",),
)
def write(
    lab: Lab, region: Annotated[Region, REGION], data: Annotated[bytes, TEXT]
) -> Accessed:
    """Write memory as the current task does, faulting in or copying as needed.

    The bytes go to the start of the region in each page that it touches.
    """
    signal = None
    for address, size in chunks(region):
        signal = user_store(address, data[:size])
        if signal is not None:
            break
    return Accessed(region.text, True, data[:SHOWN].hex(), signal, faults(lab))


@command("memory", examples=("poke zero._refcount 0x7fffff00",), see=("why",))
def poke(lab: Lab, field: Annotated[Place, FIELD], value: Annotated[int, INT]) -> Poked:
    """Set a field by hand, as a debugger or a probe module would.

    No kernel does this: the books will not balance until it is undone. Page-table
    entries, and the flags that say what a frame is, cannot be set: neither processor
    nor kernel could go on.
    """
    obj, key, label = field
    old = obj[key] if isinstance(key, int) else getattr(obj, key)
    if isinstance(key, int) or (key == "flags" and (old ^ value) & ~POKED_FLAGS):
        raise CommandError(
            f"{label} cannot be set to {value:#x} by hand",
            None,
            code="bad-field",
            hint="counts can be set, and flags such as dirty and uptodate",
        )
    setattr(obj, key, s32(value))
    return Poked(label, old, s32(value))


def chunks(region: Region) -> Iterator[tuple[int, int]]:
    """The parts of a region that lie in one page each: address and size [bytes]."""
    address, end = region.start, region.start + region.size
    while address < end:
        stop = min(end, (address & PAGE_MASK) + PAGE_SIZE)
        yield address, stop - address
        address = stop


def faults(lab: Lab) -> int:
    """Page faults of user space since the command under way began."""
    journal = lab.machine.journal
    hits = lab.machine.trace.between(lab.running_from, journal.position)
    return sum(hit.name == "exceptions:page_fault_user" for hit in hits)
