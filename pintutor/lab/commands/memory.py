"""Commands that map and touch memory as the current task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, cast

from pintutor.lab.errors import CommandError
from pintutor.lab.fields import FIELD, Place
from pintutor.lab.kinds import INT, TEXT, IntRange, OneOf
from pintutor.lab.lookups import FILE, REGION, UNUSED_NAME
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import Accessed, Mapped, Poked, error_name
from pintutor.linux.arch.x86.mm.mmu import user_load, user_store
from pintutor.linux.globals import current
from pintutor.linux.include.linux.file import FMODE_READ, FMODE_WRITE
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm import (
    VM_FLAG_NAMES,
    VM_MIXEDMAP,
    VM_PFNMAP,
    VM_READ,
    VM_SHARED,
    VM_WRITE,
)
from pintutor.linux.include.linux.mm_types import PAGE_MASK, PAGE_SIZE, VmAreaStruct
from pintutor.linux.include.linux.page_flags import FLAG_NAMES, PG_buddy, PG_head
from pintutor.linux.include.linux.pgtable import IO_FRAMES
from pintutor.linux.mm.madvise import MADV_HUGEPAGE, do_madvise
from pintutor.linux.mm.mmap import do_mmap, vma_lookup
from pintutor.sim.atomic import s32

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PROT = {"rw": VM_READ | VM_WRITE, "r": VM_READ, "none": 0}
PROT_WORDS = {
    "rw": "may be read and written",
    "r": "may be read, not written",
    "none": "may not be touched: PROT_NONE",
}
ACCESS = OneOf(*PROT, about=PROT_WORDS)
MOST_PAGES = 1 << 20
POKED_FLAGS = sum(FLAG_NAMES) & ~(PG_head | PG_buddy)
"""The page flags that can be set by hand."""

SHOWN = 16
"""Bytes of memory that a result holds."""


@command(
    "memory",
    kernel="mm/mmap.c: do_mmap()",
    examples=(
        "mmap buf 4",
        "mmap T 512 thp",
        "mmap f 2 of F shared",
        "mmap s 1 shared",
        "mmap g 1 r of F shared rdonly",
        "mmap dev 4 io",
    ),
    see=("munmap", "madvise", "read", "write", "file"),
)
def mmap(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    pages: Annotated[int, IntRange(1, MOST_PAGES)],
    *,
    prot: Annotated[str, ACCESS, "may be written, read, or not touched"] = "rw",
    shared: bool = False,
    thp: bool = False,
    of_: Annotated[Inode | None, FILE] = None,
    io: bool = False,
    mixed: bool = False,
    rdonly: bool = False,
    from_: Annotated[int, IntRange(0, MOST_PAGES), "first page of the file"] = 0,
    at: Annotated[int, INT, "address; by default where there is room"] = 0,
) -> Mapped:
    """Map a range of anonymous memory, or of a file, in the current task and name it.

    No page and no page table is made yet: that is left to the first touch. Each range
    starts a page table of its own. With `thp` it is advised to have huge pages, as by
    `madvise hugepage`: whole pieces of 512 pages are then made and mapped as one.

    The range is private, so what is written to it is seen by this task alone; `shared`
    makes it one with the file, or with a child after `fork`. `of FILE` maps a file that
    `file` made, from its page 0 or the one after `from`. With `rdonly` the file was
    opened for reading only: a range that shares it can be neither made writable nor
    become so (-EACCES), while a private one can.

    `io` maps the memory of a device as /dev/mem does: frames without a struct page, all
    mapped at once, that nobody can get or pin (VM_PFNMAP). With `mixed` the driver maps
    each frame when it is touched, and the range might hold pages too (VM_MIXEDMAP).
    """
    if io or mixed:
        _require_alone(of_, thp=thp, both=io and mixed)
        require_device(from_ + pages)
    if rdonly:
        _require_opened(of_)
    mm = current().mm
    vm_flags = PROT[prot] | (VM_SHARED if shared else 0)
    vm_flags |= (VM_PFNMAP if io else 0) | (VM_MIXEDMAP if mixed else 0)
    size = pages * PAGE_SIZE
    f_mode = FMODE_READ if rdonly else FMODE_READ | FMODE_WRITE
    address = do_mmap(mm, at, size, vm_flags, file=of_, f_mode=f_mode, pgoff=from_)
    if address < 0:
        raise CommandError(
            f"the kernel refuses the range: {error_name(address)}",
            None,
            code="mmap-failed",
            of=("at", "pages"),
            errno=error_name(address),
            hint="-EINVAL: unaligned; -ENOMEM: no room, or another range is there; "
            "-EACCES: the file was opened for reading",
        )
    if thp:
        do_madvise(mm, address, size, MADV_HUGEPAGE)
    vma = cast(VmAreaStruct, vma_lookup(mm, address))
    lab.names.add_range(name, mm, address, address + size)
    behind = "anon" if of_ is None else of_.name
    behind = "device" if io or mixed else behind
    return Mapped(name, address, pages, (behind, *flags_of(vma)))


def _require_alone(of_: Inode | None, *, thp: bool, both: bool) -> None:
    """Refuse what goes together with no device memory (CommandError)."""
    if of_ is not None or thp or both:
        raise CommandError(
            "a range maps a device's memory one way, and nothing else",
            None,
            code="bad-range",
            hint="`io` or `mixed`, without `of` and `thp`",
        )


def _require_opened(of_: Inode | None) -> None:
    """Refuse to open what is no file (CommandError)."""
    if of_ is None:
        raise CommandError(
            "only a file is opened, for reading or for more",
            None,
            code="bad-range",
            hint="`of FILE` says which",
        )


def require_device(end: int) -> None:
    """Refuse a range that ends beyond the device's memory (CommandError)."""
    if end > IO_FRAMES:
        raise CommandError(
            f"the device has {IO_FRAMES} pages of memory",
            None,
            code="too-many",
            hint=f"`from` and the number of pages are {IO_FRAMES} at most together",
        )


def flags_of(vma: VmAreaStruct) -> tuple[str, ...]:
    """The flags of a range by name."""
    return tuple(text for bit, text in VM_FLAG_NAMES.items() if vma.vm_flags & bit)


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
    for address, size in counted(lab, region):
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
    for address, size in counted(lab, region):
        signal = user_store(address, data[:size])
        if signal is not None:
            break
    return Accessed(region.text, True, data[:SHOWN].hex(), signal, faults(lab))


@command("memory", examples=("poke zero._refcount 0x7fffff00",), see=("why",))
def poke(
    lab: Lab,
    field: Annotated[Place, FIELD],
    value: Annotated[int, IntRange(-(1 << 31), (1 << 32) - 1)],
) -> Poked:
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
            of=("value",),
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


def counted(lab: Lab, region: Region) -> Iterator[tuple[int, int]]:
    """The parts of a region, each counted when it has been gone through."""
    done = 0
    lab.progress.of(region.pages, lambda: done)
    for part in chunks(region):
        yield part
        done += 1


def faults(lab: Lab) -> int:
    """Page faults of user space since the command under way began."""
    journal = lab.machine.journal
    hits = lab.machine.trace.between(lab.running_from, journal.position)
    return sum(hit.name == "exceptions:page_fault_user" for hit in hits)
