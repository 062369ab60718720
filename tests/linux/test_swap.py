"""Swapping: slots, the swap cache, and who owns a page that comes back."""

import pytest

from pintutor.lab.swap_words import absent_words
from pintutor.linux.include.linux.swap import SWAP_HAS_CACHE
from pintutor.linux.mm.pagetable import find_pte
from tests.invariants import each_slot_counts_the_entries_that_name_it
from tests.labs import Lab, refused, run, started, value

SWAP = ("swapon 64", "mmap A 2", "write A 0x11")


def slots(lab: Lab) -> list[int]:
    """The use counts of the slots that are used."""
    assert lab.kernel.swap is not None
    return [count for count in lab.kernel.swap.swap_map.items[1:] if count]


def entry(lab: Lab, name: str = "A", task: int = 0) -> int:
    """The page-table entry of the first page of a range."""
    with lab.machine:
        pte = find_pte(lab.kernel.tasks[task].mm, lab.names.ranges()[name].vm_start)
    assert pte is not None
    return pte.table.entries[pte.nr]


def balanced(lab: Lab) -> bool:
    """Every count of every page and of every slot belongs to somebody."""
    each_slot_counts_the_entries_that_name_it(lab)
    return not audit(lab)


def audit(lab: Lab) -> object:
    """The counts that do not balance."""
    return run(lab, "audit").imbalances


def test_without_a_swap_device_anonymous_pages_stay() -> None:
    lab = started("mmap A 1", "write A 0x11", "madvise A pageout")
    assert value(lab, "A[0]._refcount") == 1
    assert value(lab, "A[0].lru")


def test_a_second_swap_device_is_refused() -> None:
    assert "-EBUSY" in refused(started("swapon 4"), "swapon 4").message


def test_paging_out_frees_the_frames_and_leaves_exclusive_entries() -> None:
    lab = started(*SWAP, "madvise A pageout")
    assert absent_words(entry(lab)) == "swap slot 1 exclusive"
    assert slots(lab) == [1, 1]
    assert lab.kernel.current is not None and lab.kernel.current.mm.rss_anon == 0
    assert balanced(lab)


def test_a_page_comes_back_with_its_contents_in_the_swap_cache() -> None:
    lab = started(*SWAP, "madvise A pageout")
    assert run(lab, "read A[0]").value.startswith("11")
    assert value(lab, "A[0].swapcache")
    assert value(lab, "A[0].anon_exclusive")
    assert value(lab, "A[0]._refcount") == 2
    assert slots(lab) == [SWAP_HAS_CACHE, 1]
    assert balanced(lab)


def test_the_swap_cache_is_a_holder_in_the_books() -> None:
    lab = started(*SWAP, "madvise A pageout", "read A[0]")
    rows = run(lab, "owners A[0]").rows
    assert ("swap cache", "slot 1", 1) in [tuple(row[:3]) for row in rows]


def test_a_write_takes_the_page_out_of_the_swap_cache() -> None:
    lab = started(*SWAP, "madvise A pageout", "write A[0] 0x22")
    assert not value(lab, "A[0].swapcache")
    assert value(lab, "A[0]._refcount") == 1
    assert slots(lab) == [1]
    assert balanced(lab)


@pytest.mark.parametrize(("kernel", "writable"), [("v6.1", False), ("v6.12", True)])
def test_an_exclusive_page_comes_back_writable_for_a_read_since_v6_11(
    kernel: str, writable: bool
) -> None:
    lab = started(*SWAP, "madvise A pageout", "read A[0]", kernel=kernel)
    assert value(lab, "A[0].pte.write") == writable
    assert not value(lab, "A[0].pte.dirty")


def test_fork_shares_the_slot_and_nobody_is_exclusive_any_more() -> None:
    lab = started(*SWAP, "madvise A pageout", "fork child")
    assert absent_words(entry(lab)) == "swap slot 1"
    assert absent_words(entry(lab, task=1)) == "swap slot 1"
    assert slots(lab) == [2, 2]
    assert balanced(lab)


def test_a_shared_slot_is_read_back_once_and_copied_by_who_writes() -> None:
    lab = started(*SWAP, "madvise A pageout", "fork child", "read A[0]")
    shared = value(lab, "A[0].pfn")
    assert not value(lab, "A[0].anon_exclusive")
    run(lab, "child: write A[0] 0x77")
    assert value(lab, "A[0].pfn") == shared
    assert value(lab, "A[0].byte") == 0x11
    assert slots(lab) == [SWAP_HAS_CACHE, 2]
    assert balanced(lab)


