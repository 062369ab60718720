"""Huge pages: mapping, pinning, sharing and splitting them keeps every count true."""

import pytest

from tests.dumps import dump
from tests.labs import Lab, run, started, value

KERNELS = ("v6.1", "v6.2", "v6.5", "v6.12")


def huge(*lines: str, kernel: str = "v6.1") -> Lab:
    """A lab with a huge page T that was written, in which these lines have run."""
    return started("mmap T 512 thp", "write T[0] 0x11", *lines, kernel=kernel)


def clean(lab: Lab) -> bool:
    """Whether every count has its holders now."""
    return bool(value(lab, "audit.clean"))


def test_the_first_write_maps_512_pages_by_one_entry() -> None:
    lab = huge()
    assert value(lab, "T[511].pte.level") == "pmd"
    assert value(lab, "T[0].pte.huge and T[0].pte.write and T[0].pte.dirty")
    assert value(lab, "T[0]._refcount == 1 and T[0]._entire_mapcount == 0")
    assert value(lab, "T[0].order == 9 and T[0].anon_exclusive and T[0].head")
    assert value(lab, "T[300].mapcount == 1 and T[300]._mapcount == -1")
    assert value(lab, "mm.rss_anon") == 512


def test_a_range_without_the_advice_gets_small_pages() -> None:
    lab = started("mmap a 512", "write a[0] 0x11")
    assert value(lab, "a[0].pte.level == 'pte' and a[0].order == 0")


@pytest.mark.parametrize("pages", [1, 511])
def test_a_piece_that_is_too_short_gets_small_pages(pages: int) -> None:
    lab = started(f"mmap a {pages} thp", "write a[0] 0x11")
    assert value(lab, "a[0].order") == 0


def test_the_tail_of_a_range_that_no_huge_page_fits_in_gets_small_pages() -> None:
    lab = started("mmap a 600 thp", "write a[511] 0x11", "write a[512] 0x11")
    assert value(lab, "a[511].pte.level == 'pmd' and a[512].pte.level == 'pte'")


def test_each_page_of_a_huge_page_has_its_own_bytes() -> None:
    lab = huge("write T[7] 0x22")
    assert run(lab, "read T[7]").value.startswith("22")
    assert run(lab, "read T[0]").value.startswith("11")
    assert run(lab, "read T[8]").value.startswith("00")


def test_looking_at_a_huge_page_makes_no_page_of_it() -> None:
    lab = huge()
    before = lab.machine.journal.position
    run(lab, "show pages", "show pt", "owners T[0]")
    assert value(lab, "T[44]._refcount == 1 and T[44].byte == 0")
    assert lab.machine.journal.position == before


def test_a_pin_of_a_tail_counts_once_in_both_counts_of_the_head() -> None:
    lab = huge("pin T[5] as p")
    assert value(lab, "T[0]._refcount == 2 and T[0]._pincount == 1")
    assert value(lab, "p[0].pinned and p[0].pfn == T[0].pfn + 5")
    assert clean(lab)


@pytest.mark.parametrize("path", ["fast", "slow"])
def test_a_pin_of_the_whole_page_counts_512_times(path: str) -> None:
    lab = huge(f"pin T write {path} as p")
    assert value(lab, "T[0]._refcount == 513 and T[0]._pincount == 512")
    assert value(lab, "vmstat.nr_foll_pin_acquired") == 512
    assert clean(lab)


def test_a_call_across_two_huge_pages_takes_the_part_of_each() -> None:
    lab = started("mmap T 1024 thp", "write T[0] 0x1f", "write T[512] 0x1f")
    run(lab, "pin T[510..513] as p")
    assert value(lab, "T[0]._pincount == 2 and T[512]._pincount == 2")
    assert clean(lab)


def test_a_slow_read_pin_with_touch_leaves_the_entry_clean() -> None:
    lab = huge("gup get_user_pages T[3] 1 as g")
    assert value(lab, "T[3].pte.accessed and g[0]._refcount == 2")


def test_fork_shares_a_huge_page_by_one_entry_each() -> None:
    lab = huge("fork child")
    assert value(lab, "T[0]._refcount == 2 and T[0].mapcount == 2")
    assert value(lab, "not T[0].pte.write and not child.T[0].pte.write")
    assert value(lab, "not T[0].anon_exclusive and child.T[9].pte.level == 'pmd'")
    assert clean(lab)


def test_a_write_to_a_shared_huge_page_splits_the_entry_and_copies_one_page() -> None:
    lab = huge("fork child", "write T[3] 0x22")
    assert value(lab, "T[0].pte.level == 'pte' and child.T[0].pte.level == 'pmd'")
    assert value(lab, "T[3]._refcount == 1 and T[3].order == 0 and T[3].byte == 0x22")
    assert value(lab, "child.T[3].byte == 0 and T[4].pfn == child.T[4].pfn")
    assert value(lab, "T[0]._refcount == 1 + 511 and T[4].mapcount == 2")
    assert clean(lab)


