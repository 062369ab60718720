"""mprotect: ranges are cut and joined, entries get other bits."""

import pytest

from pintutor.linux.include.linux.mm import VM_MAYWRITE, VM_READ, VM_WRITE
from pintutor.linux.include.uapi.errno import EACCES, EINVAL, ENOMEM
from pintutor.linux.mm.change_protection import change_migration_entry
from pintutor.linux.mm.mprotect import do_mprotect_pkey
from pintutor.linux.mm.swapops import (
    SWP_MIGRATION_READ,
    SWP_MIGRATION_READ_EXCLUSIVE,
    SWP_MIGRATION_WRITE,
    make_migration_entry,
    pte_to_swp_entry,
    swp_entry_to_pte,
    swp_offset_pfn,
    swp_type,
)
from tests.labs import Lab, refused, run, started, value


def ranges(lab: Lab) -> list[tuple[object, ...]]:
    """The VMAs of the current task: name and flags."""
    return [(row[0], row[4]) for row in run(lab, "show vma").rows]


def mprotect(lab: Lab, start: int, length: int, prot: int) -> int:
    """What the system call returns."""
    with lab.machine:
        return do_mprotect_pkey(start, length, prot)


def test_a_part_becomes_a_range_of_its_own_and_joins_again() -> None:
    lab = started("mmap buf 4", "mprotect buf[1..2] r")
    parts = [("buf[0]", "read write"), ("buf[1..2]", "read"), ("buf[3]", "read write")]
    assert ranges(lab) == parts
    run(lab, "mprotect buf[0] r")
    assert ranges(lab) == [("buf[0..2]", "read"), ("buf[3]", "read write")]
    run(lab, "mprotect buf[3] r")
    assert ranges(lab) == [("buf", "read")]


@pytest.mark.parametrize("part", ["buf[0]", "buf[1]", "buf[3]", "buf[0..1]", "buf[2..3]"])
def test_a_part_that_gets_its_permissions_back_leaves_one_range(part: str) -> None:
    lab = started("mmap buf 4", 'write buf[1] "A"', f"mprotect {part} none")
    assert len(ranges(lab)) > 1
    run(lab, f"mprotect {part} rw", "audit")
    assert ranges(lab) == [("buf", "read write")]
    assert value(lab, "audit.clean")


def test_the_name_still_means_the_whole_range_after_a_cut() -> None:
    lab = started("mmap buf 4", 'write buf "A"', "mprotect buf[1] r")
    assert value(lab, "buf.pages") == 4
    run(lab, "munmap buf")
    assert value(lab, "audit.clean") and ranges(lab) == []


def test_frame_dirty_and_accessed_stay_and_the_write_bit_goes() -> None:
    lab = started("mmap buf 1", 'write buf "A"')
    before = value(lab, "buf.pte.raw")
    run(lab, "mprotect buf r")
    assert before ^ value(lab, "buf.pte.raw") == 0x2


def test_prot_none_keeps_the_page_but_nobody_may_touch_it() -> None:
    lab = started("mmap buf 1", 'write buf "A"', "mprotect buf none")
    assert value(lab, "buf.pte.protnone and not buf.pte.present and buf.mapped")
    assert run(lab, "read buf").signal == "SIGSEGV"
    assert run(lab, "get buf").error == "-EFAULT"
    assert run(lab, "mprotect buf rw", "read buf").value[:2] == "41"


def test_an_exclusive_dirty_page_is_writable_at_once_again() -> None:
    lab = started("mmap buf 1", 'write buf "A"', "mprotect buf r", "mprotect buf rw")
    assert value(lab, "buf.pte.write")
    assert run(lab, 'write buf "B"').faults == 0


def test_a_page_shared_by_fork_stays_read_only_for_its_copy() -> None:
    lab = started("mmap buf 1", 'write buf "A"', "fork child")
    run(lab, "mprotect buf r", "mprotect buf rw")
    assert not value(lab, "buf.pte.write")
    run(lab, 'write buf "B"')
    assert value(lab, "child.buf.byte") == ord("A")


