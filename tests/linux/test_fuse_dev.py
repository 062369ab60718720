"""/dev/fuse: how a program that serves a file moves bytes through its memory."""

from __future__ import annotations

import pytest

from pintutor.lab.cleanup import KERNELS
from pintutor.lab.events import records
from tests.labs import Lab, refused, run, started, value

MADE = ("mmap A 3", "write A 0x11", "mmap B 3", "write B 0x22", "file F 4 fuse")


def counts(lab: Lab, page: str) -> list[int]:
    """What the functions that were handed a page left of its count, without repeats."""
    with lab.machine:
        found = records(lab, lab.timeline.entries[-1])
    seen = [one["pages"][page]["rc"] for one in found if page in one["pages"]]
    return [rc for rc, before in zip(seen, [0, *seen], strict=False) if rc != before]


@pytest.mark.parametrize("kernel", KERNELS)
def test_what_is_written_comes_through_the_memory_of_the_program(kernel: str) -> None:
    lab = started(*MADE, "fork s", kernel=kernel)
    run(lab, "dio write F 0 A+0:8192 async")
    assert run(lab, "s: rpc F through=B").calls[0].ret == 8192
    assert value(lab, "audit.clean")
    for page, byte in enumerate(("11", "11", "22")):
        assert run(lab, f"s: read B[{page}]:1").value == byte
    assert value(lab, "B[0].byte") == 0x22


@pytest.mark.parametrize("kernel", KERNELS)
def test_what_is_read_comes_through_the_memory_of_the_program(kernel: str) -> None:
    lab = started(*MADE, "dio write F 100 A+0:5000", "mmap C 3", kernel=kernel)
    run(lab, "write C 0", "dio read F 0 C+1:6000 async")
    assert run(lab, "rpc F through=B+50:8000").calls[0].ret == 6000
    assert value(lab, "C[0].bytes[101]") == 0x11
    assert value(lab, "C[0].bytes[100]") == value(lab, "C[0].bytes[102]") == 0
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("op", ["read", "write"])
def test_kernel_memory_that_is_used_by_its_address_is_copied_too(
    op: str, kernel: str
) -> None:
    if kernel == "v5.17+hubbard":
        return
    way = "dest" if op == "read" else "source"
    lab = started(*MADE, "kmem K 2 compound", f"iter i kvec {way} K", kernel=kernel)
    run(lab, f"dio {op} F 0 i async", "rpc F through=B")
    assert value(lab, "F.waiting") == 0
    assert value(lab, "audit.clean")


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("kernel", "held"),
    [("v5.17", 2), ("v5.17+hubbard", 1025), ("v6.1", 2), ("v6.5", 2), ("v6.12", 2)],
)
def test_a_page_of_the_program_is_held_while_it_is_copied(kernel: str, held: int) -> None:
    lab = started(*MADE, "dio write F 0 A[0] async", kernel=kernel)
    run(lab, "rpc F through=B")
    assert held in counts(lab, "B[0]")
    assert value(lab, "B[0]._refcount") == 1


def test_memory_that_the_program_cannot_write_is_refused_and_the_call_waits_on() -> None:
    lab = started(*MADE, "dio write F 0 A[0] async", "mprotect B r")
    assert "-EFAULT" in refused(lab, "rpc F through=B").message
    assert value(lab, "F.waiting") == 1
    assert value(lab, "audit.clean")


def test_memory_that_is_too_short_is_refused() -> None:
    lab = started(*MADE, "dio write F 0 A async")
    assert "12288 bytes" in refused(lab, "rpc F through=B[0]").message


def test_a_file_of_nfs_has_no_program() -> None:
    lab = started("mmap A 1", "file N 4 nfs", "dio write N 0 A async")
    assert "no program keeps `N`" in refused(lab, "rpc N through=A").message
