"""KSM: pages that hold the same become one, unless somebody else holds them."""

from __future__ import annotations

import pytest

from pintutor.lab.results_memory import Merged
from pintutor.view.path import path
from pintutor.view.results_memory import result_rows
from pintutor.view.rows import plain
from tests.labs import Lab, refused, run, started, value

TWO = (
    "mmap a 1",
    "mmap b 1",
    'write a "abc"',
    'write b "abc"',
    "madvise a mergeable",
    "madvise b mergeable",
)
KERNELS = ("v6.1", "v6.12")


def merged(lab: Lab) -> Merged:
    result: Merged = run(lab, "ksmd")
    assert value(lab, "audit.clean")
    return result


def test_two_pages_that_hold_the_same_become_one() -> None:
    lab = started(*TWO)
    assert merged(lab) == (1, 1, 1)
    assert value(lab, "a.pfn == b.pfn and a.ksm and not a.anon_exclusive")
    assert value(lab, "a._refcount") == value(lab, "a.mapcount") == 2
    assert not value(lab, "a.pte.write or a.pte.dirty or b.pte.write or b.pte.dirty")


def test_pages_of_a_range_that_is_not_mergeable_stay() -> None:
    lab = started(*TWO[:5])
    assert merged(lab) == (0, 0, 0) and value(lab, "a.pfn != b.pfn")


def test_pages_that_differ_in_a_byte_stay() -> None:
    lab = started(*TWO, "write b[0]+4095 1")
    assert merged(lab) == (0, 0, 0) and value(lab, "a.pfn != b.pfn")


def test_a_second_scan_changes_nothing() -> None:
    lab = started(*TWO)
    assert merged(lab) == (1, 1, 1) and merged(lab) == (1, 1, 0)


def test_a_third_page_joins_the_page_of_ksm() -> None:
    lab = started(*TWO, "ksmd", "mmap c 1", 'write c "abc"', "madvise c mergeable")
    assert merged(lab) == (1, 2, 1) and value(lab, "c.pfn == a.pfn")


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_write_copies_and_the_last_one_is_copied_too(kernel: str) -> None:
    lab = started(*TWO, "ksmd", kernel=kernel)
    shared = value(lab, "a.pfn")
    run(lab, "write a 1", "write b 2")
    assert shared not in (value(lab, "a.pfn"), value(lab, "b.pfn"))
    assert value(lab, "a.anon_exclusive and b.anon_exclusive and not b.ksm")
    assert merged(lab) == (0, 0, 0)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("how", ["pin a as p", "pin a longterm as p", "pin a write as p"])
def test_a_pin_gets_a_copy(kernel: str, how: str) -> None:
    lab = started(*TWO, "ksmd", how, kernel=kernel)
    assert value(lab, "p[0].pfn == a.pfn and a.anon_exclusive and not a.ksm")
    assert value(lab, "b.ksm and audit.clean")


def test_a_reference_for_reading_is_of_the_shared_page() -> None:
    lab = started(*TWO, "ksmd", "get a as p")
    assert value(lab, "p[0].ksm and audit.clean")


@pytest.mark.parametrize(
    "hold", ["pin a as p", "pin a write as p", "get a as p", "get b as p"]
)
def test_a_page_that_somebody_holds_stays(hold: str) -> None:
    lab = started(*TWO, hold)
    assert merged(lab) == (0, 0, 0) and value(lab, "a.pfn != b.pfn")
    run(lab, "unpin p" if hold.startswith("pin") else "put p")
    assert merged(lab) == (1, 1, 1)


def test_a_scan_that_fails_half_way_gives_the_first_page_back() -> None:
    lab = started(*TWO, "get a as p")
    run(lab, "ksmd")
    assert not value(lab, "a.ksm") and not value(lab, "b.ksm")


def test_memory_of_two_tasks_is_merged_and_a_child_shares_it_on() -> None:
    lab = started("mmap a 1", "madvise a mergeable", "write a 1", "fork child")
    assert merged(lab) == (0, 0, 0) and not value(lab, "a.ksm")
    run(lab, "write a 1")
    assert value(lab, "a.pfn != child.a.pfn")
    assert merged(lab) == (1, 1, 1) and value(lab, "a.pfn == child.a.pfn")
    run(lab, "fork second")
    assert value(lab, "second.a.ksm") and merged(lab) == (1, 2, 0)


