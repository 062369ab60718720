"""Migration, compaction, and long-term pins of memory that can be moved."""

import pytest

from tests.labs import Lab, refused, run, started, value

KERNELS = ("v5.17", "v6.1", "v6.12")


def whats(lab: Lab, line: str) -> list[str]:
    """What became of each page."""
    return [row[1] for row in run(lab, line).rows]


def balanced(lab: Lab) -> bool:
    """No folio is isolated any more, and every count belongs to somebody."""
    return not lab.kernel.isolated and not run(lab, "audit").imbalances


@pytest.mark.parametrize("kernel", KERNELS)
def test_an_anonymous_page_moves_with_all_that_it_is(kernel: str) -> None:
    lab = started("mmap A 1", "write A 0x11", kernel=kernel)
    old = value(lab, "A[0].pfn")
    assert whats(lab, "migrate A") == ["moved"]
    assert value(lab, "A[0].pfn") != old
    assert value(lab, "A[0].byte") == 0x11
    assert value(lab, "A[0]._refcount") == 1
    for what in ("anon_exclusive", "lru", "uptodate", "swapbacked"):
        assert value(lab, f"A[0].{what}")
    assert value(lab, "A[0].pte.write") and value(lab, "A[0].pte.dirty")
    assert balanced(lab)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_pinned_page_keeps_its_frame(kernel: str) -> None:
    lab = started("mmap A 2", "write A 0x11", "pin A[0] write as p", kernel=kernel)
    old = value(lab, "A[0].pfn")
    table = run(lab, "migrate A")
    assert [row[1] for row in table.rows] == ["kept", "moved"]
    assert table.rows[0][2] == "-EAGAIN: it may be pinned, so it must stay exclusive"
    assert value(lab, "A[0].pfn") == old
    assert value(lab, "A[0].pte.write") and value(lab, "A[0].anon_exclusive")
    assert balanced(lab)


@pytest.mark.parametrize("kernel", KERNELS)
def test_one_reference_more_keeps_the_frame_too(kernel: str) -> None:
    lab = started("mmap A 1", "write A 0x11", "get A[0] as g", kernel=kernel)
    table = run(lab, "migrate A")
    assert table.rows[0][1:] == ("kept", "-EAGAIN: _refcount is 2, 1 expected")
    assert value(lab, "A[0].anon_exclusive")
    assert balanced(lab)


def test_a_shared_page_moves_for_all_who_map_it_only_when_asked_to() -> None:
    lab = started("mmap A 1", "write A 0x11", "fork child")
    table = run(lab, "migrate A")
    assert table.rows[0][2].startswith("-EACCES")
    assert whats(lab, "migrate A all") == ["moved"]
    assert value(lab, "A[0].mapcount") == 2
    assert not value(lab, "A[0].anon_exclusive")
    assert run(lab, "child: read A").value.startswith("11")
    assert balanced(lab)


def test_what_is_not_there_or_is_the_zero_page_says_so() -> None:
    lab = started("swapon 8", "mmap A 3", "read A[0]", "write A[2] 0x11")
    run(lab, "madvise A[2] pageout")
    found = [row[2].split(":")[0] for row in run(lab, "migrate A").rows]
    assert found == ["-EFAULT", "-EFAULT", "-ENOENT"]


@pytest.mark.parametrize("kind", ["tmpfs", ""])
@pytest.mark.parametrize("how", ["shared", ""])
def test_a_page_of_a_file_moves_within_the_cache(kind: str, how: str) -> None:
    lab = started(f"file F 1 {kind}", f"mmap M 1 of F {how}", "read M")
    old = value(lab, "F[0].pfn")
    assert whats(lab, "migrate M") == ["moved"]
    assert value(lab, "F[0].pfn") == value(lab, "M[0].pfn") != old
    assert balanced(lab)


def test_a_dirty_page_moves_with_its_buffers_and_is_written_afterwards() -> None:
    lab = started("file F 1", "mmap M 1 of F shared", "write M 0x44", "migrate M")
    assert value(lab, "F[0].private") and value(lab, "F[0].dirty")
    run(lab, "fsync F")
    assert value(lab, "F.disk[0].byte") == 0x44
    assert value(lab, "F.dirty_pages") == 0
    assert balanced(lab)