def test_the_zero_page_stays_read_only_and_special() -> None:
    lab = started("mmap buf 1", "read buf", "mprotect buf r", "mprotect buf rw")
    assert value(lab, "buf.pte.special and not buf.pte.write and zero._refcount == 1")


UNSHARED = (
    "mmap buf 1",
    'write buf "A"',
    "fork child",
    "pin buf as p",
    "mprotect buf r",
    "mprotect buf rw",
)


@pytest.mark.parametrize(("kernel", "writable"), [("v6.1", False), ("v6.2", True)])
def test_a_clean_exclusive_page_is_writable_at_once_since_v6_2(
    kernel: str, writable: bool
) -> None:
    lab = started(*UNSHARED, kernel=kernel)
    assert not value(lab, "buf.pte.dirty")
    assert value(lab, "buf.pte.write") == writable
    run(lab, 'write buf "B"')
    assert value(lab, "p[0].byte") == ord("B")


@pytest.mark.parametrize(("kernel", "writable"), [("v6.1", False), ("v6.12", True)])
def test_the_pmd_of_a_huge_page_is_writable_at_once_since_v6_2(
    kernel: str, writable: bool
) -> None:
    lab = started("mmap T 512 thp", 'write T "A"', kernel=kernel)
    run(lab, "mprotect T r", "mprotect T rw")
    assert value(lab, "T.pte.level") == "pmd"
    assert value(lab, "T.pte.write") == writable
    assert run(lab, 'write T[0] "B"').faults == (0 if writable else 1)


def test_a_part_of_a_huge_page_splits_its_pmd_and_not_the_page() -> None:
    lab = started("mmap T 512 thp", 'write T "A"', "mprotect T[100] r")
    assert value(lab, "T[0].pte.level") == "pte" and value(lab, "T.order") == 9
    assert value(lab, "T[99].pte.write and not T[100].pte.write and T[101].pte.write")
    assert value(lab, "audit.clean")


def test_the_huge_zero_page_stays_read_only() -> None:
    lab = started("mmap T 512 thp", "read T", "mprotect T r", "mprotect T rw")
    assert value(lab, "T.pte.huge and not T.pte.write")


def test_a_hole_is_enomem_after_what_comes_before_it_was_changed() -> None:
    lab = started("mmap buf 3", "munmap buf[1]")
    assert run(lab, "mprotect buf r").error == "-ENOMEM"
    assert ranges(lab) == [("buf[0]", "read"), ("buf[2]", "read write")]
    assert run(lab, "mprotect buf[1] r").error == "-ENOMEM"


def test_a_shared_page_of_a_disk_file_faults_again_when_it_is_clean() -> None:
    lab = started("file F 1 ext4", "mmap f 1 of F shared", 'write f "A"')
    run(lab, "mprotect f r", "mprotect f rw")
    assert value(lab, "f.pte.write"), "the file system has heard of it"
    run(lab, "fsync F", "mprotect f r", "mprotect f rw")
    assert not value(lab, "f.pte.write")


def test_shared_memory_is_writable_without_a_fault() -> None:
    lab = started("mmap s 1 shared", 'write s "A"', "mprotect s r", "mprotect s rw")
    assert value(lab, "s.pte.write")


def test_a_file_is_held_by_each_part_and_goes_with_the_last() -> None:
    lab = started("file F 4 tmpfs", "mmap f 4 of F", "mprotect f[1] r")
    users = [row[5] for row in run(lab, "show files").rows]
    run(lab, "mprotect f rw")
    assert (users, [row[5] for row in run(lab, "show files").rows]) == ([3], [1])


def test_the_child_has_permissions_of_its_own() -> None:
    lab = started("mmap buf 1", 'write buf "A"', "fork child", "child: mprotect buf none")
    assert run(lab, "child: read buf").signal == "SIGSEGV"
    assert run(lab, "read buf").signal is None