def test_the_last_user_of_a_slot_takes_the_page_over_without_a_copy() -> None:
    lab = started(*SWAP, "madvise A pageout", "fork child", "read A[0]", "exit child")
    page = value(lab, "A[0].pfn")
    run(lab, "write A[0] 0x22")
    assert value(lab, "A[0].pfn") == page
    assert value(lab, "A[0].anon_exclusive")
    assert balanced(lab)


def test_a_second_pageout_does_not_need_a_new_slot() -> None:
    lab = started(*SWAP, "madvise A pageout", "read A[0]", "madvise A pageout")
    assert slots(lab) == [1, 1]
    assert balanced(lab)


def test_unmapping_frees_the_slots_of_what_is_swapped_out() -> None:
    lab = started(*SWAP, "madvise A pageout", "read A[0]", "munmap A")
    assert slots(lab) == []
    assert balanced(lab)


def test_the_end_of_a_task_frees_its_slots() -> None:
    lab = started(*SWAP, "fork child", "child: write A 0x22", "write A 0x33")
    run(lab, "madvise A pageout", "exit child")
    assert slots(lab) == [1, 1]
    assert balanced(lab)


def test_more_than_half_of_the_swap_used_gives_slots_up_at_once() -> None:
    lab = started("swapon 3", "mmap A 2", "write A 0x11", "madvise A pageout")
    run(lab, "read A[0]")
    assert not value(lab, "A[0].swapcache")
    assert value(lab, "A[0].dirty")
    assert balanced(lab)


def test_pages_for_which_there_is_no_slot_stay() -> None:
    lab = started("swapon 1", "mmap A 2", "write A 0x11", "madvise A pageout")
    assert slots(lab) == [1]
    assert value(lab, "A[1]._refcount") == 1
    assert balanced(lab)


def test_a_referenced_page_is_unmapped_but_stays_in_the_swap_cache() -> None:
    lab = started(*SWAP, "get A[0] as g", "madvise A pageout")
    assert absent_words(entry(lab)) == "swap slot 1 exclusive"
    assert value(lab, "g[0].swapcache")
    assert value(lab, "g[0]._refcount") == 2
    page = value(lab, "g[0].pfn")
    run(lab, "write A[0] 0x33")
    assert value(lab, "A[0].pfn") == page
    assert balanced(lab)


def test_a_swapped_page_is_pinned_by_faulting_it_in() -> None:
    lab = started(*SWAP, "madvise A pageout", "pin A[0] write as p")
    assert value(lab, "A[0].pinned")
    assert value(lab, "A[0].byte") == 0x11
    assert balanced(lab)


def test_a_huge_page_is_swapped_out_as_a_whole_and_comes_back_in_parts() -> None:
    lab = started("swapon 1024", "mmap T 512 thp", "write T 0x11", "write T[7] 0x22")
    run(lab, "madvise T pageout")
    assert slots(lab) == [1] * 512
    assert run(lab, "read T[7]").value.startswith("22")
    assert slots(lab).count(SWAP_HAS_CACHE) == 1
    assert balanced(lab)
    run(lab, "munmap T")
    assert slots(lab) == []
    assert balanced(lab)


def test_a_huge_page_without_a_run_of_slots_stays() -> None:
    lab = started("swapon 600", "mmap T 512 thp", "write T 0x11", "madvise T pageout")
    assert slots(lab) == []
    assert value(lab, "T[0].pte.huge")


def test_a_private_copy_of_a_file_page_that_is_swapped_goes_with_the_file() -> None:
    lab = started("swapon 8", "file F 2", "mmap P 2 of F", "write P 0x33")
    run(lab, "madvise P pageout")
    assert slots(lab) == [1, 1]
    run(lab, "truncate F 1")
    assert slots(lab) == [1]
    assert balanced(lab)


def test_undo_brings_swapped_pages_back() -> None:
    lab = started(*SWAP)
    run(lab, "madvise A pageout", "undo")
    assert slots(lab) == []
    assert value(lab, "A[0].byte") == 0x11
    assert balanced(lab)


def test_show_swap_lists_the_slots() -> None:
    lab = started(*SWAP, "madvise A pageout", "read A[0]")
    table = run(lab, "show swap")
    assert [row[:3] for row in table.rows] == [(1, 0, "A[0]"), (2, 1, "")]
    assert "62 of 64" in table.note


def test_an_entry_that_names_a_slot_is_shown_in_words() -> None:
    lab = started(*SWAP, "madvise A pageout")
    rows = run(lab, "show pt").rows
    assert any("swap slot 1 exclusive" in str(row) for row in rows)
