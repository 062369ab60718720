"""Commands from user space to a disk: which pages they hold, and who gives them back."""

from __future__ import annotations

import pytest

from pintutor.lab.books import audit
from pintutor.lab.cleanup import KERNELS
from pintutor.lab.lab import Lab
from tests.labs import run, started, value

SETUP = ("mmap A 4", "write A 0x11", "disk d 64K dma=4")
PINNING = KERNELS[-4:]
"""Kernels whose commands pin, and say so by a flag."""


def begun(*lines: str, kernel: str = "v6.12") -> Lab:
    return started(*SETUP, *lines, kernel=kernel)


def balanced(lab: Lab) -> bool:
    with lab.machine:
        return not audit(lab).imbalances


@pytest.mark.parametrize("offset", range(12))
def test_memory_is_copied_when_the_disk_cannot_reach_it_as_it_lies(offset: int) -> None:
    lab = begun(f"sgio read d 0 A+{offset}:512 direct async")
    held = value(lab, "A[0]._refcount") - 1
    assert held == (0 if offset % 4 else 1024)


@pytest.mark.parametrize(
    ("kernel", "left"),
    [
        ("v5.17", 1),
        ("v5.17+hubbard", 1024),
        ("v6.1", 1),
        ("v6.2+extract-v8", 1024),
        ("v6.4+block-pin-v21", 1024),
        ("v6.5", 1024),
        ("v6.12", 0),
    ],
)
def test_two_segments_of_a_page_that_become_one_leak_until_v6_6(
    kernel: str, left: int
) -> None:
    lab = begun("sgio read d 0 A[0]+0:512 A[0]+512:512", kernel=kernel)
    assert value(lab, "A[0]._refcount") == 1 + left


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("way", ["sg", "direct"])
@pytest.mark.parametrize("op", ["read", "write"])
def test_books_are_balanced_while_a_command_is_under_way_and_after(
    kernel: str, way: str, op: str
) -> None:
    lab = begun(f"sgio {op} d 0 A+512:8192 {way} async", kernel=kernel)
    assert balanced(lab)
    run(lab, "irq d")
    assert balanced(lab)
    run(lab, "sgend")
    assert balanced(lab)
    assert lab.kernel.bios == ()


@pytest.mark.parametrize("kernel", KERNELS)
def test_what_does_not_fit_into_the_request_is_refused_and_all_is_given_back(
    kernel: str,
) -> None:
    lab = started(*SETUP[:2], "disk d 64K max-sectors=8", kernel=kernel)
    result = run(lab, "sgio read d 0 A[0..1] direct")
    assert result.error == "-EINVAL"
    assert balanced(lab)
    assert value(lab, "A[0]._refcount") == value(lab, "A[1]._refcount") == 1


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_read_arrives_and_marks_pages_dirty(kernel: str) -> None:
    lab = begun("write A[3] 0x33", "sgio write d 512 A[3]+0:512", kernel=kernel)
    run(lab, "sgio read d 512 A[0]+512:512", "sgio read d 512 A[1]+1:512")
    assert value(lab, "A[0].bytes[512]") == value(lab, "A[1].bytes[1]") == 0x33
    assert value(lab, "A[0].dirty")


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_copy_is_not_copied_back_when_its_task_is_gone(kernel: str) -> None:
    lab = begun("fork c", "c: sgio read d 0 A[0] sg async", kernel=kernel)
    run(lab, "exit c", "irq d", "work")
    assert value(lab, "A[0].byte") == 0x11
    assert balanced(lab)
    assert lab.kernel.sg_requests == ()


def test_a_copy_that_is_done_when_its_task_ends_goes_to_nobody() -> None:
    lab = begun("fork c", "c: sgio read d 0 A[0] sg async", "irq d", "exit c", "work")
    assert value(lab, "A[0].byte") == 0x11
    assert balanced(lab)


def test_without_the_check_another_task_gets_the_data() -> None:
    lab = begun("fork c", "c: sgio read d 0 A[0] sg async", kernel="v6.5+orphan-copies")
    run(lab, "exit c", "irq d", "work")
    assert value(lab, "A[0].byte") == 0


@pytest.mark.parametrize("kernel", PINNING)
def test_a_mapped_page_outlives_its_task_until_the_worker_lets_it_go(kernel: str) -> None:
    lab = begun("fork c", "c: write A[0] 0x22", kernel=kernel)
    run(lab, "c: sgio read d 0 A[0] direct async", "exit c")
    assert balanced(lab)
    run(lab, "irq d", "work")
    assert balanced(lab)
    assert lab.kernel.bios == ()