def test_the_last_owner_takes_a_huge_page_over_without_a_copy() -> None:
    lab = huge("fork child", "exit child", "write T[3] 0x22")
    assert value(lab, "T[3].pte.level == 'pmd' and T[3].pte.write")
    assert value(lab, "T[0].anon_exclusive and T[0]._refcount == 1")


@pytest.mark.parametrize("kernel", KERNELS)
def test_fork_copies_a_pinned_huge_page_page_by_page(kernel: str) -> None:
    lab = huge("write T[9] 0x99", "pin T[5] write as p", "fork child", kernel=kernel)
    assert value(lab, "T[5].page == p[0] and T[5].anon_exclusive and T[5].pte.write")
    assert value(lab, "T[5].pte.level == 'pte' and T[0]._refcount == 512 + 1")
    assert value(lab, "child.T[9].order == 0 and child.T[9].byte == 0x99")
    assert value(lab, "child.T[9].pte.write and child.T[9].anon_exclusive")
    run(lab, "write T[5] 0x55")
    assert value(lab, "p[0].byte == 0x55 and child.T[5].byte == 0")
    assert clean(lab)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_read_pin_of_a_shared_huge_page_gets_a_page_of_its_own(kernel: str) -> None:
    lab = huge("fork child", "pin T[5] as p", kernel=kernel)
    assert value(lab, "p[0] == T[5].page and p[0].anon_exclusive and p[0].order == 0")
    assert value(lab, "p[0]._refcount == 1025 and not T[5].pte.write")
    stat = "vmstat.nr_foll_pin_acquired == 2 and vmstat.nr_foll_pin_released == 1"
    assert value(lab, stat)
    assert clean(lab)


def test_a_split_keeps_the_bits_and_marks_the_pages_exclusive() -> None:
    lab = huge("madvise T[7] dontneed")
    assert value(lab, "T[6].pte.write and T[6].pte.accessed and not T[6].pte.dirty")
    assert value(lab, "T[6].anon_exclusive and T[0].dirty and not T[7].mapped")
    assert value(lab, "T[0]._entire_mapcount == -1 and T[6].mapcount == 1")


def test_dontneed_on_a_part_splits_and_gives_back_that_part() -> None:
    lab = huge("write T[8] 0x88", "madvise T[8..9] dontneed")
    assert value(lab, "T[0]._refcount == 510 and mm.rss_anon == 510")
    assert run(lab, "read T[8]").value.startswith("00")
    assert clean(lab)


def test_dontneed_on_the_whole_frees_a_huge_page_unsplit() -> None:
    lab = huge("madvise T dontneed")
    assert value(lab, "T[0].pte.none and mm.rss_anon == 0")
    assert clean(lab)


def test_a_pinned_huge_page_outlives_its_mapping() -> None:
    lab = huge("pin T[5] as p", "munmap T")
    assert value(lab, "p[0]._refcount == 1 and p[0]._pincount == 1")
    assert clean(lab)
    run(lab, "unpin p")
    assert clean(lab)


def test_a_pin_that_is_released_after_a_split_leaves_the_mappings() -> None:
    lab = huge("pin T as p", "madvise T[0] dontneed", "unpin p")
    assert value(lab, "T[1]._refcount == 511 and T[1]._pincount == 0")
    assert clean(lab)


LIFE = (
    "mmap T 1024 thp",
    "write T[0] 0x11",
    "pin T[5] write as p",
    "read T[600]",
    "fork child",
    "write T[7] 0x22",
    "pin T[600] longterm as z",
    "child: write T[9] 0x33",
    "madvise T[100..611] dontneed",
    "exit child",
    "pin T[1] as q",
    "munmap T",
    "unpin p",
    "unpin z",
    "unpin q",
)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_books_balance_after_each_step_of_a_huge_pages_life(kernel: str) -> None:
    lab = started(kernel=kernel)
    for line in LIFE:
        run(lab, line)
        assert clean(lab), line


def test_undo_and_redo_restore_everything() -> None:
    lab = started(kernel="v6.1")
    states = [dump(lab)]
    for line in LIFE:
        run(lab, line)
        states.append(dump(lab))
    for state in reversed(states[:-1]):
        run(lab, "undo")
        assert dump(lab) == state
    for state in states[1:]:
        run(lab, "redo")
        assert dump(lab) == state


@pytest.mark.parametrize("frames", range(10))
def test_when_memory_runs_out_nothing_is_lost(frames: int) -> None:
    """With room for n allocations: fork makes tables, splits and copies pages."""
    lab = huge("pin T[5] write as p", "mmap a 1", "write a[0] 0x11")
    zone = lab.kernel.zone
    with lab.machine:
        zone.end_pfn = zone.next_pfn + frames
    result = run(lab, "fork child")
    assert result.error == "-ENOMEM"
    assert not value(lab, "audit.unaccounted")
