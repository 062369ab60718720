"""Moments that panes are drawn for: what a lesson may come to, each made once."""

from functools import cache

from tests.labs import Lab, run, started

PINNED = ("mmap buf 2", "read buf[0]", "pin buf[0] as p")
DISK = ("mmap buf 4", "write buf 0x41", "disk d 64K")
SCENES: dict[str, tuple[str, tuple[str, ...]]] = {
    "nothing": ("v6.4", ()),
    "mapped": ("v6.4", ("mmap buf 2",)),
    "pinned": ("v6.4", PINNED),
    "in a fault": ("v6.4", ("mmap buf 2", "mmap far 3", "write buf[1] 0x41", "back 60")),
    "huge": ("v6.4", ("mmap T 512 thp", "write T[0] 0x11", "pin T[0..3] as p")),
    "many": (
        "v6.4",
        ("mmap big 90", "write big 0x41", "pin big[3] as p", "get big[3] as g"),
    ),
    "watching": (
        "v6.4",
        (
            "mmap buf 2",
            "watch zero._refcount",
            "watch buf[0].pte.write and not buf[1].pte.special",
            "watch buf[0].bytes",
            "read buf",
            "pin buf as p",
        ),
    ),
    "forked": ("v6.4", ("mmap buf 2", "write buf 0x41", "fork child", "back 30")),
    "iterators": (
        "v6.12",
        (
            "mmap buf 4",
            "write buf 0x41",
            "kmem C 4 compound",
            "kmem D 2",
            "iter it iovec source buf[0]+100:1000 buf[2] buf[3]:512",
            "iter k kvec dest D[0] D[1]+4:100 count=4100",
            "iter f folioq dest C D",
            "advance f 17000",
            "iter u ubuf dest buf+5:5000",
            "extract it maxsize=3000 as p",
        ),
    ),
    "extracting": (
        "v6.5",
        ("mmap buf 3", "iter it iovec dest buf+5:9000", "extract it as p", "back 40"),
    ),
    "pipe": ("v6.1", ("pipe P", "iter q pipe dest P:8192")),
    "piped": (
        "v6.5",
        (
            "mmap buf 3",
            "write buf[0..1] 0x41",
            "pipe P 4",
            "vmsplice P buf[0..1] gift",
            "pipe-write P buf+512:100",
            "drain P 4096",
        ),
    ),
    "bio": ("v6.5", (*DISK, "dio write d 512 buf[0..1]+512:6144 async")),
    "old bio": ("v6.1", (*DISK, "dio read d 0 buf[0..1] async", "dio write d 8192 buf[3]")),
    "bio ends": ("v6.5", (*DISK, "dio write d 0 buf async", "irq d", "back 90")),
    "iomap": (
        "v6.5",
        (*DISK, "file F 32K on d fs=ext4", "dio write F 4096 buf", "back 200"),
    ),
    "legacy": ("v6.1", (*DISK, "file F 32K on d fs=jfs", "dio write F 0 buf", "back 130")),
    "remote": ("v6.5", ("mmap buf 2", "file N 16K fs=nfs", "dio write N 0 buf async")),
    "sgio": ("v6.5", (*DISK, "sgio write d 0 buf[0] async")),
}
"""Each moment by name: the kernel, and the lines that lead to it."""


@cache
def scene(name: str) -> Lab:
    """The lab that stands at a moment; nobody may change it."""
    kernel, lines = SCENES[name]
    return started(*lines, kernel=kernel)


def at(name: str, *lines: str) -> Lab:
    """A lab of one's own that has gone on from a moment."""
    kernel, before = SCENES[name]
    lab = started(*before, kernel=kernel)
    run(lab, *lines)
    return lab