@pytest.mark.parametrize(
    ("kernel", "parent"), [("v6.1", 0x22), *((kernel, 0) for kernel in PINNING)]
)
def test_only_a_pin_keeps_the_page_with_the_task_over_a_fork(
    kernel: str, parent: int
) -> None:
    lab = begun("sgio read d 0 A[0] direct async", "fork c", kernel=kernel)
    run(lab, "write A[0] 0x22", "irq d", "sgend")
    assert value(lab, "A[0].byte") == parent


def test_what_the_disk_leaves_untouched_stays_as_it_was() -> None:
    lab = begun("write A+3000:1 0x11", "sgio tofrom d 63488 A[0] sg", kernel="v6.1")
    assert value(lab, "A[0].byte") == 0
    assert value(lab, "A[0].bytes[3000]") == 0x11
    assert balanced(lab)


@pytest.mark.parametrize(
    ("kernel", "error"),
    [
        ("v5.17", ""),
        ("v6.1", ""),
        ("v6.2", "-EFAULT"),
        ("v6.5", "-EFAULT"),
        ("v6.5+copy-in-iter", "-ENOMEM"),
        ("v6.12", "-ENOMEM"),
    ],
)
def test_copying_in_before_a_read_works_until_iterators_mind_their_direction(
    kernel: str, error: str
) -> None:
    lab = begun(kernel=kernel)
    result = run(lab, "sgio tofrom d 0 A[0] sg")
    assert result.error == error
    assert value(lab, "A[0].byte") == (0x11 if error else 0)
    assert balanced(lab)


def test_a_request_that_may_not_grow_is_refused_before_memory_runs_out() -> None:
    lab = started(*SETUP[:2], "disk d 64K dma=4 max-sectors=16")
    run(lab, "kernel v6.12")
    assert run(lab, "sgio tofrom d 0 A[0] sg").error == "-EINVAL"
    assert balanced(lab)


def test_an_iterator_that_goes_the_wrong_way_is_warned_of_once() -> None:
    lab = begun(kernel="v6.2")
    run(lab, "sgio tofrom d 0 A[0] sg", "sgio tofrom d 0 A[0] sg")
    assert value(lab, "dmesg.warnings") == 1


def test_a_read_leaves_zeroes_of_the_copy_where_the_disk_ended() -> None:
    """The driver's memory is fresh here, so the rest of it is zeroes."""
    lab = begun("write A+3000:1 0x11", "sgio read d 63488 A[0] sg")
    assert value(lab, "A[0].bytes[3000]") == 0


def test_by_the_operation_alone_what_was_there_is_lost() -> None:
    lab = begun("write A+3000:1 0x11", kernel="v6.1+copy-by-op")
    run(lab, "sgio tofrom d 63488 A[0] sg")
    assert value(lab, "A[0].bytes[3000]") == 0


def test_a_copy_that_is_unpinned_falls_below_zero() -> None:
    lab = begun(kernel="v5.17+hubbard+copy-unpinned")
    outcome = lab.execute("sgio read d 0 A+1:512")
    with lab.machine:
        counts = [page._refcount for page in lab.kernel.mem_map if page is not None]
    assert outcome.oops is not None or min(counts) < 0


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("kind", ["separate", "compound", "vmalloc"])
def test_memory_of_the_kernel_is_neither_referenced_nor_pinned(
    kernel: str, kind: str
) -> None:
    lab = begun(f"kmem K 2 {kind}", "write A[0] 0x77", "sgio write d 0 A[0]", kernel=kernel)
    assert run(lab, "sgio read d 0 kern=K").ret == 0
    assert value(lab, "K[0].byte") == 0x77
    assert value(lab, "K[0]._refcount") == 1
    assert balanced(lab)


@pytest.mark.parametrize(
    ("kernel", "error"), [("v5.17", "-EINVAL"), ("v6.1", ""), ("v6.12", "")]
)
def test_an_iterator_of_places_is_used_as_it_is_since_v6_1(kernel: str, error: str) -> None:
    lab = begun("kmem K 1", "iter i bvec dest K[0]", kernel=kernel)
    assert run(lab, "sgio read d 0 i").error == error
    assert value(lab, "K[0]._refcount") == 1
    assert balanced(lab)


def test_an_iterator_of_kernel_addresses_is_copied() -> None:
    lab = begun("kmem K 1", "write A[0] 0x55", "sgio write d 0 A[0]")
    run(lab, "iter i kvec dest K[0]", "sgio read d 0 i")
    assert value(lab, "K[0].byte") == 0x55


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_failed_allocation_leaves_nothing_behind(nth: int) -> None:
    lab = begun(f"inject alloc {nth}")
    lab.execute("sgio read d 0 A+1:9000")
    assert balanced(lab)
    assert lab.kernel.bios == ()


def test_an_error_of_the_disk_is_told_and_all_is_given_back() -> None:
    lab = begun("diskfail d")
    assert run(lab, "sgio read d 0 A[0]").status == "-EIO"
    assert balanced(lab)