def test_unmapping_all_frees_the_page_and_its_node_is_forgotten() -> None:
    lab = started(*TWO, "ksmd", "munmap a", "munmap b", "mmap c 1", "madvise c mergeable")
    run(lab, "write c 7")
    assert merged(lab) == (0, 0, 0)
    assert value(lab, "not c.ksm")


@pytest.mark.parametrize("kernel", KERNELS)
def test_unmergeable_gives_each_a_page_of_its_own(kernel: str) -> None:
    lab = started(*TWO, "ksmd", "madvise a unmergeable", kernel=kernel)
    assert value(lab, "a.pfn != b.pfn and a.anon_exclusive and b.ksm")
    assert value(lab, "a.byte") == ord("a")
    assert merged(lab) == (1, 0, 0)


@pytest.mark.parametrize(("kernel", "written"), [("v6.1", True), ("v6.2", False)])
def test_the_entry_of_such_a_page_is_as_after_a_write_or_an_unsharing(
    kernel: str, written: bool
) -> None:
    lab = started(*TWO, "ksmd", "madvise a unmergeable", kernel=kernel)
    assert value(lab, "a.pte.write") is value(lab, "a.pte.dirty") is written


def test_unmergeable_says_when_there_is_no_memory() -> None:
    lab = started(*TWO, "ksmd", "inject alloc 1")
    error = refused(lab, "madvise a unmergeable")
    assert error.errno == "-ENOMEM" and error.code == "madvise-failed"
    assert value(lab, "a.ksm and audit.clean")


@pytest.mark.parametrize("count", range(1, 4))
def test_a_fault_without_memory_leaves_the_books_in_order(count: int) -> None:
    lab = started(*TWO, "ksmd", f"inject alloc {count}")
    lab.execute("write a 1")
    run(lab, "inject off")
    assert value(lab, "audit.clean")


def test_a_page_of_ksm_can_be_moved_and_is_found_again() -> None:
    lab = started(*TWO, "ksmd")
    before = value(lab, "a.pfn")
    run(lab, "migrate a all")
    assert value(lab, "a.pfn == b.pfn and a.ksm") and value(lab, "a.pfn") != before
    run(lab, "mmap c 1", 'write c "abc"', "madvise c mergeable")
    assert merged(lab) == (1, 2, 1) and value(lab, "c.pfn == a.pfn")


def test_a_page_that_one_has_left_is_swapped_out_and_comes_back() -> None:
    lab = started(*TWO, "swapon 4", "ksmd", "munmap b", "madvise a pageout")
    assert value(lab, "a.pte.swapped and audit.clean")
    run(lab, "read a")
    assert value(lab, "a.byte") == ord("a") and value(lab, "not a.ksm and audit.clean")


def test_advice_for_shared_memory_is_ignored() -> None:
    lab = started("file f 1", "mmap a 1 shared of f", "read a")
    assert "mergeable" not in run(lab, "madvise a mergeable").flags


def test_the_result_is_told_in_the_kernels_words() -> None:
    lab = started(*TWO)
    assert [plain(each) for each in result_rows(run(lab, "ksmd"), 80)] == [
        "pages_shared 1  pages_sharing 1  +1 by this scan"
    ]


def test_ksmd_takes_no_arguments() -> None:
    lab = started()
    error = refused(lab, "ksmd buf")
    assert error.at is not None and (error.at.start, error.at.stop) == (5, 8)


def test_undo_takes_a_merge_back() -> None:
    lab = started(*TWO)
    run(lab, "ksmd", "undo")
    assert value(lab, "a.pfn != b.pfn and a.anon_exclusive and a.pte.write")


def test_a_page_of_ksm_is_shown_as_one() -> None:
    (_, row) = run(started(*TWO, "ksmd"), "show pages").rows
    assert "ksm" in row[6]


def test_the_way_through_ksmd_is_told() -> None:
    lab = started(*TWO, "ksmd")
    assert path(lab.timeline.entries[-1]) == (
        "try_grab_page ×3 → compare (cmp_and_merge_page) ×2"
        " → write-protect (write_protect_page) ×2 → merge (replace_page)"
    )
