"""Ranges that map frames without a struct page: VM_IO, VM_PFNMAP and VM_MIXEDMAP."""

import pytest

from pintutor.linux.include.linux.mm import VM_PFNMAP, VM_READ
from pintutor.linux.mm.mmap import do_mmap
from tests.labs import refused, run, started, value

GUP = ("get_user_pages_fast", "get_user_pages", "pin_user_pages_fast", "pin_user_pages")


def test_device_memory_is_mapped_at_once_by_special_entries() -> None:
    lab = started("mmap dev 4 io")
    assert value(lab, "dev[3].pte.special and dev[3].pte.present and dev[0].pte.pfn") > 0
    assert run(lab, 'write dev[1] "A"').faults == 1, "a private range copies"
    assert value(lab, "audit.clean")


def test_a_mixed_range_is_mapped_frame_by_frame_when_it_is_touched() -> None:
    lab = started("mmap dev 4 mixed shared")
    assert not value(lab, "dev[2].mapped")
    assert run(lab, "read dev[2]").faults == 1
    assert value(lab, "dev[2].pte.special and not dev[1].mapped")


def test_what_is_written_to_shared_device_memory_is_there_for_the_next_mapping() -> None:
    lab = started("mmap dev 2 io shared", 'write dev[1] "A"', "mmap b 1 io shared from 1")
    assert run(lab, "read b").value[:2] == "41"


def test_a_private_copy_is_an_ordinary_page_and_the_device_keeps_its_bytes() -> None:
    lab = started("mmap s 1 io shared", 'write s "A"', "mmap dev 1 io", 'write dev+1 "B"')
    assert run(lab, "read dev").value[:4] == "4142"
    assert value(lab, "dev.anon and not dev.pte.special")
    assert run(lab, "read s").value[:4] == "4100"


@pytest.mark.parametrize("kernel", ["v6.1", "v6.5", "v6.12"])
@pytest.mark.parametrize("function", GUP)
def test_nobody_gets_a_page_of_a_pfn_range(function: str, kernel: str) -> None:
    lab = started("mmap dev 2 io", "read dev", kernel=kernel)
    assert run(lab, f"gup {function} dev 2").error == "-EFAULT"
    assert run(lab, f"gup {function} dev 2 FOLL_WRITE").error == "-EFAULT"


@pytest.mark.parametrize("kernel", ["v6.1", "v6.5", "v6.12"])
@pytest.mark.parametrize("function", GUP)
def test_a_mixed_range_is_looked_into_and_a_frame_without_page_is_eexist(
    function: str, kernel: str
) -> None:
    lab = started("mmap dev 2 mixed", kernel=kernel)
    assert run(lab, f"gup {function} dev 2").error == "-EEXIST"


def test_a_write_to_a_private_mixed_range_gives_a_page_that_can_be_pinned() -> None:
    lab = started("mmap dev 2 mixed", "pin dev[0] write as p")
    assert value(lab, "p.count == 1 and p[0].anon and dev[0].pte.write")


def test_a_call_that_meets_device_memory_after_pages_returns_a_short_count() -> None:
    lab = started("mmap buf 1", "mmap dev 1 io at=0x7f0000001000")
    assert run(lab, "gup pin_user_pages_fast buf 2 as p").ret == 1


@pytest.mark.parametrize("kind", ["io", "mixed"])
def test_fork_copies_the_entries_as_no_fault_could_tell(kind: str) -> None:
    lab = started(f"mmap dev 2 {kind} shared", 'write dev[0] "A"', "fork child")
    assert value(lab, "child.dev[0].pte.special and child.dev[0].pte.pfn == dev[0].pte.pfn")
    assert value(lab, "child.dev[1].mapped") == (kind == "io")
    assert run(lab, "child: read dev").value[:2] == "41"


def test_munmap_and_mprotect_leave_no_trace_in_the_books() -> None:
    lab = started("mmap dev 4 io", 'write dev[2] "A"', "mprotect dev[1] none")
    assert run(lab, "read dev[1]").signal == "SIGSEGV"
    run(lab, "mprotect dev rw", "read dev", "munmap dev")
    assert value(lab, "audit.clean")


def test_such_ranges_are_never_joined() -> None:
    lab = started("mmap dev 4 io", "mprotect dev[1] r", "mprotect dev[1] rw")
    assert len(run(lab, "show vma").rows) == 3


def test_a_page_table_that_cannot_be_had_leaves_nothing_mapped() -> None:
    lab = started()
    with lab.machine:
        lab.kernel.zone.free = None
        lab.kernel.zone.next_pfn = lab.kernel.zone.end_pfn - 1
        mm = lab.kernel.tasks[0].mm
        assert do_mmap(mm, 0, 4096, VM_READ | VM_PFNMAP) < 0
        assert mm.mmap == ()


def test_tables_and_panes_show_frames_that_have_no_page() -> None:
    lab = started("mmap dev 1 io")
    assert "pfn:0xfd000" in [row[3] for row in run(lab, "show pt").rows]
    assert "io" in run(lab, "show vma").rows[0][4]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("mmap d 65 io", "too-many"),
        ("mmap d 1 io from 64", "too-many"),
        ("mmap d 1 io mixed", "bad-range"),
        ("mmap d 512 io thp", "bad-range"),
    ],
)
def test_what_the_device_cannot_map_is_refused(line: str, code: str) -> None:
    assert refused(started(), line).code == code
