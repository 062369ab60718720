"""Faulting in, core dumps, pins by file offset, signals, and what flags do."""

import pytest

from pintutor.lab.errors import Span
from pintutor.view.results import result_rows
from tests.labs import refused, run, started, value


@pytest.mark.parametrize(
    ("function", "setup", "left", "writes"),
    [
        ("fault_in_readable", (), 0, False),
        ("fault_in_writeable", (), 0, True),
        ("fault_in_safe_writeable", (), 0, False),
        ("fault_in_readable", ("mprotect a[1] none",), 2 * 4096, False),
        ("fault_in_writeable", ("mprotect a[1] r",), 2 * 4096, True),
        ("fault_in_safe_writeable", ("mprotect a[1] r",), 2 * 4096, False),
        ("fault_in_readable", ("mprotect a[2] r",), 0, False),
    ],
)
def test_faulting_in_ends_at_the_first_page_that_cannot_be_had(
    function: str, setup: tuple[str, ...], left: int, writes: bool
) -> None:
    lab = started("mmap a 3", "write a 0x41", *setup)
    result = run(lab, f"fault-in {function} a")
    assert (result.size, result.left) == (3 * 4096, left)
    assert value(lab, "a[0].page.byte") == (0 if writes else 0x41)
    assert value(lab, "audit.clean")


@pytest.mark.parametrize(
    ("function", "zero"),
    [("fault_in_readable", True), ("fault_in_safe_writeable", False)],
)
def test_faulting_in_maps_what_the_access_would_have_mapped(
    function: str, zero: bool
) -> None:
    lab = started("mmap a 1", f"fault-in {function} a")
    assert value(lab, "a[0].page == zero") is zero


def test_faulting_in_a_part_counts_its_bytes() -> None:
    lab = started("mmap a 2", "munmap a[1]")
    result = run(lab, "fault-in fault_in_readable a[0]+100:5000")
    assert (result.size, result.left) == (5000, 5000 - 3996)
    assert "1004" in str(result_rows(result, 80))


def test_a_core_dump_takes_what_was_written_and_no_zero_page() -> None:
    lab = started("mmap a 3", "write a[0] 0x41", "read a[1]")
    assert run(lab, "dump-page a[0] as d").ret == 1
    assert value(lab, "a[0]._refcount == 2 and audit.clean")
    assert run(lab, "dump-page a[1]").ret == 0
    assert run(lab, "dump-page a[2]").ret == 0
    assert value(lab, "zero._refcount == 1 and not a[2].mapped")


def test_a_core_dump_reads_memory_that_its_task_may_not() -> None:
    lab = started("mmap a 1", "write a 0x41", "mprotect a none", "dump-page a as d")
    assert value(lab, "d[0].byte") == 0x41


def test_folios_of_a_memfd_are_pinned_without_a_mapping() -> None:
    lab = started("file F 3 tmpfs", "mmap m 3 of F shared", "write m[1] 0x41", "munmap m")
    lab.execute("kernel v6.12")
    assert run(lab, "memfd-pin F as p").ret == 3
    assert value(lab, "p[1] == F[1].page and p[1].byte == 0x41")
    assert value(lab, "p[0]._refcount == 1025 and audit.clean")
    run(lab, "unpin p unpin_folios")
    assert value(lab, "F[0].page._refcount == 1 and audit.clean")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("memfd-pin F 0 8191 as p", ""),
        ("memfd-pin F 4096 4096 as p", ""),
        ("memfd-pin F 0 8192", "-EINVAL"),
        ("memfd-pin F 4096 4095", "-EINVAL"),
        ("memfd-pin D", "-EINVAL"),
    ],
)
def test_memfd_pin_folios_refuses_what_is_not_in_a_file_of_tmpfs(
    line: str, error: str
) -> None:
    lab = started("file F 2 tmpfs", "file D 2", kernel="v6.12")
    assert run(lab, line).error == error
    assert value(lab, "audit.clean")


@pytest.mark.parametrize(
    ("line", "function", "kernel", "patch"),
    [
        ("memfd-pin F", "memfd_pin_folios", "v6.12", "memfd-pin-folios"),
        ("unpin p unpin_user_folio", "unpin_user_folio", "v6.12", "unpin-user-folio"),
        ("unpin p unpin_folio", "unpin_folio", "v6.12", "unpin-folios"),
        ("addpin p", "folio_add_pin", "v6.5", "folio-add-pin"),
    ],
)
def test_a_function_that_the_kernel_does_not_have_yet_is_refused_with_who_has_it(
    line: str, function: str, kernel: str, patch: str
) -> None:
    lab = started("file F 1 tmpfs", "mmap a 1", "pin a write as p", kernel="v6.4")
    error = refused(lab, line)
    assert error.code == "unknown-function"
    told = f"v6.4 has no {function}(): it came by {kernel}, with `{patch}`"
    assert error.message == told
    assert error.hint == f"`kernel {kernel}`"


@pytest.mark.parametrize("function", ["unpin_folio", "unpin_folios", "unpin_user_folio"])
@pytest.mark.parametrize("memory", ["a 2", "a 512 thp"])
def test_the_folio_forms_of_unpin_give_back_what_was_pinned(
    function: str, memory: str
) -> None:
    lab = started(
        f"mmap {memory}", "write a[0..1] 0x41", "pin a[0..1] as p", kernel="v6.12"
    )
    run(lab, f"unpin p {function}")
    assert value(lab, "a[0]._refcount == 1 and audit.clean")
    assert value(lab, "vmstat.nr_foll_pin_released == 2")


