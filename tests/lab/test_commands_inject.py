"""Every error path gives back what it took: fail the n-th call, for every n."""

from __future__ import annotations

import pytest

from pintutor.lab.commands.inject import POINTS
from pintutor.lab.errors import CommandError
from pintutor.sim.function import FUNCTIONS
from tests.dumps import dump
from tests.labs import Lab, refused, run, started
from tests.unrecorded import unrecorded  # noqa: F401  (is a fixture)

COUNTS = (*range(1, 17), *(1 << exponent for exponent in range(5, 12)))
"""Which call is to fail: each of the first, and some of many."""

KERNELS = ("v6.12",)
"""The releases between which the paths that can fail are not the same."""

PROGRAMS: tuple[tuple[str, ...], ...] = (
    ("mmap buf 3", "read buf"),
    ("mmap buf 3", "write buf 0x41"),
    ("mmap buf 3", "read buf", "write buf 0x41"),
    ("mmap buf 3", "get buf as g"),
    ("mmap buf 3", "pin buf write as p"),
    ("mmap buf 3", "read buf", "pin buf longterm as p"),
    ("mmap buf 3", "write buf 0x41", "pin buf write as p"),
    ("mmap buf 3", "write buf 0x41", "pin buf write slow as p"),
    ("mmap buf 3", "write buf 0x41", "get buf slow as g"),
    ("mmap buf 3", "write buf 0x41", "fork child"),
    ("mmap buf 3", "pin buf write as p", "fork child"),
    ("mmap buf 3", "write buf 0x41", "fork child", "write buf 0x42"),
    ("mmap buf 3", "write buf 0x41", "fork child", "child: pin buf as p"),
    ("mmap buf 3", "write buf 0x41", "fork child", "pin buf longterm write as p"),
    ("mmap T 512 thp", "write T[0] 0x41"),
    ("mmap T 512 thp", "read T[0]"),
    ("mmap T 512 thp", "read T[0]", "write T[1] 0x41"),
    ("mmap T 512 thp", "pin T[0..3] write as p"),
    ("mmap T 512 thp", "write T[0] 0x41", "pin T[0..3] slow as p"),
    ("mmap T 512 thp", "write T[0] 0x41", "fork child"),
    ("mmap T 512 thp", "write T[0] 0x41", "fork child", "write T[1] 0x42"),
    ("mmap T 512 thp", "pin T[0] write as p", "fork child"),
    ("mmap T 512 thp", "write T[0] 0x41", "madvise T[0] dontneed"),
    ("mmap s 2 shared", "write s 0x41"),
    ("mmap s 2 shared", "write s 0x41", "fork child", "child: pin s write as p"),
    ("file F 3", "mmap f 3 of F", "read f"),
    ("file F 3", "mmap f 3 of F", "write f 0x41"),
    ("file F 3", "mmap f 3 of F shared", "write f 0x41"),
    ("file F 3", "mmap f 3 of F", "pin f write longterm as p"),
    ("file S 3 tmpfs", "mmap f 3 of S shared", "pin f write as p"),
    ("mmap buf 3", "vfio-map guest buf write"),
    ("mmap buf 3", "read buf", "vfio-map guest buf write"),
    ("mmap buf 3", "write buf 0x41", "vfio-map guest buf", "vfio-unmap guest"),
)
"""Lines; a call of the last one is to fail."""


def failing(lab: Lab, line: str, point: str, count: int) -> bool:
    """Let a call of a line fail, and take it back; whether it made so many.

    Whatever happens, nothing may be lost. A line that is refused was taken back already.
    """
    here = lab.timeline.cursor
    run(lab, f"inject {point} {count}")
    try:
        assert lab.execute(line).oops is None, f"{line}, {point} {count}"
    except CommandError as error:
        assert error.message
        run(lab, f"goto {here}")
        return True
    fired = lab.machine.faults.injected[0].left == 0
    audit = run(lab, "audit")
    assert not audit.imbalances, f"{line}, {point} {count}: {audit.imbalances}"
    run(lab, f"goto {here}")
    return fired


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("point", tuple(POINTS))
def test_no_failure_loses_a_page(point: str, kernel: str) -> None:
    failures = 0
    for *before, line in PROGRAMS:
        lab = started(*before, kernel=kernel)
        there = dump(lab)
        for count in COUNTS:
            if not failing(lab, line, point, count):
                break
            failures += 1
        else:
            raise AssertionError(f"{before}: `{line}` makes too many calls")
        assert dump(lab) == there
    assert failures >= 10


def test_every_point_names_functions_that_there_are() -> None:
    for point in POINTS.values():
        assert point.functions and set(point.functions) <= set(FUNCTIONS)


def test_a_fault_comes_once_and_is_shown_until_it_is_taken_back() -> None:
    lab = started("mmap buf 3", "inject alloc 2")
    assert run(lab, "inject").rows[0][2] == "number 2 from now"
    assert run(lab, "write buf 0x41").signal == "SIGKILL"
    assert run(lab, "inject").rows[0][2] == "has failed"
    assert run(lab, "write buf 0x41").signal is None
    assert run(lab, "inject off").rows == ()


def test_a_point_is_injected_once_and_others_stay() -> None:
    lab = started("inject alloc 2", "inject grab", "inject alloc 5")
    assert [row[::2] for row in run(lab, "inject").rows] == [
        ("grab", "the next one"),
        ("alloc", "number 5 from now"),
    ]


def test_a_grab_that_fails_is_what_a_full_count_is() -> None:
    lab = started("mmap buf 2", "write buf 0x41", "inject grab 2", kernel="v6.5")
    result = run(lab, "pin buf write slow as p")
    assert (result.ret, result.asked) == (1, 2)


def test_undo_takes_an_injected_fault_back() -> None:
    lab = started("mmap buf 1", "inject alloc", "undo")
    assert run(lab, "write buf 0x41").signal is None


def test_a_point_that_there_is_not_is_refused_at_the_word() -> None:
    error = refused(Lab(), "inject aloc 2")
    assert error.at == (7, 11)
    assert "did you mean `alloc`" in error.message