def test_a_pinned_page_of_a_file_stays_in_place() -> None:
    lab = started("file F 1", "mmap M 1 of F shared", "write M 0x44", "pin M write as p")
    assert whats(lab, "migrate M") == ["kept"]
    assert value(lab, "M[0].pte.write")
    assert balanced(lab)


def test_a_huge_page_moves_as_a_whole() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x11", "write T[7] 0x22")
    old = value(lab, "T[0].pfn")
    assert set(whats(lab, "migrate T[3..9]")) == {"moved"}
    assert value(lab, "T[0].pfn") != old
    assert value(lab, "T[7].byte") == 0x22
    assert value(lab, "T[7].pte.huge")
    assert value(lab, "T[0].anon_exclusive")
    assert balanced(lab)


def test_a_huge_page_mapped_by_small_entries_moves_too() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x11", "fork child", "write T[3] 0x33")
    run(lab, "exit child", "migrate T[0] all")
    assert value(lab, "T[0].byte") == 0x11
    assert value(lab, "T[3].byte") == 0x33
    assert balanced(lab)


def test_a_page_in_the_swap_cache_moves_with_its_slot() -> None:
    lab = started("swapon 8", "mmap A 1", "write A 0x11", "madvise A pageout", "read A")
    assert whats(lab, "migrate A") == ["moved"]
    assert value(lab, "A[0].swapcache")
    run(lab, "madvise A pageout")
    assert run(lab, "read A").value.startswith("11")
    assert balanced(lab)


def test_without_memory_nothing_moves() -> None:
    lab = started("mmap A 1", "write A 0x11")
    with lab.machine:
        zone = lab.kernel.zone
        zone.end_pfn = zone.next_pfn
    assert run(lab, "migrate A").rows[0][2].startswith("-ENOMEM")
    assert balanced(lab)


@pytest.mark.usefixtures("recorded")
def test_an_isolated_folio_is_accounted_for() -> None:
    lab = started("mmap A 1", "write A 0x11")
    first = lab.timeline.total
    run(lab, "migrate A")
    seen = False
    for _ in range(lab.timeline.total - first):
        run(lab, "back 1")
        if value(lab, "A[0].mapped"):
            rows = run(lab, "owners A[0]").rows
            seen |= ("isolated", "off the LRU list", 1) in [row[:3] for row in rows]
    assert seen


@pytest.mark.usefixtures("recorded")
def test_an_entry_in_the_middle_of_a_move_is_shown() -> None:
    lab = started("mmap A 1", "write A 0x11")
    first = lab.timeline.total
    run(lab, "migrate A")
    shown = set()
    for _ in range(lab.timeline.total - first):
        run(lab, "back 1")
        shown |= {str(row[3]) for row in run(lab, "show pt").rows}
    assert any(text.startswith("moving from pfn:") for text in shown)


BLOCKS = ("mmap a 4", "write a 0x11", "mmap big 700", "write big 0x22")
HOLES = ("madvise big[550..650] dontneed",)


def test_compaction_moves_pages_up_into_a_block_that_is_partly_used() -> None:
    lab = started(*BLOCKS, *HOLES)
    old = value(lab, "a[0].pfn")
    table = run(lab, "compact")
    assert ("a[0]", "moved") in [row[:2] for row in table.rows]
    assert value(lab, "a[0].pfn") // 512 > old // 512
    assert value(lab, "a[0].byte") == 0x11
    assert balanced(lab)


@pytest.mark.parametrize("take", ["pin a[1] write as p", "get a[1] as p"])
def test_compaction_does_not_try_a_page_that_somebody_holds(take: str) -> None:
    lab = started(*BLOCKS, *HOLES, take)
    old = value(lab, "a[1].pfn")
    kept = {row[0]: row[2] for row in run(lab, "compact").rows if row[1] == "kept"}
    assert set(kept) == {"a[1]"}
    assert value(lab, "a[1].pfn") == old
    assert balanced(lab)


def test_compaction_without_a_partly_used_block_above_moves_nothing() -> None:
    lab = started("mmap a 4", "write a 0x11")
    assert run(lab, "compact").note == "0 moved"


