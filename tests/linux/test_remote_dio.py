"""Direct I/O of files on NFS and FUSE: how pages are held until the answer comes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pintutor.lab.books import audit
from pintutor.lab.cleanup import KERNELS
from pintutor.lab.lab import Lab
from tests.labs import run, started, value


def begun(fs: str, kernel: str, *lines: str) -> Lab:
    return started("mmap A 4", "write A 0x11", f"file F 4 {fs}", *lines, kernel=kernel)


def balanced(lab: Lab) -> bool:
    with lab.machine:
        return not audit(lab).imbalances


def counts_of(lab: Lab, line: str, page: str) -> list[int]:
    """The counts of a page that calls of the last command left, without repeats."""
    run(lab, line)
    seen: list[int] = []
    for record in lab.execute("events").result.records:  # type: ignore[attr-defined]
        count = record["pages"].get(page, {}).get("rc")
        if count is not None and [count] != seen[-1:]:
            seen.append(count)
    return seen


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("kernel", "counts"),
    [
        ("v5.17", [2, 3, 2]),
        ("v5.17+hubbard", [1025, 1026, 2]),
        ("v6.12", [2, 3, 2]),
    ],
)
def test_nfs_gives_back_what_it_was_handed_before_the_transfer(
    kernel: str, counts: list[int]
) -> None:
    lab = begun("nfs", kernel)
    assert counts_of(lab, "dio read F 0 A[0] async", "A[0]")[-3:] == counts
    run(lab, "rpc F")
    assert value(lab, "A[0]._refcount") == 1


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("fs", ["nfs", "fuse"])
def test_books_are_balanced_while_calls_are_under_way_and_after(
    fs: str, kernel: str
) -> None:
    lab = begun(fs, kernel, "dio write F 0 A async", "dio read F 0 A[0]+100:4000 async")
    assert balanced(lab)
    assert run(lab, "rpc F all").calls
    assert balanced(lab)
    assert value(lab, "F.waiting") == 0


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("fs", ["nfs", "fuse"])
def test_bytes_go_to_who_keeps_the_file_and_come_back(fs: str, kernel: str) -> None:
    lab = begun(fs, kernel, "write A+4095:1 0x11", "write A[1] 0x22")
    run(lab, "dio write F 100 A[0]+4000:200")
    assert value(lab, "F.bytes[195]") == 0x11
    assert value(lab, "F.bytes[196]") == 0x22
    run(lab, "dio read F 196 A[2]+5:10")
    assert value(lab, "A[2].bytes[5]") == 0x22
    assert value(lab, "A[2].dirty")


@pytest.mark.parametrize("fs", ["nfs", "fuse"])
def test_a_read_ends_where_the_file_does_and_a_write_makes_it_longer(fs: str) -> None:
    lab = begun(fs, "v6.12")
    assert run(lab, "dio read F 16000 A").ret == 384
    assert run(lab, "dio read F 16384 A").ret == 0
    assert run(lab, "dio write F 16384 A[0] async").ret in (4096, -529)
    lab.execute("rpc F all") if value(lab, "F.waiting") else None
    assert value(lab, "F.size") == 20480


@pytest.mark.parametrize(
    ("fs", "kernel", "kept"),
    [
        ("nfs", "v5.17", False),
        ("nfs", "v5.17+hubbard", False),
        ("nfs", "v6.12", False),
        ("fuse", "v5.17", False),
        ("fuse", "v5.17+hubbard", True),
        ("fuse", "v6.5", False),
        ("fuse", "v6.12", True),
    ],
)
def test_a_fork_parts_the_task_from_the_data_unless_the_page_is_pinned(
    fs: str, kernel: str, kept: bool
) -> None:
    lab = begun(fs, kernel, 'write A[0] "N"', "dio write F 0 A[0]", "write A[0] 0x11")
    run(lab, "dio read F 0 A[0] async", "fork c", "write A+4000:1 0x33", "rpc F")
    assert value(lab, "A[0].byte") == (ord("N") if kept else 0x11)
    assert value(lab, "c.A[0].byte") == (0x11 if kept else ord("N"))
    assert balanced(lab)


@pytest.mark.parametrize(
    ("kernel", "error"), [("v5.17", ""), ("v5.17+hubbard", "-EOPNOTSUPP"), ("v6.12", "")]
)
def test_fuse_takes_memory_of_the_kernel_by_its_address(kernel: str, error: str) -> None:
    lab = begun("fuse", kernel, "dio write F 0 A[0]", "kmem K 1", "iter i kvec dest K[0]")
    assert run(lab, "dio read F 0 i").error == error
    assert value(lab, "K[0].byte") == (0 if error else 0x11)


def test_a_fuse_request_has_at_most_32_pages() -> None:
    lab = started("mmap A 40", "write A 1", "file F 40 fuse", "dio read F 0 A async")
    assert value(lab, "F.waiting") == 2
    assert run(lab, "rpc F 2").calls[0].ret == 40 * 4096


@pytest.mark.parametrize("fs", ["nfs", "fuse"])
def test_reading_by_way_of_the_cache_is_not_there(fs: str) -> None:
    lab = begun(fs, "v6.12", "mmap B 1")
    assert run(lab, "dio read F 0 B+4096:512").error in ("-EFAULT", "-EINVAL")
    assert balanced(lab)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("read", "write")),
        st.integers(0, 20000),
        st.integers(0, 16383),
        st.integers(1, 9000),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(KERNELS), st.sampled_from(("nfs", "fuse")), STEPS, st.integers(0, 3))
def test_whatever_is_read_and_written_no_page_is_lost(
    kernel: str, fs: str, steps: list[tuple[str, int, int, int, bool]], forks: int
) -> None:
    lab = begun(fs, kernel)
    for number, (op, pos, at, size, async_) in enumerate(steps):
        length = min(size, 16384 - at)
        lab.execute(f"dio {op} F {pos} A+{at}:{length}" + (" async" if async_ else ""))
        if number < forks:
            lab.execute(f"fork c{number}")
        assert balanced(lab)
    while value(lab, "F.waiting"):
        lab.execute("rpc F")
        assert balanced(lab)
    for number in range(min(forks, len(steps))):
        lab.execute(f"exit c{number}")
    assert balanced(lab)
    assert value(lab, "F.direct") == 0