@pytest.mark.parametrize("path", ["fast", "slow"])
def test_a_task_that_is_killed_gets_the_pages_it_has_or_eintr(path: str) -> None:
    lab = started("mmap a 2", "write a[0] 0x41", "fork c", "c: write a[0] 0x42", "kill c")
    assert run(lab, f"c: pin a[1] {path}").error == "-EINTR"
    result = run(lab, f"c: pin a {path} as p")
    assert (result.ret, result.error) == ((1, "") if path == "fast" else (-4, "-EINTR"))
    assert run(lab, "c: fault-in fault_in_safe_writeable a[1]").left == 4096
    assert run(lab, "pin a[1] slow as q").ret == 1
    assert value(lab, "audit.clean")


def test_a_task_that_was_not_made_cannot_be_killed() -> None:
    error = refused(started(), "kill chidl")
    assert error.at == Span(5, 10)


def test_split_pmd_maps_a_huge_page_by_small_entries_before_it_is_pinned() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x41")
    assert run(lab, "gup pin_user_pages T[3] 1 FOLL_SPLIT_PMD as p").ret == 1
    assert value(lab, "not T[3].pte.huge and p[0] == T[3].page and audit.clean")
    assert value(lab, "T[0]._pincount == 1")
    run(lab, "undo", "gup pin_user_pages T[3] 1 as p")
    assert value(lab, "T[3].pte.huge")


@pytest.mark.parametrize("flag", ["", "|FOLL_FORCE"])
@pytest.mark.parametrize("shared", ["", "shared"])
def test_force_writes_to_a_read_only_mapping_only_if_it_is_private(
    flag: str, shared: str
) -> None:
    lab = started(f"mmap a 1 r {shared}")
    result = run(lab, f"gup pin_user_pages a 1 FOLL_WRITE{flag} as p")
    works = bool(flag) and not shared
    assert (result.error or result.ret) == (1 if works else "-EFAULT")
    if works:
        assert value(lab, "p[0] == a[0].page and p[0].anon_exclusive")
        assert value(lab, "not a[0].pte.write and p[0]._refcount == 1025")


@pytest.mark.parametrize("function", ["pin_user_pages_fast", "pin_user_pages"])
@pytest.mark.parametrize("kernel", ["v6.1", "v6.12"])
def test_nofault_takes_what_is_mapped_and_ends_at_the_first_fault(
    function: str, kernel: str
) -> None:
    lab = started("mmap a 3", "write a[0] 0x41", "write a[2] 0x41", kernel=kernel)
    assert run(lab, f"gup {function} a 3 FOLL_NOFAULT as p").ret == 1
    assert run(lab, f"gup {function} a[1] 1 FOLL_NOFAULT").error == "-EFAULT"
    assert value(lab, "not a[1].mapped and audit.clean")


@pytest.mark.parametrize("kernel", ["v6.2", "v6.12"])
def test_nofault_does_not_unshare_either(kernel: str) -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", kernel=kernel)
    assert run(lab, "gup pin_user_pages a 1 FOLL_NOFAULT").error == "-EFAULT"
    assert value(lab, "a[0].mapcount == 2 and audit.clean")


def test_the_first_form_of_add_pin_does_what_folio_add_pin_does() -> None:
    counts = []
    for kernel in ("v6.5", "v6.4+zero-page-unpinned+page-get-additional-pin"):
        lab = started("mmap a 1", "write a 0x41", "pin a as p", "addpin p", kernel=kernel)
        seen = value(lab, "a[0]._refcount"), value(lab, "vmstat.nr_foll_pin_acquired")
        counts.append((*seen, value(lab, "dmesg.warnings"), value(lab, "audit.clean")))
    assert counts[0] == counts[1] == (2049, 1, 0, True)


def test_a_read_only_entry_keeps_its_dirty_bit_elsewhere_since_6_6() -> None:
    found = []
    for kernel in ("v6.5", "v6.12"):
        lab = started("mmap a 1", "write a 0x41", "fork c", kernel=kernel)
        table = str(run(lab, "show pt"))
        found.append((value(lab, "a[0].pte.dirty"), "saved-dirty" in table))
        run(lab, "exit c", "write a 0x42")
        assert value(lab, "a[0].pte.dirty and a[0].pte.write")
    assert found[0] == (True, False) and found[1][1]


def test_many_pins_are_told_with_their_number_and_why_they_ended() -> None:
    lab = started("mmap a 1", "write a 0x41")
    assert "3 times" in str(result_rows(run(lab, "pin a times=3 as p"), 100))
    refused_at = run(lab, "pin a times=3000000 as q")
    told = str(result_rows(refused_at, 160))
    assert "-ENOMEM" in told and "2097149 calls had the page" in told
    assert ("p", "pin × 3", 1) in {row[:3] for row in run(lab, "show held").rows}


def test_a_task_that_is_killed_is_told() -> None:
    lab = started("fork c")
    assert "killed" in str(result_rows(run(lab, "kill c"), 80))