@pytest.mark.parametrize(
    ("start", "length", "error"),
    [
        (0x7F00_0000_0001, 4096, -EINVAL),
        (0x7F00_0000_0000, 0, 0),
        (0x7F00_0000_0000, (1 << 64) - 4096, -ENOMEM),
        (0x1000, 4096, -ENOMEM),
        (0x7F00_0000_0000, 8192, -ENOMEM),
        (0x7F00_0000_0000, 1, 0),
    ],
)
def test_what_the_system_call_answers(start: int, length: int, error: int) -> None:
    lab = started("mmap buf 1")
    assert mprotect(lab, start, length, VM_READ) == error


def test_what_may_never_be_written_is_eacces() -> None:
    lab = started("mmap buf 1 r shared")
    vma = lab.kernel.tasks[0].mm.mmap[0]
    with lab.machine:
        vma.vm_flags &= ~VM_MAYWRITE
    assert mprotect(lab, vma.vm_start, 4096, VM_READ | VM_WRITE) == -EACCES
    assert mprotect(lab, vma.vm_start, 4096, 0) == 0


def test_a_pinned_page_stays_with_its_pin_through_every_change() -> None:
    lab = started("mmap buf 1", "pin buf write as p", "mprotect buf none")
    run(lab, "mprotect buf rw", 'write buf "C"')
    assert value(lab, "p[0].byte") == ord("C") and value(lab, "audit.clean")


def test_a_cut_without_memory_for_a_table_changes_nothing() -> None:
    lab = started("mmap T 512 thp", 'write T "A"')
    with lab.machine:
        lab.kernel.zone.next_pfn = lab.kernel.zone.end_pfn
        lab.kernel.zone.free = None
    assert run(lab, "mprotect T[1] r").error == "-ENOMEM"
    assert ranges(lab) == [("T", "read write hugepage")]


def test_advice_goes_over_the_parts_of_a_range_and_ends_with_enomem_for_a_hole() -> None:
    lab = started("mmap buf 4", 'write buf "A"', "mprotect buf[1] r", "munmap buf[2]")
    assert refused(lab, "madvise buf dontneed").errno == "-ENOMEM"
    lab = started("mmap buf 4", 'write buf "A"', "mprotect buf[1] r")
    run(lab, "madvise buf dontneed")
    assert not value(lab, "buf[0].mapped or buf[1].mapped or buf[3].mapped")


def test_a_part_can_be_kept_from_a_child() -> None:
    lab = started("mmap buf 4", 'write buf "A"', "madvise buf[1..2] dontfork", "fork c")
    assert run(lab, "c: read buf[1]").signal == "SIGSEGV"
    assert run(lab, "c: read buf[3]").value[:2] == "41"


def test_a_swapped_page_comes_back_with_the_permissions_of_its_range() -> None:
    lab = started("swapon 8", "mmap buf 1", "write buf 0x41", "madvise buf pageout")
    entry = value(lab, "buf.pte.raw")
    run(lab, "mprotect buf r")
    assert value(lab, "buf.pte.raw") == entry
    assert run(lab, "read buf").value[:2] == "41"
    assert not value(lab, "buf.pte.write")
    assert run(lab, "write buf 0x42").signal == "SIGSEGV"


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_page_that_is_being_moved_comes_back_read_only(anonymous: bool) -> None:
    lab = started("mmap buf 1", "write buf 0x41")
    page = value(lab, "buf.page")
    pte = swp_entry_to_pte(make_migration_entry(SWP_MIGRATION_WRITE, page.pfn, 0))
    with lab.machine:
        page.mapping = page.mapping if anonymous else None
        entry = pte_to_swp_entry(change_migration_entry(pte))
    kept = SWP_MIGRATION_READ_EXCLUSIVE if anonymous else SWP_MIGRATION_READ
    assert (swp_type(entry), swp_offset_pfn(entry)) == (kept, page.pfn)
