"""Random direct I/O on files: the books balance, and the bytes are where they belong."""

from __future__ import annotations

import random

import pytest

from pintutor.lab.disks import Dio
from pintutor.lab.files import on_disk
from pintutor.linux.include.linux.fs import Inode
from tests.labs import Lab, run, started, value
from tests.profiles import ends

KERNELS = ("v5.17", "v6.1", "v6.4", "v6.4+block-pin-v21", "v6.5", "v6.12")
FILE_SYSTEMS = ("ext4", "vfat", "udf", "jfs")
PAGES = 72
"""More than are taken at once."""


def buffer_bytes(lab: Lab, name: str) -> bytearray:
    """What user memory holds, page by page; zeroes where nothing is mapped."""
    vma = lab.names.ranges()[name]
    found = bytearray()
    with lab.machine:
        for address in range(vma.vm_start, vma.vm_end, 4096):
            page = lab.names.at(address)
            found += bytes(4096) if page is None else page.data
    return found


def contents(lab: Lab, name: str) -> bytes:
    """What a file holds on its disk."""
    file = next(each for each in lab.kernel.files if each.name == name)
    assert isinstance(file, Inode)
    with lab.machine:
        return on_disk(file, 0, file.i_size)


class Exercise:
    """A file, a buffer, and plain bytes that follow what is done to both."""

    def __init__(self, kernel: str, fs: str, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lab = started(
            "machine scattered",
            f"mmap A {PAGES}",
            "write A 0x41",
            "disk d 4M",
            f"file F 8 {fs} on d",
            kernel=kernel,
        )
        self.fs = fs
        self.model = bytearray(8 * 4096)
        self.step = 0

    def go(self) -> None:
        """One read or write at random, and a look at the books."""
        self.step += 1
        pages = self.chance.choice((1, 1, 2, 3, 5, 17, 66))
        at = 512 * self.chance.randrange(0, 16)
        offset = 512 * self.chance.randrange(0, 8 * (10 + pages))
        size = max(512, 512 * self.chance.randrange(1, 8 * pages + 1))
        place = f"A+{at}:{size}"
        if self.chance.random() < 0.5:
            self.write(place, at, offset, size)
        else:
            self.read(place, at, offset, size)
        if self.chance.random() < 0.3:
            self.lab.execute("truncate F 6")
            self.resize(6 * 4096)
        if self.fs != "vfat" and self.chance.random() < 0.3:
            page = self.chance.randrange(0, 6)
            if page * 4096 < len(self.model):
                self.lab.execute(f"punch F {page}")
                self.model[page * 4096 : page * 4096 + 4096] = bytes(4096)
        self.balanced()

    def resize(self, size: int) -> None:
        """Give the plain bytes another length."""
        self.model = self.model[:size] + bytes(max(0, size - len(self.model)))

    def write(self, place: str, at: int, offset: int, size: int) -> None:
        """Write a part of the buffer, filled with something new."""
        self.fill()
        data = buffer_bytes(self.lab, "A")[at : at + size]
        self.transfer(f"dio write F {offset} {place}", size)
        if offset > len(self.model):
            self.resize(offset)
        self.model[offset : offset + size] = data

    def fill(self) -> None:
        """Let the buffer hold something new, another byte in each sector."""
        vma = self.lab.names.ranges()["A"]
        with self.lab.machine:
            for address in range(vma.vm_start, vma.vm_end, 4096):
                page = self.lab.names.at(address)
                assert page is not None, "it was written to"
                sectors = (self.chance.randrange(1, 256) for _ in range(8))
                page.data = b"".join(bytes([each]) * 512 for each in sectors)

    def read(self, place: str, at: int, offset: int, size: int) -> None:
        """Read into a part of the buffer."""
        before = buffer_bytes(self.lab, "A")
        wanted = bytes(self.model[offset : offset + size])
        self.transfer(f"dio read F {offset} {place}", len(wanted))
        now = buffer_bytes(self.lab, "A")
        assert now[at : at + len(wanted)] == wanted
        assert now[:at] == before[:at]

    def transfer(self, line: str, size: int) -> None:
        """Do it, at once or later; it must be as long as it was to be."""
        if self.chance.random() < 0.5:
            result = run(self.lab, line)
            assert isinstance(result, Dio)
            assert result.ret == size, line
            return
        result = run(self.lab, f"{line} async")
        assert result.ret in (size, -529), line
        self.balanced()
        while value(self.lab, "d.waiting"):
            run(
                self.lab,
                f"irq d which={self.chance.randint(1, value(self.lab, 'd.waiting'))}",
            )
            self.balanced()
        run(self.lab, "work")

    def balanced(self) -> None:
        """Nothing is held that nobody holds."""
        assert run(self.lab, "audit").imbalances == (), self.step


@pytest.mark.parametrize("seed", range(1))
@pytest.mark.parametrize("fs", FILE_SYSTEMS)
@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_random_direct_io_keeps_the_books_and_the_bytes(
    kernel: str, fs: str, seed: int
) -> None:
    exercise = Exercise(kernel, fs, seed)
    for _ in range(8):
        exercise.go()
        run(exercise.lab, "fsync F")
        assert contents(exercise.lab, "F") == bytes(exercise.model), exercise.step
    assert value(exercise.lab, "zero._refcount") == 1


class Troubles(Exercise):
    """Memory with gaps, and a disk that fails now and then."""

    def go(self) -> None:
        """One read or write of whatever memory there is, and a look at the books."""
        self.step += 1
        if self.chance.random() < 0.3:
            run(self.lab, f"diskfail d {self.chance.randrange(1, 4)}")
        at = 512 * self.chance.randrange(0, 64)
        size = 512 * self.chance.randrange(1, 560)
        offset = 512 * self.chance.randrange(0, 96)
        op = self.chance.choice(("read", "write"))
        later = self.chance.choice(("", " async"))
        run(self.lab, f"dio {op} F {offset} A+{at}:{size}{later}")
        self.balanced()
        run(self.lab, *(["irq d all"] if value(self.lab, "d.waiting") else []), "work")
        self.balanced()


@pytest.mark.parametrize("fs", FILE_SYSTEMS)
@pytest.mark.parametrize("kernel", ends((*KERNELS, "v5.17+hubbard")))
def test_faults_and_errors_of_the_disk_leave_nothing_held(kernel: str, fs: str) -> None:
    exercise = Troubles(kernel, fs, 1)
    run(exercise.lab, "munmap A[9..12]", "munmap A[40]", "munmap A[70..71]")
    for _ in range(12):
        exercise.go()
    lab = exercise.lab
    assert (lab.kernel.dios, lab.kernel.bios, value(lab, "F.direct")) == ((), (), 0)
    assert value(lab, "zero._refcount") == 1
