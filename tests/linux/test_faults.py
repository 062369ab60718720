"""Page faults: which page a touch of memory gets, and by which entry."""

import pytest

from tests.labs import Lab, run, started, value


def test_mapping_memory_makes_no_page_and_no_table() -> None:
    empty = started()
    lab = started("mmap a 4")
    assert lab.kernel.zone.next_pfn == empty.kernel.zone.next_pfn
    assert value(lab, "not a[0].mapped and a[0].pte.none")


def test_a_read_of_untouched_memory_maps_the_zero_page_and_counts_nothing() -> None:
    lab = started("mmap a 4", "read a")
    assert value(lab, "a[3].page == zero and a[3].pte.special and not a[3].pte.write")
    assert value(lab, "zero._refcount == 1 and zero.mapcount == 0 and mm.rss_anon == 0")


def test_a_write_to_untouched_memory_maps_a_page_of_its_own() -> None:
    lab = started("mmap a 4", "write a[1] 0x41")
    assert value(lab, "a[1]._refcount == 1 and a[1].mapcount == 1 and a[1].anon")
    assert value(lab, "a[1].anon_exclusive and a[1].uptodate and a[1].swapbacked")
    assert value(lab, "a[1].pte.write and a[1].pte.dirty and a[1].pte.accessed")
    assert value(lab, "mm.rss_anon == 1 and not a[0].mapped")


def test_a_write_after_a_read_leaves_the_zero_page_for_a_fresh_one() -> None:
    lab = started("mmap a 1", "read a", "write a 0x41")
    assert value(lab, "a[0].page != zero and a[0].byte == 0x41 and zero.byte == 0")
    assert value(lab, "zero._refcount == 1 and a[0]._refcount == 1 and mm.rss_anon == 1")


def test_a_second_touch_takes_no_fault() -> None:
    lab = started("mmap a 1")
    counts = [
        run(lab, line).faults for line in ("read a", "read a", "write a 0x41", "read a")
    ]
    assert counts == [1, 0, 1, 0]


def test_a_write_to_an_exclusive_page_that_is_mapped_read_only_reuses_it() -> None:
    """The page was shared with a child, which has ended."""
    lab = started("mmap a 1", "write a 0x41", "fork c", "exit c")
    assert value(lab, "not a[0].pte.write")
    page = value(lab, "a[0].page")
    run(lab, "write a 0x42")
    assert value(lab, "a[0].page") is page
    assert value(lab, "a[0].pte.write and a[0].anon_exclusive and a[0]._refcount == 1")


def test_a_write_to_a_shared_page_copies_it_and_leaves_the_other_alone() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "write a 0x42")
    assert run(lab, "c: read a+0:1").value == "41"
    assert run(lab, "read a+0:1").value == "42"
    assert value(lab, "audit.clean")


@pytest.mark.parametrize(
    ("prot", "read", "write"),
    [("rw", None, None), ("r", None, "SIGSEGV"), ("none", "SIGSEGV", "SIGSEGV")],
)
def test_a_range_lets_through_what_its_protection_says(
    prot: str, read: str | None, write: str | None
) -> None:
    lab = started(f"mmap a 1 {prot}")
    assert run(lab, "read a").signal == read
    assert run(lab, "write a 0x41").signal == write


@pytest.mark.parametrize("address", ["0x0", "0x7fffffffffff", "0xffff888000000000"])
def test_an_address_outside_every_range_is_a_segmentation_fault(address: str) -> None:
    lab = Lab()
    assert run(lab, f"read {address}").signal == "SIGSEGV"
    assert run(lab, f"write {address} 0x41").signal == "SIGSEGV"


def test_an_access_across_ranges_stops_at_the_first_page_that_is_not_there() -> None:
    lab = started("mmap a 1")
    result = run(lab, 'write a+4094 "abcd"')
    assert result.signal is None
    assert run(lab, "read a+4094:4").signal == "SIGSEGV"
    assert run(lab, "read a+4094:2").value == "6162"


def test_without_memory_the_task_is_killed_and_nothing_leaks() -> None:
    lab = started("mmap a 4", "write a[0] 0x41")
    zone = lab.kernel.zone
    with lab.machine:
        zone.end_pfn = zone.next_pfn
    assert run(lab, "write a[1] 0x41").signal == "SIGKILL"
    assert run(lab, "pin a[2] write").error == "-ENOMEM"
    assert run(lab, "read a[3]").signal is None
    assert value(lab, "audit.clean and mm.rss_anon == 1")


@pytest.mark.parametrize("frames", range(16))
def test_running_out_of_memory_anywhere_in_a_program_keeps_the_books(frames: int) -> None:
    """The n-th allocation fails, for n from the first to the last that is made."""
    lab = started()
    zone = lab.kernel.zone
    with lab.machine:
        zone.end_pfn = zone.next_pfn + frames
    for line in (
        "mmap a 3",
        "read a[0]",
        "write a[0..1] 0x41",
        "fork c",
        "c: write a[0] 0x42",
        "pin a write as p",
        "munmap a",
    ):
        if line.startswith("c:") and len(lab.kernel.tasks) == 1:
            continue
        run(lab, line)
        assert value(lab, "audit.clean"), line
    for name in lab.names.held():
        run(lab, f"unpin {name}")
    assert value(lab, "audit.clean")
