"""Random programs of I/O: the books balance, and every byte is where it belongs."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pintutor.patches import series
from pintutor.patches.patch import Patch
from tests.io_machine import FILES, PRIVATE, IoMachine
from tests.plain_io import PAGE, Array, Part, Piece, PlainMachine, Spliced

TASKS = st.sampled_from(("", "", "one"))
PROTECTED = ("munmap {}", "mprotect {} none", "mprotect {} r", "mprotect {} rw")
MEMORY = st.tuples(
    st.sampled_from(("a", "a", "a", "t", "o", "s", "c")),
    st.integers(0, 40),
    st.sampled_from((1, 1, 2, 3, 8, 16, 24)),
).map(lambda one: (one[0], one[1] * 512, one[2] * 512))
SEGMENTS = st.lists(MEMORY, min_size=1, max_size=3)
TARGETS = st.sampled_from(("d", "d", "F", "G", "V"))
HOW = st.sampled_from(("", "async", "async"))
FAULTS = st.sampled_from(("", "", "", "", "grab", "fault", "alloc"))
ON_DISK = ("F", "G", "V")
OFFSETS = st.integers(0, 60).map(lambda block: block * 512)
KERNELS = (*series.RELEASES, *(f"v6.4+{name}" for name in ("block-pin-v21",)))


def region(name: str, at: int, size: int) -> str:
    """A region as it is typed."""
    return f"{name}+{at}:{size}"


def prefix(task: str) -> str:
    """What a line of a task begins with."""
    return f"{task}: " if task else ""


class IoPrograms(RuleBasedStateMachine):
    """A learner who does I/O of every kind, in any order."""

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
        result = self.io.run(
            f"{prefix(task)}write {region(name, at, 512)} 0x{f'{byte:02x}' * 512}"
        )
        if result is None:
            return
        assert (result.signal is None) == may
        self.plain.touch(*parts)
        if may:
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
        if fault:
            self.io.run(f"inject {fault} 2")
        regions = " ".join(region(*one) for one in memory)
        line = f"{prefix(task)}dio {op} {onto} {offset} {regions} {how}"
        self.io.dio(line, op, (onto, offset), parts, doubt=bool(fault))
        if fault:
            self.io.run("inject off")

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
        self.io.dio(line, op, (onto, offset), parts, doubt=kind == "kvec")

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
    @rule(nth=st.integers(1, 3), how=st.sampled_from(("ioerr", "again", "nospc")))
    def fail(self, nth: int, how: str) -> None:
        """A request of the disk is going to fail."""
        self.io.run(f"diskfail d {nth} {how}")
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

    @rule(
        task=TASKS,
        pipe=st.sampled_from("PQ"),
        where=MEMORY,
        verb=st.sampled_from(("vmsplice", "pipe-write")),
    )
    def fill(self, task: str, pipe: str, where: tuple[str, int, int], verb: str) -> None:
        """Put memory into a pipe, as pages or as a copy."""
        task = self.who(task)
        where = self.fit(task, where)
        parts = self.parts(task, where)
        if parts is None:
            return
        result = self.io.run(f"{prefix(task)}{verb} {pipe} {region(*where)}")
        if result is not None:
            self.io.fill(pipe, result.ret, parts, copied=verb == "pipe-write")

    @rule(
        name=st.sampled_from(("F", "G", "V", "S", "d")),
        offset=st.integers(0, 50).map(lambda block: block * 512),
        size=st.sampled_from((100, 512, 4096, 10000)),
        pipe=st.sampled_from("PQ"),
        how=st.sampled_from(("", "direct")),
    )
    def splice(self, name: str, offset: int, size: int, pipe: str, how: str) -> None:
        """Put a part of a file into a pipe."""
        result = self.io.run(f"splice {name} {offset} {size} {pipe} {how}")
        if result is not None and result.ret > 0:
            assert offset + result.ret <= self.io.size(name)
            part = Part(name, offset, result.ret)
            self.io.fill(pipe, result.ret, (part,), copied=bool(how) and name != "S")

    @precondition(lambda self: any(self.plain.pipes.values()))
    @rule(one=st.sampled_from(("P Q", "Q P")), size=st.sampled_from((100, 5000)))
    def tee(self, one: str, size: int) -> None:
        """Double what is in a pipe."""
        source, into = one.split()
        result = self.io.run(f"tee {one} {size}")
        if result is None or result.ret <= 0:
            return
        left = result.ret
        for each in list(self.plain.pipes[source]):
            if left > 0:
                self.plain.pipes[into].append(Spliced(each.piece.cut(left), each.sources))
                left -= len(each.piece.data)

    @precondition(lambda self: any(self.plain.pipes.values()))
    @rule(
        task=TASKS,
        pipe=st.sampled_from("PQ"),
        size=st.sampled_from((100, 4096, 50000)),
        where=MEMORY | st.none(),
    )
    def drain(
        self, task: str, pipe: str, size: int, where: tuple[str, int, int] | None
    ) -> None:
        """Read from a pipe."""
        task = self.who(task)
        where = self.fit(task, where) if where else None
        parts = self.parts(task, where) if where else None
        to = f" to {region(*where)}" if parts and where else ""
        piece = self.plain.piped(pipe).cut(size)
        result = self.io.run(f"{prefix(task) if to else ''}drain {pipe} {size}{to}")
        if result is None:
            return
        if parts is not None:
            self.plain.touch(*parts)
            self.plain.forget(parts)
            self.plain.scatter(parts, piece.cut(max(result.ret, 0)))
        if result.ret > 0:
            self.plain.drain(pipe, result.ret)

    @rule(
        op=st.sampled_from(("pread", "pwrite")),
        name=st.sampled_from(ON_DISK),
        offset=OFFSETS,
        where=MEMORY,
    )
    def buffered(
        self, op: str, name: str, offset: int, where: tuple[str, int, int]
    ) -> None:
        """Read or write through the cache."""
        where = self.fit("", where)
        parts = self.parts("", where)
        if parts is None or any(one.name == name for one in parts):
            return
        size = where[2]
        if self.plain.allowed(parts, writing=op == "pread") < size:
            return
        room = max(0, self.io.size(name) - offset)
        result = self.io.run(f"{op} {name} {offset} {region(*where)}")
        if result is None:
            return
        assert result.ret == (min(size, room) if op == "pread" else size)
        self.plain.touch(*parts, Part(name, offset, size))
        if op == "pread":
            self.plain.scatter(parts, self.plain.arrays[name].get(offset, size))
            return
        array = self.plain.arrays[name]
        array.resize(max(len(array.data), offset + size))
        array.put(offset, self.plain.gather(parts))

    @rule(
        name=st.sampled_from(tuple(FILES)),
        how=st.sampled_from(("fsync {}", "dropcache {}", "invalidate {}")),
    )
    def cache(self, name: str, how: str) -> None:
        """Write back or drop what is cached: no byte may change."""
        self.io.run(how.format(name))

    @rule(name=st.sampled_from(tuple(FILES)), pages=st.integers(2, 6))
    def truncate(self, name: str, pages: int) -> None:
        """Give a file another length."""
        if self.io.run(f"truncate {name} {pages}") is None:
            return
        self.plain.touch(Part(name, 0, 1 << 30))
        self.plain.arrays[name].resize(pages * PAGE)

    @rule(name=st.sampled_from(("F", "G", "S")), page=st.integers(0, 5))
    def punch(self, name: str, page: int) -> None:
        """Make a hole."""
        if page * PAGE >= self.io.size(name) or self.io.run(f"punch {name} {page}") is None:
            return
        self.plain.touch(Part(name, page * PAGE, PAGE))
        self.plain.arrays[name].put(page * PAGE, Piece(bytes(PAGE), b"\1" * PAGE))

    @rule(
        where=MEMORY,
        verb=st.sampled_from(("extract", "getpages")),
        way=st.sampled_from(("source", "dest")),
    )
    def take(self, where: tuple[str, int, int], verb: str, way: str) -> None:
        """Take the pages of an iterator and hold them."""
        self.number += 1
        where = self.fit("", where)
        self.io.run(f"iter i{self.number} iovec {way} {region(*where)}")
        self.io.run(f"{verb} i{self.number} as h{self.number}")

    @precondition(lambda self: self.io.lab.kernel.held)
    @rule()
    def give_back(self) -> None:
        """Give the oldest of those back."""
        if self.io.lab.kernel.held:
            self.io.run(f"release {self.io.lab.kernel.held[0].name}")

    @precondition(lambda self: self.io.resting())
    @rule(verb=st.sampled_from(("apply", "revert")), patch=st.sampled_from(series.ALL))
    def patch(self, verb: str, patch: Patch) -> None:
        """Patch the kernel at rest, with no bug that was put back."""
        if self.io.resting() and not patch.mutation:
            self.io.run(f"{verb} {patch.name}")

    @precondition(lambda self: self.io.resting())
    @rule(kernel=st.sampled_from(KERNELS))
    def other_kernel(self, kernel: str) -> None:
        """Run on as another kernel, at rest."""
        if self.io.resting():
            self.io.run(f"kernel {kernel}")

    @rule(count=st.integers(1, 4))
    def undo(self, count: int) -> None:
        """Undo commands."""
        self.io.undo(count)

    @rule()
    @precondition(lambda self: self.number % 5 == 0)
    def look(self) -> None:
        """Look at everything, which must change nothing."""
        for what in ("bio", "dio", "disk", "pipe", "iter", "files"):
            self.io.lab.execute(f"show {what}")

    @invariant()
    @precondition(lambda self: hasattr(self, "io"))
    def everything_holds(self) -> None:
        """Books and bytes."""
        self.io.check()


@pytest.mark.parametrize("release", KERNELS)
def test_io_of_every_kind_loses_no_page_and_no_byte(release: str) -> None:
    class OnRelease(IoPrograms):
        kernel = release

    sizes = settings(
        stateful_step_count=80,
        max_examples=int(os.environ.get("IO_EXAMPLES", "3")),
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(OnRelease, settings=sizes)
