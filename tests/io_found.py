"""Where the machine of the random I/O does it, and what is found there."""

from __future__ import annotations

from pintutor.lab.files import on_disk
from pintutor.linux.fs.remote import remote_of, stored
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.mm.filemap import i_pages
from tests.labs import Lab
from tests.plain_io import PAGE, PlainMachine

PRIVATE = {"a": 8, "t": 4, "o": 2}
"""Ranges of which each task has its own; of `t`, a huge page, as much as is looked at."""
SHARED = {"s": "S", "c": "F"}
FILES = {"F": "ext4 on f", "G": "udf on g", "V": "vfat on v", "S": "tmpfs"}
REMOTE = {"N": "nfs", "U": "fuse"}
GROWING = {**FILES, **REMOTE}
"""Files that become longer when they are written to behind their end."""
FILE_PAGES = 6
DISK = 1 << 16
START = (
    f"disk d {DISK} max-sectors=16 max-segments=3",
    *(f"disk {name} 1M max-sectors=16 max-segments=3" for name in "fgv"),
    *(f"file {name} {FILE_PAGES} {how}" for name, how in GROWING.items()),
    "mmap a 8",
    "mmap t 512 thp",
    "mmap o 2 r",
    f"mmap s {FILE_PAGES} of S shared",
    f"mmap c {FILE_PAGES} of F shared",
    "kmem K 4",
    "pipe P",
    "pipe Q 4",
)


def file_of(lab: Lab, name: str) -> Inode:
    """A file of the kernel's."""
    return next(each for each in lab.kernel.files if each.name == name)


def read(lab: Lab, plain: PlainMachine, name: str) -> bytes:
    """What the machine has under a name."""
    kernel = lab.kernel
    if name == "d":
        return b"".join(kernel.disks[0].data.items)
    if name == "K":
        return b"".join(page.data for page in kernel.kmem[0].pages)
    if name in FILES:
        return in_file(file_of(lab, name))
    if name in REMOTE:
        remote = remote_of(file_of(lab, name))
        return stored(remote, 0, remote.size)
    return in_memory(lab, plain, *name.split("/"))


def in_file(file: Inode) -> bytes:
    """A file as a reader finds it: the cache, else the disk."""
    pages = i_pages(file.i_mapping)
    found = b""
    for index in range(-(-file.i_size // PAGE)):
        page = pages[index] if index < len(pages) else None
        if page is not None:
            found += page.data
        elif file.sb is None:
            found += bytes(PAGE)
        else:
            found += on_disk(file, index * PAGE, PAGE)
    return found[: file.i_size]


def in_memory(lab: Lab, plain: PlainMachine, task: str, name: str) -> bytes:
    """Memory of a task; where it is gone, what the plain bytes have."""
    tasks = lab.kernel.tasks
    mm = next(each.mm for each in tasks if each.comm == (task or tasks[0].comm))
    start = lab.names.ranges()[name].vm_start
    found = b""
    for index, mode in enumerate(plain.access[f"{task}/{name}"]):
        page = lab.names.at(start + index * PAGE, mm)
        if mode == "gone":
            at = index * PAGE
            found += plain.arrays[f"{task}/{name}"].data[at : at + PAGE]
        else:
            found += bytes(PAGE) if page is None else page.data
    return found
