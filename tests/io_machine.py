"""A learner who does I/O at random, with plain bytes that follow: what can be typed."""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from typing import Any

from pintutor.lab.disks import Dio
from pintutor.lab.errors import CommandError
from pintutor.lab.pipes import contents
from pintutor.linux.include.linux.fs import Inode
from pintutor.patches import livepatch
from tests import invariants
from tests.io_found import (
    DISK,
    FILE_PAGES,
    FILES,
    GROWING,
    PRIVATE,
    SHARED,
    START,
    file_of,
    read,
)
from tests.labs import Lab
from tests.plain_io import (
    PAGE,
    Array,
    Part,
    Pending,
    Piece,
    PlainMachine,
    Spliced,
    after,
    first,
    overlapping,
    unknown,
)

QUEUED = -529


class IoMachine:
    """A lab and the plain bytes that must be in it."""

    def __init__(self, kernel: str, *, scattered: bool) -> None:
        self.lab = Lab(kernel)
        self.past: deque[PlainMachine] = deque(maxlen=8)
        """The plain bytes before each of the last commands, for undo."""
        self.commands = 0
        """Commands that were carried out and not undone."""
        self.injected = False
        """True while a fault may still be waiting."""
        self.plain = PlainMachine()
        for name, pages in PRIVATE.items():
            self.plain.arrays[f"/{name}"] = Array.zeroes(pages * PAGE)
            self.plain.access[f"/{name}"] = ["r" if name == "o" else "rw"] * pages
        for name in GROWING:
            self.plain.arrays[name] = Array.zeroes(FILE_PAGES * PAGE)
        self.plain.arrays |= {"d": Array.zeroes(DISK), "K": Array.zeroes(4 * PAGE)}
        self.plain.pipes = {"P": [], "Q": []}
        for line in ("machine scattered" if scattered else "machine contiguous", *START):
            assert self.run(line) is not None

    def run(self, line: str, *, fault: str = "") -> Any:
        """Type a line; None when it is refused. The kernel must not stop."""
        if self.injected:
            self.injected = False
            self.run("inject off")
        if fault:
            self.run(f"inject {fault} 2")
            self.injected = True
        return self.typed(line)

    def typed(self, line: str) -> Any:
        """Type a line and note what was before it."""
        before, failing = deepcopy(self.plain), self.failing()
        try:
            outcome = self.lab.execute(line)
        except CommandError as error:
            assert error.message
            return None
        assert outcome.oops is None, f"{line}: {outcome.oops}"
        self.past.append(before)
        self.commands += 1
        if failing:
            self.plain.forget(tuple(Part(name, 0, 1 << 30) for name in FILES))
        return outcome.result

    def undo(self, count: int) -> None:
        """Undo commands, and so what they did to the bytes."""
        count = min(count, self.commands - len(START) - 1, len(self.past))
        if count > 0:
            self.lab.execute(f"undo {count}")
            self.commands -= count
            self.injected = True
        for _ in range(count):
            self.plain = self.past.pop()

    def part(self, task: str, name: str, at: int, size: int) -> Part | None:
        """A region of memory as a part of an array; None where there is none."""
        key = SHARED.get(name, name if name == "K" else f"{task}/{name}")
        fits = key in self.plain.arrays and at + size <= self.limit(task, name)
        return Part(key, at, size) if fits else None

    def limit(self, task: str, name: str) -> int:
        """How much of a range there is to work with [bytes]."""
        if name not in SHARED:
            return PRIVATE.get(name, 4) * PAGE
        return min(len(self.plain.arrays[SHARED[name]].data), FILE_PAGES * PAGE)

    def file(self, name: str) -> Inode:
        """A file of the kernel's."""
        return file_of(self.lab, name)

    def size(self, name: str) -> int:
        """How long a file or the disk is."""
        return self.file(name).i_size if name in GROWING else DISK

    def resting(self) -> bool:
        """True when nothing is under way, in a pipe, or held."""
        kernel = self.lab.kernel
        return not (self.busy() or any(self.plain.pipes.values()) or kernel.held)

    def busy(self) -> bool:
        """True while a disk or the worker has something to do."""
        kernel = self.lab.kernel
        waiting = (
            *(disk.queue.requests for disk in kernel.disks),
            *(remote.calls for remote in kernel.remote_files),
        )
        return bool(kernel.worklist or kernel.sg_requests) or any(waiting)

    def frees_what_is_read(self) -> bool:
        """True with version 8: a pipe frees pages that a disk still writes to."""
        applied = livepatch.applied(self.lab.machine)
        return any(each.folder == "extract_v8" for each in applied)

    def failing(self) -> bool:
        """True when a request is going to fail."""
        return any(disk.fail_nth for disk in self.lab.kernel.disks)

    def dio(
        self,
        line: str,
        op: str,
        to: tuple[str, int],
        parts: tuple[Part, ...],
        *,
        doubt: bool = False,
        fault: str = "",
    ) -> None:
        """Read or write directly; with `doubt` or a fault it may go wrong anywhere."""
        target, offset = to
        size = sum(one.size for one in parts)
        there = Part(target, offset, size)
        room = max(0, self.size(target) - offset)
        want = size if op == "write" and target in GROWING else min(size, room)
        reach = self.plain.allowed(parts, writing=op == "read")
        clear = (
            reach >= size
            and not doubt
            and not fault
            and not self.failing()
            and not overlapping((*parts, there))
        )
        result = self.run(line, fault=fault)
        if result is None:
            return
        assert isinstance(result, Dio)
        self.plain.touch(*parts, there)
        piece = self.plain.gather(parts if op == "write" else (Part(target, offset, want),))
        piece = piece.cut(want)
        dest = (Part(target, offset, want),) if op == "write" else first(parts, want)
        if op == "read" and 0 < want < size and target in FILES:
            self.unsettled(after(parts, want))
        if result.ret == QUEUED:
            assert target not in FILES or offset + want <= self.size(target)
            self.plain.forget(dest)
            sources = (there,) if op == "read" else parts
            self.plain.pending.append(Pending(piece, dest, sources, clear))
            return
        if clear and (want or op == "read"):
            assert result.ret == want, line
        self.ended(op, target, dest, piece, result.ret, known=clear)

    def unsettled(self, parts: tuple[Part, ...]) -> None:
        """Something may yet be written there: blocks behind the end of a file, as well."""
        self.plain.forget(parts)
        self.plain.pending.append(Pending(Piece(b"", b""), parts, (), clean=False))

    def ended(
        self,
        op: str,
        target: str,
        dest: tuple[Part, ...],
        piece: Piece,
        ret: int,
        *,
        known: bool,
    ) -> None:
        """A call that was waited for has ended, maybe with less than was asked for."""
        if op == "write" and target in GROWING:
            grown = max(len(self.plain.arrays[target].data), dest[0].at + max(ret, 0))
            self.plain.arrays[target].resize(grown if known else self.size(target))
        if not known:
            self.plain.forget(dest)
        if ret > 0 and (known or not overlapping(dest)):
            self.plain.scatter(dest, piece.cut(ret) if known else unknown(piece.cut(ret)))

    def fill(self, pipe: str, ret: int, parts: tuple[Part, ...], *, copied: bool) -> None:
        """Bytes went into a pipe."""
        if ret <= 0:
            return
        piece = self.plain.gather(parts).cut(ret)
        assert len(piece.data) == ret
        self.plain.pipes[pipe].append(Spliced(piece, () if copied else parts))

    def check(self) -> None:
        """The books balance, and all bytes are where they belong."""
        invariants.the_books_balance(self.lab)
        invariants.a_frame_is_free_exactly_when_nobody_refers_to_it(self.lab)
        rest = not self.busy()
        self.plain.settle(ended=rest)
        with self.lab.machine:
            for name, array in self.plain.arrays.items():
                found = read(self.lab, self.plain, name)
                self.compare(name, array, found, learn=rest and not self.failing())
        for name in self.plain.pipes:
            self.compare_pipe(name)
        if self.resting():
            assert self.lab.kernel.bios == ()
            zero = self.lab.kernel.empty_zero_page
            assert zero is not None and zero._refcount == 1

    def compare(self, name: str, array: Array, found: bytes, *, learn: bool) -> None:
        """One array against what the machine has."""
        if not array.same(found):
            wrong = [
                at
                for at in range(min(len(found), len(array.data)))
                if array.known[at] and array.data[at] != found[at]
            ]
            raise AssertionError(
                f"{name}: {len(found)} bytes, not {len(array.data)}; wrong {wrong[:3]} "
                f"{len(wrong)}"
            )
        if learn:
            self.plain.arrays[name] = Array(bytearray(found), bytearray(b"\1" * len(found)))

    def compare_pipe(self, name: str) -> None:
        """What is in a pipe against what went in."""
        piece = self.plain.piped(name)
        pipe = next(each for each in self.lab.kernel.pipes if each.name == name)
        assert Array(bytearray(piece.data), bytearray(piece.known)).same(contents(pipe))
