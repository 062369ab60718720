"""khugepaged: one huge page of small ones, unless somebody holds one of them."""

from __future__ import annotations

import pytest

from tests.labs import Lab, run, started, value

SMALL = ("mmap buf 512", 'write buf[3] "abc"', "madvise buf hugepage")


def collapse(lab: Lab) -> str:
    result: str = run(lab, "khugepaged buf").result
    return result


def test_the_huge_page_holds_what_the_small_ones_held() -> None:
    lab = started(*SMALL, "read buf[4]")
    small = value(lab, "buf[3].pfn")
    assert collapse(lab) == "SCAN_SUCCEED"
    assert value(lab, "buf[3].byte") == ord("a") and value(lab, "buf[4].byte") == 0
    assert value(lab, "buf[3].pfn") == value(lab, "buf[0].pfn") + 3 != small
    assert value(lab, "audit.clean")


@pytest.mark.parametrize(
    "hold", ["pin buf[3] as p", "get buf[3] as p", "pin buf[3] write as p"]
)
def test_a_page_that_somebody_holds_keeps_all_as_it_was(hold: str) -> None:
    lab = started(*SMALL, hold)
    before = value(lab, "buf[3].pfn")
    assert collapse(lab) == "SCAN_PAGE_COUNT"
    assert value(lab, "buf[3].pfn") == before and value(lab, "audit.clean")
    run(lab, "unpin p" if hold.startswith("pin") else "put p")
    assert collapse(lab) == "SCAN_SUCCEED"


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        (("mmap buf 512", "write buf 1"), "SCAN_VMA_CHECK"),
        (("mmap buf 511", "write buf 1", "madvise buf hugepage"), "SCAN_ADDRESS_RANGE"),
        (("mmap buf 512", "madvise buf hugepage"), "SCAN_PMD_NULL"),
        (("mmap buf 512", "read buf[0]", "madvise buf hugepage"), "SCAN_PAGE_RO"),
        (("mmap buf 512 thp", "write buf 1"), "SCAN_PMD_MAPPED"),
    ],
)
def test_what_cannot_be_collapsed_stays(lines: tuple[str, ...], result: str) -> None:
    lab = started(*lines)
    assert collapse(lab) == result
    assert value(lab, "audit.clean")


def test_a_page_shared_with_a_child_is_copied_and_stays_with_the_child() -> None:
    lab = started(*SMALL, "write buf[5] 1", "fork child", "write buf[5] 2")
    assert collapse(lab) == "SCAN_SUCCEED"
    assert value(lab, "child.buf[3].byte") == ord("a")
    assert value(lab, "child.buf[3].pfn") != value(lab, "buf[3].pfn")
    assert value(lab, "audit.clean")


def test_the_page_table_that_was_set_aside_serves_when_the_huge_page_is_split() -> None:
    lab = started(*SMALL)
    collapse(lab)
    run(lab, "inject alloc 1", "munmap buf[511]", "inject off")
    assert value(lab, "buf[3].byte") == ord("a") and value(lab, "audit.clean")


def test_unmapping_it_all_frees_the_page_table_that_was_set_aside() -> None:
    lab = started(*SMALL)
    collapse(lab)
    run(lab, "munmap buf")
    assert value(lab, "audit.clean")


def test_without_a_huge_frame_nothing_is_done() -> None:
    lab = started(*SMALL, "inject alloc 1")
    assert collapse(lab) == "SCAN_ALLOC_HUGE_PAGE_FAIL"
    assert value(lab, "audit.clean")
