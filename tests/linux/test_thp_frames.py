"""Where huge pages come from and go to, and commands that are about them."""

import pytest

from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.mm.page_alloc import POISON
from pintutor.sim.errors import KernelBug, UseAfterFree
from tests.labs import Lab, refused, run, started, value


def huge(*lines: str) -> Lab:
    """A lab with a huge page T that was written, in which these lines have run."""
    return started("mmap T 512 thp", "write T[0] 0x11", *lines, kernel="v6.1")


def test_huge_pages_come_from_the_top_of_memory_and_are_aligned() -> None:
    lab = started("mmap T 1024 thp", "write T[0] 0x11", "write T[512] 0x11")
    assert value(lab, "T[0].pfn") == lab.kernel.zone.zone_end_pfn - 512
    assert value(lab, "T[512].pfn == T[0].pfn - 512")


def test_the_huge_page_freed_last_is_given_out_first() -> None:
    lab = huge()
    pfn = value(lab, "T[0].pfn")
    run(lab, "munmap T", "mmap U 512 thp", "write U[0] 0x22")
    assert value(lab, "U[0].pfn") == pfn


def test_a_huge_page_that_is_given_out_again_holds_zeroes() -> None:
    lab = huge("write T[9] 0x99", "munmap T", "mmap U 512 thp", "write U[0] 0x22")
    assert value(lab, "U[9].byte == 0 and U[9].order == U[0].order")


def test_without_room_for_a_huge_page_small_ones_are_taken() -> None:
    lab = started("mmap T 512 thp")
    with lab.machine:
        lab.kernel.zone.end_pfn = lab.kernel.zone.next_pfn + 511
    run(lab, "write T[3] 0x33", "read T[4]")
    assert value(lab, "T[3].order == 0 and T[4].page == zero and audit.clean")


def test_a_write_to_a_tail_of_a_freed_huge_page_is_a_use_after_free() -> None:
    lab = huge("write T[5] 0x55", "pin T[5] as p")
    tail = lab.kernel.held[0].pages[0]
    run(lab, "unpin p", "munmap T")
    assert tail.data is POISON and tail.compound_head is None
    with lab.machine, pytest.raises(UseAfterFree):
        memcpy_to_page(tail, 0, b"x")


def test_freeing_a_huge_page_that_is_still_mapped_is_a_bug() -> None:
    lab = huge("get T[0] as g")
    run(lab, "put g", "poke T[0]._refcount 2", "get T[0] as h", "poke T[0]._refcount 1")
    outcome = lab.execute("put h")
    assert isinstance(outcome.oops, KernelBug)
    assert "freed while mapped" in str(outcome.oops)


def test_show_pages_shows_a_huge_page_once() -> None:
    table = run(huge("pin T[3..9] as p"), "show pages")
    rows = [row for row in table.rows if row[2] == 512]
    assert [(row[0], row[3], row[5]) for row in rows] == [("T[0]", 8, 7)]


def test_show_pt_shows_the_entry_of_a_huge_page() -> None:
    table = run(huge(), "show pt")
    level, _, _, target, bits = table.rows[-1]
    assert (level, target, "huge" in bits.split()) == ("pmd", "T[0]", True)


def test_the_change_of_a_huge_entry_is_told_for_all_its_pages() -> None:
    lab = started("mmap T 512 thp")
    changes = {(one.subject, one.field): one for one in lab.execute("write T 0x11").changes}
    assert changes["T[0..511]", "pmd"].kind == "pte"
    changes = {
        (one.subject, one.field): one
        for one in lab.execute("madvise T[0] dontneed").changes
    }
    split = changes["T[0..511]", "pmd"]
    assert (split.old, split.new) == ("huge page", "page table")


def test_a_split_in_a_child_is_told_of_the_child() -> None:
    lab = huge("fork child")
    changes = lab.execute("child: write T[3] 0x22").changes
    assert any(one.subject == "child.T[0..511]" for one in changes)


def test_a_pin_of_several_huge_pages_counts_in_each_head() -> None:
    lab = started("mmap T 2048 thp", *(f"write T[{n * 512}] 0x11" for n in range(4)))
    run(lab, "pin T as p")
    assert [value(lab, f"T[{n * 512}]._pincount") for n in range(4)] == [512] * 4


def test_the_range_form_of_unpin_takes_the_folio_at_once() -> None:
    lab = huge("pin T as p")
    result = run(lab, "unpin p dirty unpin_user_page_range_dirty_lock")
    assert (result.function, result.pages) == ("unpin_user_page_range_dirty_lock", 512)
    assert value(lab, "T[0]._refcount == 1 and T[0].dirty and audit.clean")


def test_the_range_form_of_unpin_refuses_frames_that_lie_apart() -> None:
    lab = started("mmap a 2", "write a[1] 0x11", "write a[0] 0x11", "pin a as p")
    line = "unpin p unpin_user_page_range_dirty_lock"
    assert refused(lab, line).code == "not-adjoining"
    assert run(lab, "unpin p 1 unpin_user_page_range_dirty_lock").left == 1


@pytest.mark.parametrize(
    ("advice", "flag"),
    [
        ("hugepage", "hugepage"),
        ("nohugepage", "nohugepage"),
        ("dontfork", "dontcopy"),
        ("wipeonfork", "wipeonfork"),
    ],
)
def test_advice_sets_a_flag_of_the_range(advice: str, flag: str) -> None:
    assert flag in run(started("mmap a 2"), f"madvise a {advice}").flags


def test_hugepage_and_nohugepage_take_each_other_back() -> None:
    lab = started("mmap a 512 thp")
    assert "hugepage" not in run(lab, "madvise a nohugepage").flags
    run(lab, "write a[0] 0x11")
    assert value(lab, "a[0].order") == 0


def test_a_child_lacks_a_range_with_dontfork_and_finds_wipeonfork_empty() -> None:
    lab = started("mmap a 1", "mmap b 1", "write a 0x11", "write b 0x22")
    run(lab, "madvise a dontfork", "madvise b wipeonfork", "fork child")
    assert run(lab, "child: read a").signal == "SIGSEGV"
    assert run(lab, "child: read b").value.startswith("00")
    assert value(lab, "audit.clean")


def test_advice_for_a_part_of_a_range_makes_it_a_range_of_its_own() -> None:
    lab = started("mmap a 2", "madvise a[0] hugepage")
    rows = [(row[0], row[4]) for row in run(lab, "show vma").rows]
    assert rows == [("a[0]", "read write hugepage"), ("a[1]", "read write")]
    assert run(lab, "madvise a[0] dontneed").pages == 1
    run(lab, "madvise a hugepage")
    assert [row[0] for row in run(lab, "show vma").rows] == ["a"]


def test_advice_about_nothing_is_refused_by_the_kernel() -> None:
    error = refused(started(), "madvise 0x10000 dontneed")
    assert (error.code, "-ENOMEM" in error.message) == ("madvise-failed", True)
    assert "-EINVAL" in refused(started("mmap a 2"), "madvise a+1:5 dontneed").message
