"""Whatever is read and written directly, no page is lost and no byte goes astray.

A program of reads, writes, errors and interrupts in any order runs in the model and over
plain arrays of bytes. What is under way at a time never overlaps, so that the order in
which the disk is done with it makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pintutor.lab.books import audit
from pintutor.lab.lab import Lab
from tests.labs import run, started
from tests.profiles import ends

KERNELS = (
    "v5.17",
    "v5.17+hubbard",
    "v6.1",
    "v6.2+extract-v8",
    "v6.4+block-pin-v21",
    "v6.5",
    "v6.12",
)
PAGES, BLOCK, DISK = 12, 512, 1 << 16
MEMORY = PAGES * 4096
"""Bytes that are mapped; what follows them is not."""


@dataclass(frozen=True)
class Io:
    """One read or write: first and number of blocks in memory, and block on the disk."""

    write: bool
    at: int
    blocks: int
    on_disk: int
    asynchronous: bool
    fails: bool
    in_two: bool
    """Its memory is named in two segments."""


IOS = st.builds(
    Io,
    st.booleans(),
    st.integers(0, MEMORY // BLOCK - 1),
    st.integers(1, 40),
    st.integers(0, DISK // BLOCK - 48),
    st.booleans(),
    st.sampled_from((False, False, False, True)),
    st.booleans(),
)
PROGRAMS = st.lists(st.one_of(IOS, st.integers(1, 6)), min_size=1, max_size=12)
"""Reads and writes, and interrupts for the n-th request that waits."""


@dataclass
class Plain:
    """What memory and disk have to hold."""

    memory: bytearray
    disk: bytearray
    busy: list[tuple[str, range]] = field(default_factory=list)
    """What is under way: stretches of memory and of the disk."""

    def clashes(self, one: Io, length: int) -> bool:
        """Whether something under way overlaps what is to be done."""
        mine = self.stretches(one, length)
        return any(
            kind == other and max(a.start, b.start) < min(a.stop, b.stop)
            for kind, a in mine
            for other, b in self.busy
        )

    def stretches(self, one: Io, length: int) -> list[tuple[str, range]]:
        """The memory and the part of the disk that it is about."""
        at, on_disk = one.at * BLOCK, one.on_disk * BLOCK
        return [
            ("memory", range(at, at + length)),
            ("disk", range(on_disk, on_disk + length)),
        ]

    def transfer(self, one: Io, length: int) -> None:
        """Move the bytes."""
        at, on_disk = one.at * BLOCK, one.on_disk * BLOCK
        if one.write:
            self.disk[on_disk : on_disk + length] = self.memory[at : at + length]
        else:
            self.memory[at : at + length] = self.disk[on_disk : on_disk + length]


def line(one: Io) -> str:
    """The line that does it; what lies behind the memory can be named too."""
    op = "write" if one.write else "read"
    at, length = one.at * BLOCK, one.blocks * BLOCK
    memory = f"buf+{at}:{length}"
    if one.in_two and one.blocks > 1:
        first = length // BLOCK // 2 * BLOCK
        memory = f"buf+{at}:{first} buf+{at + first}:{length - first}"
    words = " async" if one.asynchronous else ""
    return f"dio {op} d {one.on_disk * BLOCK} {memory}{words}"


def there(one: Io) -> int:
    """How much of it is mapped, from its start on [bytes]."""
    return min(one.blocks * BLOCK, MEMORY - one.at * BLOCK)


def memory_of(lab: Lab) -> bytes:
    """What the task has in its memory."""
    start = lab.names.ranges()["buf"].vm_start
    with lab.machine:
        pages = [lab.names.at(start + index * 4096) for index in range(PAGES)]
    return b"".join(page.data for page in pages if page is not None)


def settle(lab: Lab, plain: Plain) -> None:
    """Let the disk and the worker be done with everything."""
    if lab.kernel.disks[0].queue.requests:
        run(lab, "irq d all")
    run(lab, "work")
    plain.busy.clear()


def step(lab: Lab, plain: Plain, one: Io) -> None:
    """Do one read or write, here and there."""
    length = there(one)
    if plain.clashes(one, length) or one.fails:
        settle(lab, plain)
    if one.fails:
        run(lab, "diskfail d")
    result = run(lab, line(one))
    if one.fails:
        settle(lab, plain)
        plain.memory[:] = memory_of(lab)
        plain.disk[:] = b"".join(lab.kernel.disks[0].data.items)
        return
    if one.asynchronous:
        assert result.error == "-EIOCBQUEUED"
        plain.busy += plain.stretches(one, length)
    else:
        assert result.ret == length
        plain.busy.clear()
    plain.transfer(one, length)


def start(kernel: str, *, scattered: bool) -> tuple[Lab, Plain]:
    """A lab with memory and a disk that hold bytes of their own."""
    lab = started(
        "machine scattered" if scattered else "machine contiguous",
        f"mmap buf {PAGES}",
        f"mmap guard 1 none at=0x{0x7F0000000000 + MEMORY:x}",
        f"disk d {DISK} max-sectors=16 max-segments=3",
        *(f'write buf[{index}] "{chr(97 + index)}"' for index in range(PAGES)),
        kernel=kernel,
    )
    return lab, Plain(bytearray(memory_of(lab)), bytearray(DISK))


@pytest.mark.parametrize("kernel", ends(KERNELS))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(program=PROGRAMS, scattered=st.booleans())
def test_no_page_is_lost_and_no_byte_goes_astray(
    kernel: str, program: list[Io | int], scattered: bool
) -> None:
    lab, plain = start(kernel, scattered=scattered)
    for one in program:
        waiting = len(lab.kernel.disks[0].queue.requests)
        if isinstance(one, Io):
            step(lab, plain, one)
        elif one <= waiting:
            run(lab, f"irq d which={one}")
        with lab.machine:
            assert audit(lab).imbalances == ()
    settle(lab, plain)
    assert bytes(plain.memory) == memory_of(lab)
    assert bytes(plain.disk) == b"".join(lab.kernel.disks[0].data.items)
    assert lab.kernel.bios == ()
    with lab.machine:
        assert audit(lab).imbalances == ()