@pytest.mark.parametrize("zone", ["movable", "cma"])
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("path", ["fast", "slow"])
def test_a_long_term_pin_moves_pages_out_of_memory_that_can_be_moved(
    zone: str, kernel: str, path: str
) -> None:
    lab = started(f"zone {zone}", "mmap A 2", "write A 0x11", kernel=kernel)
    normal = lab.kernel.zone.zone_end_pfn
    assert value(lab, "A[0].pfn") >= normal
    got = run(lab, f"pin A longterm write {path} as p")
    assert got.ret == 2
    assert value(lab, "A[0].pfn") < normal and value(lab, "A[1].pfn") < normal
    assert value(lab, "A[0]._refcount") == 1025
    assert value(lab, "A[0].byte") == 0x11
    assert balanced(lab)


@pytest.mark.usefixtures("recorded")
def test_what_is_faulted_in_for_a_long_term_pin_may_stay_at_once() -> None:
    lab = started("zone movable", "mmap A 1", "pin A longterm write as p")
    assert value(lab, "A[0].pfn") < lab.kernel.zone.zone_end_pfn
    assert "unmap_and_move" not in lab.last.calls  # type: ignore[union-attr]
    assert lab.kernel.tasks[0].flags == 0


def test_a_short_pin_leaves_pages_where_they_are() -> None:
    lab = started("zone movable", "mmap A 1", "write A 0x11", "pin A write as p")
    assert value(lab, "A[0].pfn") >= lab.kernel.zone.zone_end_pfn


def test_the_slow_path_unpins_all_pages_moves_some_and_starts_anew() -> None:
    """Two rounds of two pins each, and all of the first given back."""
    lab = started("mmap A 2", "write A[0] 0x11", "zone cma", "write A[1] 0x11")
    first = value(lab, "A[0].pfn")
    run(lab, "pin A longterm write slow as p")
    assert value(lab, "A[0].pfn") == first
    stat = lab.kernel.vm_stat
    assert (stat.nr_foll_pin_acquired, stat.nr_foll_pin_released) == (4, 2)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("take", ["get A[0] as g", "pin A[0] write as g"])
def test_a_page_that_cannot_be_moved_makes_the_pin_fail(kernel: str, take: str) -> None:
    lab = started("zone cma", "mmap A 2", "write A 0x11", take, kernel=kernel)
    got = run(lab, "pin A longterm write as p")
    assert got.error == "-ENOMEM"
    assert value(lab, "A[1]._refcount") == 1
    assert balanced(lab)


def test_a_page_of_a_file_in_cma_is_moved_too() -> None:
    lab = started("zone cma", "file F 1 tmpfs", "mmap M 1 of F shared", "write M 0x11")
    assert run(lab, "pin M longterm write as p").ret == 1
    assert value(lab, "F[0].pfn") < lab.kernel.zone.zone_end_pfn
    assert balanced(lab)


def test_a_huge_page_in_movable_memory_is_moved_as_a_whole() -> None:
    lab = started("zone movable", "mmap T 512 thp", "write T 0x11")
    assert run(lab, "pin T[3..4] longterm write as p").ret == 2
    assert value(lab, "T[0].pfn") < lab.kernel.zone.zone_end_pfn
    assert value(lab, "T[3].pte.huge")
    assert value(lab, "T[0]._pincount") == 2
    assert balanced(lab)


@pytest.mark.parametrize("kernel", ["v6.1", "v6.4"])
def test_the_zero_page_may_be_pinned_for_long_where_it_is(kernel: str) -> None:
    lab = started("zone movable", "mmap Z 1", "read Z", kernel=kernel)
    assert run(lab, "pin Z longterm as p").ret == 1


def test_a_range_that_is_unknown_is_refused_at_its_word() -> None:
    assert refused(started(), "migrate nobody").at == (8, 14)


def test_a_zone_that_is_unknown_is_refused_at_its_word() -> None:
    assert refused(started(), "zone highmem").at == (5, 12)


def test_a_device_without_slots_is_refused_at_its_word() -> None:
    assert refused(started(), "swapon 0").at == (7, 8)


def test_compact_takes_no_words() -> None:
    assert refused(started(), "compact now").at == (8, 11)
