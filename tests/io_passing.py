"""More of what a learner does: commands for a disk, files kept elsewhere, iterators."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from tests.io_found import DISK, REMOTE
from tests.io_rules import FAULTS, OFFSETS, SEGMENTS, TASKS, DirectPrograms, prefix, region
from tests.plain_io import Part, Pending, overlapping

LONGEST = 8192
"""What one command of a task may transfer: 16 sectors."""
WALK = st.lists(
    st.tuples(
        st.sampled_from(("advance", "revert", "truncate", "reexpand", "copy", "extract")),
        st.integers(0, 12000),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=6,
)


class PassingPrograms(DirectPrograms):
    """Commands that no file system sees, calls to servers, and iterators that walk."""

    @rule(
        task=TASKS,
        op=st.sampled_from(("read", "write", "tofrom")),
        offset=OFFSETS,
        memory=SEGMENTS,
        how=st.sampled_from(("", "", "sg", "direct", "sg direct")),
        later=st.booleans(),
        fault=FAULTS,
    )
    def sgio(
        self,
        task: str,
        op: str,
        offset: int,
        memory: list[tuple[str, int, int]],
        how: str,
        later: bool,
        fault: str,
    ) -> None:
        """A command for a disk, whose memory is mapped or copied."""
        task = self.who(task)
        memory = [self.fit(task, one) for one in memory]
        parts = self.parts(task, *memory)
        # The kernels before v6.6 keep a reference of a page that is named twice.
        if parts is None or overlapping(parts):
            return
        there = Part("d", offset, sum(one.size for one in parts))
        clear = self.clear(op, parts, there) and not fault
        regions = " ".join(region(*one) for one in memory)
        line = f"{prefix(task)}sgio {op} d {offset} {regions} {how}"
        result = self.io.run(line + " async" * later, fault=fault)
        if result is None:
            return
        self.plain.touch(*parts, there)
        dest, source = ((there,), parts) if op == "write" else (parts, (there,))
        piece = self.plain.gather(source) if clear else None
        self.plain.forget(dest)
        good = result.ret == 0 and not result.status
        if len(parts) == 1 and clear and op != "tofrom":
            assert good, result
        if piece is None or not good:
            if later and result.ret == 0:
                self.io.unsettled(dest)
            return
        if later:
            self.plain.pending.append(Pending(piece, dest, source, clean=True))
        else:
            self.plain.scatter(dest, piece)

    def clear(self, op: str, parts: tuple[Part, ...], there: Part) -> bool:
        """True when a command is in order, so that nothing can go wrong with it."""
        return (
            there.size <= LONGEST
            and there.at + there.size <= DISK
            and self.plain.allowed(parts, writing=op != "write") >= there.size
            and not self.io.failing()
        )

    @precondition(lambda self: self.io.lab.kernel.sg_requests)
    @rule(task=TASKS)
    def sgend(self, task: str) -> None:
        """Ask for the end of a command."""
        self.io.run(f"{prefix(self.who(task))}sgend")

    @precondition(lambda self: self.io.busy())
    @rule(name=st.sampled_from(tuple(REMOTE)), how=st.sampled_from(("all", "which=2", "")))
    def rpc(self, name: str, how: str) -> None:
        """Who keeps a file answers."""
        self.io.run(f"rpc {name} {how}")

    @rule(
        kind=st.sampled_from(("iovec", "ubuf", "kvec", "bvec")),
        memory=SEGMENTS,
        at=st.integers(0, 8),
        steps=WALK,
    )
    def walk(
        self,
        kind: str,
        memory: list[tuple[str, int, int]],
        at: int,
        steps: list[tuple[str, int, int]],
    ) -> None:
        """An iterator goes to and fro, and what it covers stays where it is."""
        if kind in ("kvec", "bvec"):
            memory = [("K", at * 512, 5000), ("K", 300, 0), ("K", 4096, 4096)]
        elif kind == "ubuf":
            memory = memory[:1]
        if kind in ("iovec", "ubuf"):
            memory = [self.fit("", one) for one in memory]
        parts = self.parts("", *memory)
        if parts is None:
            return
        self.number += 1
        regions = " ".join(region(*one) for one in memory)
        if self.io.run(f"iter i{self.number} {kind} source {regions}") is None:
            return
        walker = Walker(self, f"i{self.number}", parts)
        for what, size, pages in steps:
            walker.step(what, size, pages)


class Walker:
    """An iterator, and where it must stand."""

    def __init__(
        self, machine: PassingPrograms, name: str, parts: tuple[Part, ...]
    ) -> None:
        self.machine, self.name, self.parts = machine, name, parts
        self.total = self.end = sum(one.size for one in parts)
        self.at = 0

    def step(self, what: str, size: int, pages: int) -> None:
        """Do something with it, and look where it stands then."""
        moved: Any = getattr(self, what)(size, pages)
        if moved is not None:
            assert moved.count == self.end - self.at

    def advance(self, size: int, _: int) -> Any:
        """On, at most to the end."""
        self.at = min(self.at + size, self.end)
        return self.machine.io.run(f"advance {self.name} {size}")

    def revert(self, size: int, _: int) -> Any:
        """Back, at most to the start."""
        size = min(size, self.at)
        self.at -= size
        return self.machine.io.run(f"iterrevert {self.name} {size}")

    def truncate(self, size: int, _: int) -> Any:
        """Cut it."""
        self.end = min(self.end, self.at + size)
        return self.machine.io.run(f"itertruncate {self.name} {size}")

    def reexpand(self, _: int, __: int) -> Any:
        """As long again as it was."""
        self.end = self.total
        return self.machine.io.run(f"reexpand {self.name} {self.end - self.at}")

    def copy(self, size: int, _: int) -> None:
        """Read from it."""
        result = self.machine.io.run(f"copyfrom {self.name} {size}")
        assert result is not None and 0 <= result.ret <= min(size, self.end - self.at)
        if self.machine.plain.allowed(self.parts, writing=False) == self.total:
            assert self.machine.io.failing() or result.ret == min(size, self.end - self.at)
        self.covered(bytes.fromhex(result.value)[: result.ret])

    def extract(self, size: int, pages: int) -> Any:
        """Take pages, compare, and give them back."""
        result = self.machine.io.run(
            f"extract {self.name} maxsize={size} maxpages={pages} as w"
        )
        if result is None or result.ret <= 0:
            return result
        assert result.ret <= size and result.npages <= pages
        held = next(one for one in self.machine.io.lab.kernel.held if one.name == "w")
        data = b"".join(page.data for page in held.pages)
        assert len(data) == -(-(result.offset0 + result.ret) // PAGE_SIZE) * PAGE_SIZE
        self.covered(data[result.offset0 : result.offset0 + result.ret])
        self.machine.io.run("release w")
        return result

    def covered(self, data: bytes) -> None:
        """These bytes must be the next."""
        piece = self.machine.plain.gather(self.parts)
        end = self.at + len(data)
        known = piece.known[self.at : end]
        for mine, there, sure in zip(piece.data[self.at : end], data, known, strict=True):
            assert mine == there or not sure
        self.at = end
