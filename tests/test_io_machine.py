"""Random programs of I/O: the books balance, and every byte is where it belongs."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pintutor.patches import series
from pintutor.patches.patch import Patch
from tests.io_found import FILES
from tests.io_passing import PassingPrograms
from tests.io_rules import (
    FAULTS,
    KERNELS,
    MEMORY,
    OFFSETS,
    ON_DISK,
    TASKS,
    prefix,
    region,
)
from tests.plain_io import PAGE, Part, Piece, Spliced
from tests.profiles import SAME, ends, examples


class IoPrograms(PassingPrograms):
    """A learner who does I/O of every kind, in any order."""

    @rule(
        task=TASKS,
        pipe=st.sampled_from("PQ"),
        where=MEMORY,
        verb=st.sampled_from(("vmsplice", "pipe-write")),
        fault=FAULTS,
    )
    def fill(
        self, task: str, pipe: str, where: tuple[str, int, int], verb: str, fault: str
    ) -> None:
        """Put memory into a pipe, as pages or as a copy."""
        task = self.who(task)
        where = self.fit(task, where)
        parts = self.parts(task, where)
        if parts is None:
            return
        line = f"{prefix(task)}{verb} {pipe} {region(*where)}"
        result = self.io.run(line, fault=fault)
        if result is not None:
            self.io.fill(pipe, result.ret, parts, copied=verb == "pipe-write")

    @rule(
        name=st.sampled_from(("F", "G", "V", "S", "d", "N", "U")),
        offset=st.integers(0, 50).map(lambda block: block * 512),
        size=st.sampled_from((100, 512, 4096, 10000)),
        pipe=st.sampled_from("PQ"),
        how=st.sampled_from(("", "direct")),
        fault=FAULTS,
    )
    def splice(
        self, name: str, offset: int, size: int, pipe: str, how: str, fault: str
    ) -> None:
        """Put a part of a file into a pipe."""
        if how and self.io.frees_what_is_read():
            return
        line = f"splice {name} {offset} {size} {pipe} {how}"
        result = self.io.run(line, fault=fault)
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
        fault=FAULTS,
    )
    def drain(
        self,
        task: str,
        pipe: str,
        size: int,
        where: tuple[str, int, int] | None,
        fault: str,
    ) -> None:
        """Read from a pipe."""
        task = self.who(task)
        where = self.fit(task, where) if where else None
        parts = self.parts(task, where) if where else None
        to = f" to {region(*where)}" if parts and where else ""
        piece = self.plain.piped(pipe).cut(size)
        line = f"{prefix(task) if to else ''}drain {pipe} {size}{to}"
        result = self.io.run(line, fault=fault)
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
        fault=FAULTS,
    )
    def buffered(
        self, op: str, name: str, offset: int, where: tuple[str, int, int], fault: str
    ) -> None:
        """Read or write through the cache."""
        where = self.fit("", where)
        parts = self.parts("", where)
        if parts is None or any(one.name == name for one in parts):
            return
        size = where[2]
        if self.plain.allowed(parts, writing=op == "pread") < size:
            return
        want = min(size, max(0, self.io.size(name) - offset)) if op == "pread" else size
        clear = not fault and not self.io.failing()
        result = self.io.run(f"{op} {name} {offset} {region(*where)}", fault=fault)
        if result is None:
            return
        assert result.ret == want or (not clear and result.ret < want)
        self.plain.touch(*parts, Part(name, offset, size))
        array, done = self.plain.arrays[name], max(result.ret, 0)
        if op == "pread":
            self.plain.scatter(parts, array.get(offset, done))
            return
        array.resize(self.io.size(name))
        array.put(offset, self.plain.gather(parts).cut(done))
        if not clear:
            self.plain.forget((Part(name, 0, len(array.data)),))

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
        self.plain.arrays[name].resize(self.io.size(name))

    @rule(name=st.sampled_from(("F", "G", "S")), page=st.integers(0, 5))
    def punch(self, name: str, page: int) -> None:
        """Make a hole."""
        size = min(PAGE, self.io.size(name) - page * PAGE)
        if size <= 0 or self.io.run(f"punch {name} {page}") is None:
            return
        self.plain.touch(Part(name, page * PAGE, PAGE))
        self.plain.arrays[name].put(page * PAGE, Piece(bytes(size), b"\1" * size))

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


@pytest.mark.parametrize("release", ends(KERNELS))
def test_io_of_every_kind_loses_no_page_and_no_byte(release: str) -> None:
    class OnRelease(IoPrograms):
        kernel = release

    sizes = settings(
        stateful_step_count=80,
        max_examples=examples(2),
        deadline=None,
        derandomize=SAME,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(OnRelease, settings=sizes)
