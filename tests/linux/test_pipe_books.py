"""Whatever is put into pipes and taken out: the books are right, and so are the bytes."""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pintutor.lab.lab import Lab
from pintutor.lab.pipes import contents, pipes
from tests.labs import run, started, value
from tests.profiles import ends

PAGE = 4096
PAGES = 3
KERNELS = ("v5.17", "v6.1", "v6.4", "v6.5", "v6.12")
SETUP = (
    f"mmap buf {PAGES}",
    *(f'write buf[{n}] "page {n} of memory"' for n in range(PAGES)),
    "mmap out 16",
    f"file T {PAGES} tmpfs",
    "mmap t 1 of T shared from 1",
    'write t "page 1 of T"',
    f"file F {PAGES}",
    f"mmap f {PAGES} of F shared",
    *(f'write f[{n}] "page {n} of F"' for n in range(PAGES)),
    "fsync F",
    "pipe p 4",
    "pipe q 8",
)

offsets = st.integers(0, PAGES * PAGE - 1)
sizes = st.integers(1, PAGES * PAGE)
names = st.sampled_from(["p", "q"])
steps = st.one_of(
    st.tuples(st.sampled_from(["vmsplice", "pipe-write"]), names, offsets, sizes),
    st.tuples(st.sampled_from(["splice T", "splice F"]), names, offsets, sizes),
    st.tuples(st.just("drain"), names, st.just(0), sizes),
    st.tuples(st.just("tee"), names, st.just(0), sizes),
)


@dataclass
class Reader:
    """What readers of the pipes must get, kept beside the machine."""

    lab: Lab
    queues: dict[str, bytes] = field(default_factory=lambda: {"p": b"", "q": b""})

    def source(self, name: str) -> bytes:
        """All bytes of the memory, or of a file."""
        if name == "buf":
            pages = [value(self.lab, f"buf[{n}].bytes") for n in range(PAGES)]
        elif name == "T":
            pages = [bytes(PAGE), value(self.lab, "T[1].bytes"), bytes(PAGE)]
        else:
            pages = [value(self.lab, f"F.disk[{n}].bytes") for n in range(PAGES)]
        return b"".join(pages)

    def step(self, verb: str, pipe: str, offset: int, size: int) -> None:
        """Carry out one step, and follow what it must have done."""
        if verb == "drain":
            result = run(self.lab, f"drain {pipe} {size} to out")
            self.took(pipe, max(result.ret, 0))
        elif verb == "tee":
            other = "q" if pipe == "p" else "p"
            result = run(self.lab, f"tee {pipe} {other} {size}")
            self.queues[other] += self.queues[pipe][: max(result.ret, 0)]
        else:
            self.put(verb, pipe, offset, size)

    def put(self, verb: str, pipe: str, offset: int, size: int) -> None:
        """Put a part of memory or of a file into the pipe."""
        name = verb.removeprefix("splice ")
        size = min(size, PAGES * PAGE - offset)
        if name == verb:
            name = "buf"
            result = run(self.lab, f"{verb} {pipe} buf+{offset}:{size}")
        else:
            result = run(self.lab, f"{verb} {offset} {size} {pipe}")
        self.queues[pipe] += self.source(name)[offset : offset + max(result.ret, 0)]

    def took(self, pipe: str, count: int) -> None:
        """Compare what was read with the head of the queue."""
        read = b"".join(
            value(self.lab, f"out[{n}].bytes") for n in range(-(-count // PAGE))
        )
        assert read[:count] == self.queues[pipe][:count]
        self.queues[pipe] = self.queues[pipe][count:]

    def check(self) -> None:
        """What is in the pipes is what their readers must get; the books are right."""
        found = {name: contents(pipe) for name, pipe in pipes(self.lab.kernel).items()}
        assert found == self.queues
        assert value(self.lab, "audit.clean")


@pytest.mark.parametrize("kernel", ends(KERNELS))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(program=st.lists(steps, max_size=12))
def test_no_page_is_lost_and_no_byte_is_wrong(
    kernel: str, program: list[tuple[str, str, int, int]]
) -> None:
    reader = Reader(started(*SETUP, "read out", "write out 0", kernel=kernel))
    for step in program:
        reader.step(*step)
        reader.check()
    run(reader.lab, "close p", "close q")
    counts = [value(reader.lab, f"buf[{n}]._refcount") for n in range(PAGES)]
    assert counts == [1] * PAGES
    assert value(reader.lab, "zero._refcount == 1 and T[1]._refcount == 2 and audit.clean")


@pytest.mark.parametrize("count", range(1, 6))
@pytest.mark.parametrize(
    "line",
    [
        "alloc: pipe-write p buf",
        "alloc: splice T 0 12288 p",
        "alloc: splice F 0 12288 p",
        "alloc: splice F 0 12288 p direct",
        "grab: vmsplice p buf",
    ],
)
@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_nothing_leaks_when_one_allocation_or_grab_fails(
    kernel: str, line: str, count: int
) -> None:
    point, _, command = line.partition(": ")
    lab = started(*SETUP, "munmap f", "dropcache F", kernel=kernel)
    run(lab, f"inject {point} {count}", command)
    assert value(lab, "audit.clean")
    run(lab, "inject off", "close p")
    assert value(lab, "audit.clean and buf[0]._refcount == 1 and zero._refcount == 1")
