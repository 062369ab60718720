"""Mappings of files that were opened for reading only."""

import pytest

from pintutor.lab.errors import Span
from tests.labs import Lab, refused, run, started, value

SHARED = ("file F 2", "mmap m 2 r of F shared rdonly")
PRIVATE = ("file F 2", "mmap m 2 r of F rdonly")
KERNELS = ("v5.17", "v6.1", "v6.4", "v6.5", "v6.12")


def test_a_writable_range_cannot_share_what_was_opened_for_reading() -> None:
    error = refused(started("file F 2"), "mmap m 2 of F shared rdonly")
    assert (error.code, error.errno) == ("mmap-failed", "-EACCES")


def test_a_range_that_only_reads_can() -> None:
    lab = started(*SHARED, "read m")
    assert value(lab, "m[0].page == F[0].page and not m[0].pte.write and audit.clean")


def test_a_private_range_may_be_written() -> None:
    lab = started("file F 2", "mmap m 2 of F rdonly", "write m 0x41")
    assert value(lab, "m[0].page != F[0].page and F.dirty_pages == 0 and audit.clean")


def test_what_shares_it_never_becomes_writable() -> None:
    assert run(started(*SHARED), "mprotect m rw").error == "-EACCES"
    assert run(started(*PRIVATE), "mprotect m rw").error == ""
    assert run(started("file F 2", "mmap m 2 r of F shared"), "mprotect m rw").error == ""


def test_what_shares_it_may_be_made_unreadable_and_readable_again() -> None:
    lab = started(*SHARED, "mprotect m none")
    assert run(lab, "mprotect m r").error == ""


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_forced_write_pin_of_a_private_range_takes_a_copy(kernel: str) -> None:
    lab = started(*PRIVATE, "read m", kernel=kernel)
    assert run(lab, "gup pin_user_pages m 1 FOLL_WRITE").error == "-EFAULT"
    assert run(lab, "gup pin_user_pages m 1 FOLL_WRITE|FOLL_FORCE as p").ret == 1
    assert value(lab, "p[0] != F[0].page and m[0].anon_exclusive and audit.clean")
    assert value(lab, "not m[0].pte.write")


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_forced_write_pin_of_what_shares_it_is_refused(kernel: str) -> None:
    lab = started(*SHARED, "read m", kernel=kernel)
    result = run(lab, "gup pin_user_pages m 1 FOLL_WRITE|FOLL_FORCE")
    assert result.error == "-EFAULT"
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_long_read_pin_of_what_shares_it_keeps_the_page_of_the_file(
    kernel: str,
) -> None:
    lab = started(*SHARED, "read m", kernel=kernel)
    assert run(lab, "pin m[0] longterm as p").ret == 1
    assert value(lab, "p[0] == F[0].page and audit.clean")


def test_a_child_shares_it_without_a_copy() -> None:
    lab = started(*SHARED, "read m", "fork c", "c: read m")
    assert value(lab, "F[0]._mapcount == 1 and m[0].page == F[0].page and audit.clean")


def test_only_a_file_is_opened_for_reading() -> None:
    error = refused(Lab(), "mmap m 2 rdonly")
    assert error.hint == "`of FILE` says which"


def test_a_misspelt_mode_is_refused_at_its_word() -> None:
    error = refused(started("file F 2"), "mmap m 2 of F rdonyl")
    assert error.at == Span(14, 20)
    assert "did you mean `rdonly`" in error.message
