"""What a learner does directly: memory, tasks, direct I/O, interrupts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from pintutor.patches import series
from tests.io_found import PRIVATE, REMOTE
from tests.io_machine import IoMachine
from tests.plain_io import PAGE, Array, Part, Piece, PlainMachine

TASKS = st.sampled_from(("", "", "one"))
PROTECTED = ("munmap {}", "mprotect {} none", "mprotect {} r", "mprotect {} rw")
MEMORY = st.tuples(
    st.sampled_from(("a", "a", "a", "t", "o", "s", "c")),
    st.integers(0, 40),
    st.sampled_from((1, 1, 2, 3, 8, 16, 24)),
).map(lambda one: (one[0], one[1] * 512, one[2] * 512))
SEGMENTS = st.lists(MEMORY, min_size=1, max_size=3)
TARGETS = st.sampled_from(("d", "d", "F", "G", "V", "N", "U"))
HOW = st.sampled_from(("", "async", "async"))
FAULTS = st.sampled_from(("",) * 5 + ("grab", "fault", "alloc", "pagetable"))
ON_DISK = ("F", "G", "V")
OFFSETS = st.integers(0, 60).map(lambda block: block * 512)
PROPOSED = ("v5.17+hubbard", "v6.2+extract-v8", "v6.4+block-pin-v21")
KERNELS = (*series.RELEASES, *PROPOSED)


def region(name: str, at: int, size: int) -> str:
    """A region as it is typed."""
    return f"{name}+{at}:{size}"


def prefix(task: str) -> str:
    """What a line of a task begins with."""
    return f"{task}: " if task else ""


class DirectPrograms(RuleBasedStateMachine):
    """Memory, tasks, direct I/O, and disks that end it in any order."""

    kernel = series.DEFAULT

    @initialize(scattered=st.booleans())
    def begin(self, *, scattered: bool) -> None:
        """Disks, files, memory and pipes."""
        self.io = IoMachine(self.kernel, scattered=scattered)
        self.number = 0

    @property
    def plain(self) -> PlainMachine:
        """The plain bytes that follow."""
        return self.io.plain

    def who(self, task: str) -> str:
        """The task that runs a line: the first where the other is not there."""
        return task if f"{task}/a" in self.plain.arrays else ""

    def fit(self, task: str, where: tuple[str, int, int]) -> tuple[str, int, int]:
        """A region moved and cut so that it lies within its range."""
        name, at, size = where
        limit = self.io.limit(task, name)
        at %= max(limit, 512)
        return name, at, max(512, min(size, limit - at))

    def parts(self, task: str, *named: tuple[str, int, int]) -> tuple[Part, ...] | None:
        """Regions as parts of plain arrays; None when one is not there."""
        found = [self.io.part(task, *one) for one in named]
        return None if None in found else tuple(one for one in found if one)

    @rule(task=TASKS, where=MEMORY, byte=st.integers(1, 255))
    def write(self, task: str, where: tuple[str, int, int], byte: int) -> None:
        """The processor writes 512 bytes."""
        task = self.who(task)
        name, at, _ = self.fit(task, where)
        parts = self.parts(task, (name, at, 512))
        if parts is None:
            return
        may = self.plain.allowed(parts, writing=True) == 512
        failing = self.io.failing()
        data = bytes([byte]) * 512
        result = self.io.run(f"{prefix(task)}write {region(name, at, 512)} 0x{data.hex()}")
        if result is None:
            return
        assert (result.signal is None) == may or failing
        self.plain.touch(*parts)
        if result.signal is None:
            self.plain.scatter(parts, Piece(data, b"\1" * 512))

    @rule(task=TASKS, where=MEMORY)
    def read(self, task: str, where: tuple[str, int, int]) -> None:
        """The processor reads, which may map the zero page."""
        task = self.who(task)
        self.io.run(f"{prefix(task)}read {region(*self.fit(task, where))}")

    @rule(task=TASKS, onto=TARGETS, offset=OFFSETS, memory=SEGMENTS, how=HOW, fault=FAULTS)
    def dio_read(self, **words: Any) -> None:
        """Read past the cache."""
        self.dio("read", **words)

    @rule(task=TASKS, onto=TARGETS, offset=OFFSETS, memory=SEGMENTS, how=HOW, fault=FAULTS)
    def dio_write(self, **words: Any) -> None:
        """Write past the cache."""
        self.dio("write", **words)

    def dio(
        self,
        op: str,
        task: str,
        onto: str,
        offset: int,
        memory: list[tuple[str, int, int]],
        how: str,
        fault: str,
    ) -> None:
        """Read or write past the cache."""
        task = self.who(task)
        memory = [self.fit(task, one) for one in memory]
        parts = self.parts(task, *memory)
        if parts is None:
            return
        regions = " ".join(region(*one) for one in memory)
        end = offset + sum(one.size for one in parts)
        if op == "write" and onto in REMOTE and end > self.io.size(onto):
            how = ""
        line = f"{prefix(task)}dio {op} {onto} {offset} {regions} {how}"
        self.io.dio(line, op, (onto, offset), parts, fault=fault)

    @rule(
        kind=st.sampled_from(("kvec", "bvec")),
        op=st.sampled_from(("read", "write")),
        onto=TARGETS,
        offset=OFFSETS,
        at=st.integers(0, 8),
        blocks=st.integers(1, 16),
        how=st.sampled_from(("", "async")),
    )
    def kernel_dio(
        self, kind: str, op: str, onto: str, offset: int, at: int, blocks: int, how: str
    ) -> None:
        """The same with memory of the kernel's own."""
        self.number += 1
        name, where = f"i{self.number}", ("K", at * 512, blocks * 512)
        way = "dest" if op == "read" else "source"
        parts = self.parts("", where)
        if (
            parts is None
            or self.io.run(f"iter {name} {kind} {way} {region(*where)}") is None
        ):
            return
        line = f"dio {op} {onto} {offset} {name} {how}"
        doubt = kind == "kvec" or onto != "d"
        self.io.dio(line, op, (onto, offset), parts, doubt=doubt)

    @precondition(lambda self: self.io.busy())
    @rule(disk=st.sampled_from("dfgv"), which=st.integers(1, 4))
    def irq(self, disk: str, which: int) -> None:
        """A disk is done with a request."""
        self.io.run(f"irq {disk} which={which}")

    @precondition(lambda self: self.io.busy())
    @rule(disk=st.sampled_from("dfgv"))
    def irq_all(self, disk: str) -> None:
        """A disk is done with everything, and the worker too."""
        self.io.run(f"irq {disk} all")
        self.io.run("work")

    @precondition(lambda self: not self.io.failing())
    @rule(
        disk=st.sampled_from("dddfgv"),
        nth=st.integers(1, 3),
        how=st.sampled_from(("ioerr", "again", "nospc")),
    )
    def fail(self, disk: str, nth: int, how: str) -> None:
        """A request of a disk is going to fail."""
        self.io.run(f"diskfail {disk} {nth} {how}")
        for one in self.plain.pending:
            one.clean = False

    @rule(
        task=TASKS,
        name=st.sampled_from("aaato"),
        page=st.integers(1, 7),
        how=st.sampled_from(PROTECTED),
    )
    def protect(self, task: str, name: str, page: int, how: str) -> None:
        """Take a page away, or what may be done with it."""
        task = self.who(task)
        parts = self.parts(task, (name, page * PAGE, PAGE))
        if parts is None or (name == "o" and "rw" in how):
            return
        if self.plain.access[parts[0].name][page] == "gone":
            return
        if self.io.run(prefix(task) + how.format(f"{name}[{page}]")) is None:
            return
        self.plain.touch(*parts)
        mode = how.rpartition(" ")[2] if "mprotect" in how else "gone"
        self.plain.access[parts[0].name][page] = mode

    @precondition(lambda self: "one/a" not in self.plain.arrays)
    @rule()
    def fork(self) -> None:
        """Make a task."""
        if self.io.run("fork one") is None:
            return
        for name, pages in PRIVATE.items():
            self.plain.touch(Part(f"/{name}", 0, pages * PAGE))
            array = self.plain.arrays[f"/{name}"]
            self.plain.arrays[f"one/{name}"] = Array(array.data[:], array.known[:])
            self.plain.access[f"one/{name}"] = self.plain.access[f"/{name}"][:]

    @precondition(lambda self: "one/a" in self.plain.arrays)
    @rule()
    def exit(self) -> None:
        """End it."""
        if self.io.run("exit one") is None:
            return
        for name, pages in PRIVATE.items():
            self.plain.touch(Part(f"one/{name}", 0, pages * PAGE))
            del self.plain.arrays[f"one/{name}"], self.plain.access[f"one/{name}"]
