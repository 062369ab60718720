"""Reclaim: what pins, references and dirt keep."""

import pytest

from pintutor.linux.include.linux.mm import VM_PFNMAP
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.mm.madvise import MADV_PAGEOUT, do_madvise
from tests.labs import Lab, refused, run, started, value

KERNELS = ("v5.17", "v6.1", "v6.12")


def used_slots(lab: Lab) -> list[int]:
    """The use counts of the slots that are used."""
    assert lab.kernel.swap is not None
    return [count for count in lab.kernel.swap.swap_map.items[1:] if count]


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_pinned_page_does_not_even_get_a_slot(kernel: str) -> None:
    lab = started("swapon 8", "mmap A 2", "write A 0x11", kernel=kernel)
    run(lab, "pin A[0] write as p", "madvise A pageout")
    assert value(lab, "A[0]._refcount") == 1025
    assert value(lab, "A[0].lru")
    assert used_slots(lab) == [1]


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_page_pinned_while_in_the_swap_cache_keeps_its_entry(kernel: str) -> None:
    lab = started("swapon 8", "mmap A 1", "write A 0x11", kernel=kernel)
    run(lab, "madvise A pageout", "read A[0]", "pin A[0] as p")
    assert value(lab, "A[0].swapcache")
    run(lab, "madvise A pageout")
    assert value(lab, "A[0]._refcount") == 1026
    assert value(lab, "A[0].anon_exclusive")


@pytest.mark.parametrize(("kernel", "young"), [("v6.1", False), ("v6.12", True)])
def test_pageout_leaves_the_accessed_bit_alone_since_v6_10(
    kernel: str, young: bool
) -> None:
    lab = started("mmap A 1", "write A 0x11", "madvise A pageout", kernel=kernel)
    assert value(lab, "A[0].pte.accessed") == young


@pytest.mark.parametrize("kernel", KERNELS)
def test_cold_only_clears_the_accessed_bit(kernel: str) -> None:
    lab = started("swapon 8", "mmap A 1", "write A 0x11", "madvise A cold", kernel=kernel)
    assert not value(lab, "A[0].pte.accessed")
    assert value(lab, "A[0]._refcount") == 1


def test_a_page_that_two_tasks_have_mapped_is_left_alone() -> None:
    lab = started("swapon 8", "mmap A 1", "write A 0x11", "fork child")
    run(lab, "madvise A pageout")
    assert value(lab, "A[0]._refcount") == 2
    assert value(lab, "A[0].pte.accessed")


def test_a_clean_page_of_a_file_is_dropped() -> None:
    lab = started("file F 1", "mmap M 1 of F shared", "read M", "madvise M pageout")
    assert not value(lab, "F[0].cached")


def test_a_dirty_page_of_a_file_is_unmapped_but_stays() -> None:
    lab = started("file F 1", "mmap M 1 of F shared", "write M 0x11", "madvise M pageout")
    assert value(lab, "F[0].dirty")
    assert value(lab, "F[0].mapcount") == 0


@pytest.mark.parametrize(
    ("kernel", "buffers"), [("v6.1", False), ("v6.1+reclaim-keeps-pinned", True)]
)
def test_reclaim_took_the_buffers_of_a_pinned_page_before_v6_4(
    kernel: str, buffers: bool
) -> None:
    lab = started("file F 1", "mmap M 1 of F shared", "write M 0x11", kernel=kernel)
    run(lab, "pin M[0] write as p", "fsync F", "madvise M pageout")
    assert value(lab, "F[0].private") == buffers
    assert not run(lab, "audit").imbalances


def test_a_pinned_page_that_lost_its_buffers_does_not_reach_the_disk() -> None:
    """The data that the device wrote is lost: the crash of older file systems."""
    lines = ("pin M[0] write as p", "fsync F", "madvise M pageout", 'dma p "B"')
    before = started("file F 1", "mmap M 1 of F shared", "write M 0x11", kernel="v6.1")
    after = started("file F 1", "mmap M 1 of F shared", "write M 0x11", kernel="v6.4")
    for lab, byte in ((before, 0x11), (after, ord("B"))):
        run(lab, *lines, "unpin p dirty", "fsync F")
        assert value(lab, "F.disk[0].byte") == byte


def test_a_page_of_tmpfs_is_not_swapped() -> None:
    lab = started("swapon 8", "file F 1 tmpfs", "mmap M 1 of F shared", "write M 0x11")
    run(lab, "madvise M pageout")
    assert value(lab, "F[0].byte") == 0x11
    assert not run(lab, "audit").imbalances


def test_a_part_of_a_huge_page_is_left_alone() -> None:
    lab = started("swapon 2048", "mmap T 512 thp", "write T 0x11", "madvise T[3] pageout")
    assert value(lab, "T[3].pte.huge")


def test_a_pinned_huge_page_stays_whole() -> None:
    lab = started("swapon 2048", "mmap T 512 thp", "write T 0x11", "pin T[3] write as p")
    run(lab, "madvise T pageout")
    assert value(lab, "T[3].pte.huge")
    assert value(lab, "T[0]._pincount") == 1


def test_a_referenced_huge_page_does_not_get_slots() -> None:
    lab = started("swapon 2048", "mmap T 512 thp", "write T 0x11", "get T[3] as g")
    run(lab, "madvise T pageout")
    assert value(lab, "T[3].pte.huge")
    assert used_slots(lab) == []


def test_the_zero_page_is_left_alone() -> None:
    lab = started("swapon 8", "mmap Z 1", "read Z", "madvise Z pageout")
    assert value(lab, "zero._refcount") == 1


def test_memory_of_a_device_is_refused() -> None:
    lab = started("mmap A 1", "write A 0x11")
    with lab.machine:
        mm = lab.kernel.tasks[0].mm
        mm.mmap[0].vm_flags |= VM_PFNMAP
        assert do_madvise(mm, mm.mmap[0].vm_start, 4096, MADV_PAGEOUT) == -EINVAL


def test_dropcaches_drops_the_clean_pages_of_every_file() -> None:
    lab = started("file F 2", "file G 1", "mmap f 2 of F", "mmap g 1 of G")
    run(lab, "read f", "read g", "munmap f")
    assert run(lab, "dropcaches").pages == 2
    assert value(lab, "G[0].cached")


def test_dropcaches_takes_no_words() -> None:
    assert refused(started(), "dropcaches F").at == (11, 12)
