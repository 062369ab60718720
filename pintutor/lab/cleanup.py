"""How each path holds the pages of each kind of memory, found by letting it run.

A row is direct I/O in a fresh lab, looked at while it is under way and after it: what
was taken of the page, how the bio is marked, and which function gave the page back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.linux.holders.bio import flag_names, pages_of
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS
from pintutor.linux.include.linux.mm_types import Page
from pintutor.patches.livepatch import rules

KERNELS = (
    "v5.17",
    "v5.17+hubbard",
    "v6.1",
    "v6.2+extract-v8",
    "v6.4+block-pin-v21",
    "v6.5",
    "v6.12",
)
"""The kernels between which something changes."""

MODES = frozenset(("BIO_NO_PAGE_REF", "BIO_PAGE_PINNED", "BIO_PAGE_REFFED", "BIO_CLONED"))
"""The flags of a bio that say what is to become of its pages."""

RELEASERS = (
    "unpin_user_folio",
    "page_put_unpin",
    "unpin_user_pages_dirty_lock",
    "unpin_user_page",
    "unpin_user_pages",
)
"""Functions that give pages back, most telling first; else it is put_page()."""


class Probe(NamedTuple):
    """Direct I/O with one kind of memory."""

    path: str
    kind: str
    """Kind of the iterator, or of the page."""
    setup: tuple[str, ...]
    begin: str
    """The line that begins it."""
    page: str
    """The page that is looked at: `A[0]`, `K[0]`, or `padding` for what iomap pads with."""
    end: tuple[str, ...] = ()
    """The lines that end it; none when it waits for the disk by itself."""
    own: int = 0
    """References that the page has when the I/O itself makes it, in a pipe."""
    by: str = ""
    """The function that has to be called; a kernel without it has no such row."""


class Mode(NamedTuple):
    """What came of a probe."""

    path: str
    kind: str
    kernel: str
    taken: str
    """reference, pin or nothing, each with how many; or an error."""
    flags: str
    """Flags of the bio that say what is to become of its pages."""
    released_by: str
    """The function that gave the page back, or who has it still."""


HANDED_OVER = ("null_queue_rq", "blk_execute_rq_nowait")
"""Functions that leave bios and requests with the disk."""

PADDING = "padding"
"""What iomap fills a block up with around a write that is shorter."""

USER = ("mmap A 2", "write A 0x11")
KERNEL = ("kmem K 1",)
MADE = {
    "ubuf": (*USER, "iter i ubuf dest A[0]"),
    "iovec": (*USER, "iter i iovec dest A[0]+0:2048 A[1]+0:2048"),
    "bvec": (*KERNEL, "iter i bvec dest K[0]"),
    "kvec": (*KERNEL, "iter i kvec dest K[0]"),
    "xarray": (
        "file X 1 tmpfs",
        "mmap M 1 of X shared",
        "write M 1",
        "iter i xarray dest X",
    ),
    "folioq": (*KERNEL, "iter i folioq dest K[0]"),
    "pipe": ("pipe p", "iter i pipe dest p:4096"),
    "discard": ("iter i discard dest 4096",),
}
"""How an iterator of each kind is made."""

PAGES = {"ubuf": "A[0]", "iovec": "A[0]", "xarray": "M[0]", "pipe": "p[0]", "discard": ""}
"""The page of each kind that is looked at; of kernel memory else."""


def _io(path: str, kind: str, made: str, target: str, end: str) -> Probe:
    setup = (made, *MADE[kind])
    page = PAGES.get(kind, "K[0]")
    own = 1 if kind == "pipe" else 0
    return Probe(path, kind, setup, f"dio read {target} 0 i async", page, (end,), own)


PROBES = (
    *(_io("bio_iov_iter_get_pages", kind, "disk d 64K", "d", "irq d all") for kind in MADE),
    *(
        _io("fs/direct-io.c", kind, "file F 1 vfat", "F", "irq vfatdisk all")
        for kind in ("iovec", "bvec", "kvec", "pipe")
    ),
    Probe(
        "fs/direct-io.c",
        "zero page",
        (*USER, "file F 0 udf"),
        "dio write F 0 A+0:512",
        "zero",
    ),
    Probe(
        "bio_map_user_iov",
        "user",
        ("disk d 64K", *USER),
        "sgio read d 0 A[0] direct async",
        "A[0]",
        ("irq d", "sgend"),
    ),
    Probe(
        "bio_copy_user_iov",
        "user",
        ("disk d 64K", *USER),
        "sgio read d 0 A[0] sg async",
        "A[0]",
        ("irq d", "sgend"),
    ),
    Probe(
        "bio_map_user",
        "bvec",
        ("disk d 64K", *MADE["bvec"]),
        "sgio read d 0 i",
        "K[0]",
    ),
    Probe(
        "bio_map_kern", "kernel", ("disk d 64K", *KERNEL), "sgio read d 0 kern=K", "K[0]"
    ),
    Probe(
        "iomap_dio_zero",
        "zero page",
        (*USER, "file F 0 ext4"),
        "dio write F 0 A+0:512",
        PADDING,
    ),
    Probe(
        "copy_splice_read",
        "bvec",
        ("file F 1 ext4", "pipe p"),
        "splice F 0 4096 p direct",
        "p[0]",
        own=1,
        by="copy_splice_read",
    ),
    _io("NFS", "iovec", "file F 1 nfs", "F", "rpc F all"),
    _io("FUSE", "iovec", "file F 1 fuse", "F", "rpc F all"),
)
"""What is tried, in the order in which it is shown."""


def modes(kernel: str) -> tuple[Mode, ...]:
    """What comes of each probe on a kernel."""
    return tuple(mode(probe, kernel) for probe in PROBES)


def mode(probe: Probe, kernel: str) -> Mode:
    """What comes of one probe on a kernel."""
    lab = Lab(kernel)
    for line in probe.setup:
        try:
            lab.execute(line)
        except CommandError as refused:
            if refused.code != "unknown-function":
                raise
            return Mode(probe.path, probe.kind, kernel, "no such iterator", "", "")
    before = probe.own or _counts(lab, _page(lab, probe))
    outcome = lab.execute(probe.begin)
    error = str(getattr(outcome.result, "error", ""))
    if probe.by and probe.by not in outcome.calls:
        return Mode(probe.path, probe.kind, kernel, "no such function", "", "")
    if error and error != "-EIOCBQUEUED":
        return Mode(probe.path, probe.kind, kernel, error, "", "")
    page = _page(lab, probe)
    with _under_way(lab, page):
        taken, flags = _counts(lab, page) - before, _flags(lab, page)
    called = [*outcome.calls] if not probe.end else []
    called += [name for line in probe.end for name in lab.execute(line).calls]
    released = next((name for name in RELEASERS if name in called), "put_page")
    if not taken:
        released = "its owner"
    return Mode(probe.path, probe.kind, kernel, _told(taken), flags, released)


@contextmanager
def _under_way(lab: Lab, page: Page | None) -> Iterator[None]:
    """The lab when the disk last got a bio with the page; as it stands if none is done."""
    here = lab.machine.journal.position
    for event in reversed(lab.timeline.entries[-1].events):
        if event.returns and event.function in HANDED_OVER:
            lab.machine.seek(event.position)
            if _bios(lab, page):
                break
    yield
    lab.machine.seek(here)


def _told(taken: int) -> str:
    pins, references = divmod(taken, GUP_PIN_COUNTING_BIAS)
    parts = (("pin", pins), ("reference", references))
    told = [name if n == 1 else f"{n} {name}s" for name, n in parts if n]
    return " and ".join(told) or "nothing"


def _page(lab: Lab, probe: Probe) -> Page | None:
    """The page that a probe looks at, if it is there yet."""
    with lab.machine:
        if probe.page == PADDING:
            return lab.kernel.iomap_zero_page or lab.kernel.empty_zero_page
        pages: dict[str, Page] = {name: one for one, name in lab.names.labels().items()}
    return pages.get(probe.page)


def _counts(lab: Lab, page: Page | None) -> int:
    with lab.machine:
        return page._refcount if page is not None else 0


def _bios(lab: Lab, page: Page | None) -> list[Bio]:
    """The bios that are in use and have the page."""
    with lab.machine:
        return [bio for bio in lab.kernel.bios if page in pages_of(bio, lab.kernel)]


def _flags(lab: Lab, page: Page | None) -> str:
    known = rules(lab.machine)
    found = [name for bio in _bios(lab, page) for name in flag_names(bio, known)]
    return " ".join(dict.fromkeys(name for name in found if name in MODES))
