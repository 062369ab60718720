"""The ends of what can be asked for: odd offsets, gaps, memory that is not there."""

import pytest

from pintutor.patches import series
from pintutor.sim.errors import KernelBug, OutOfBounds, UseAfterFree
from tests.labs import Lab, refused, run, started, value

each_release = pytest.mark.parametrize("kernel", series.RELEASES)
GIB4 = 1 << 32


def stopped(lab: Lab, line: str) -> type | None:
    """What the kernel stopped with at a line."""
    oops = lab.execute(line).oops
    return type(oops) if oops is not None else None


@each_release
def test_a_vfat_file_grows_over_a_gap_that_begins_and_ends_within_blocks(
    kernel: str,
) -> None:
    lab = started("file V 1 vfat", "mmap a 1", "write a+5:3 'XYZ'", kernel=kernel)
    assert run(lab, "truncate V 1 more=700").note == ""
    assert run(lab, "pwrite V 9001 a+5:3").ret == 3
    assert value(lab, "V.size") == 9004
    assert value(lab, "V[2].bytes")[809:813] == b"XYZ\0"
    assert value(lab, "V[1].bytes") == bytes(4096)
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("keeper", ["nfs", "fuse"])
def test_a_file_that_is_kept_elsewhere_may_be_longer_than_memory(keeper: str) -> None:
    lab = started(f"file N 1 {keeper}", "mmap a 2", "write a[0] 'A'")
    assert run(lab, f"dio write N {1 << 50} a[0]").ret == 4096
    assert value(lab, "N.size") == (1 << 50) + 4096
    assert run(lab, f"dio read N {1 << 50} a[1]").ret == 4096
    assert value(lab, "a[1].byte") == ord("A")
    assert run(lab, f"dio read N {GIB4} a[1]").ret == 4096
    assert value(lab, "a[1].bytes") == bytes(4096)


@each_release
@pytest.mark.parametrize("kind", ["ext4", "udf"])
def test_the_cache_has_no_memory_for_a_page_at_1_tib_and_direct_io_needs_none(
    kernel: str, kind: str
) -> None:
    lab = started(f"file F 1 {kind}", "mmap a 1", "write a 'A'", kernel=kernel)
    assert run(lab, f"pwrite F {1 << 40} a").error == "-ENOMEM"
    assert run(lab, f"dio write F {1 << 40} a").ret == 4096
    assert run(lab, f"pread F {1 << 40} a").error == "-ENOMEM"
    assert run(lab, f"dio read F {1 << 40} a").ret == 4096
    assert value(lab, "a.byte") == ord("A")
    assert value(lab, "audit.clean")


@each_release
def test_a_page_that_reading_ahead_had_no_memory_for_is_tried_once_more(
    kernel: str,
) -> None:
    lab = started("file F 1", "mmap a 1", "write a 'A'", "inject alloc", kernel=kernel)
    assert run(lab, "pread F 0 a").ret == 4096
    assert value(lab, "a.byte") == 0


def test_a_later_write_takes_the_place_of_a_part_of_an_earlier_one() -> None:
    lab = started("file N 1 nfs", "mmap a 1", "write a 'AAAAAAAA'", "dio write N 8 a:8")
    run(lab, "write a 'BBBB'", "dio write N 10 a:4")
    assert value(lab, "N.bytes")[:20] == bytes(8) + b"AABBBBAA" + bytes(4)


@pytest.mark.parametrize(("size", "error"), [(1 << 28, "-EINVAL"), (1 << 16, "-EFAULT")])
def test_a_command_by_way_of_sg_is_shorter_than_256_mib(size: int, error: str) -> None:
    """Memory that is not there is found out when what was read is copied to it."""
    lab = started("disk d 2M")
    assert run(lab, f"sgio read d 0 0x10000:{size} sg").error == error


def test_an_iterator_that_has_more_bytes_than_segments_runs_off_their_end() -> None:
    lines = ("kmem K 1", "iter i bvec source K[0]:512", "reexpand i 1024")
    lab = started(*lines, "advance i 512", kernel="v6.1")
    assert stopped(lab, "getpages i") is OutOfBounds


def test_an_iterator_is_not_moved_back_over_the_start_of_its_segments() -> None:
    lab = started("kmem K 1", "iter i bvec source K[0]:512 K[0]+1024:512")
    assert stopped(lab, "iterrevert i 1") is OutOfBounds


def test_pages_of_a_file_that_went_are_a_wild_pointer_to_who_extracts_them() -> None:
    lab = started("file S 2 tmpfs", "iter i xarray dest S+100:5000", "punch S 0")
    assert stopped(lab, "extract i as p") is KernelBug


@each_release
def test_waiting_for_no_pages_of_a_file_over_nfs_is_a_null_pointer(kernel: str) -> None:
    lab = started("file S 2 tmpfs", "file N 2 nfs", kernel=kernel)
    run(lab, "iter i xarray dest S", "punch S 0")
    assert stopped(lab, "dio read N 0 i") is KernelBug


def test_an_iterator_over_a_closed_pipe_is_use_after_free() -> None:
    lab = started("pipe P", "iter i pipe dest P", "close P", kernel="v6.1")
    assert value(lab, "i.count") == 16 * 4096
    assert stopped(lab, "getpages i") is UseAfterFree


def test_closing_a_pipe_gives_it_back_and_undo_brings_it_back() -> None:
    lab = started("pipe P", "mmap a 1", "vmsplice P a")
    assert run(lab, "close P").buffers == 0
    assert refused(lab, "drain P").message
    lab.execute("undo")
    assert run(lab, "drain P").ret == 4096


@pytest.mark.parametrize(
    "line",
    ["mmap n 1 of N", "truncate N 1", "punch N 0", "falloc N 0 1", "memfd-pin N as h"],
)
def test_a_file_that_is_kept_elsewhere_has_no_cache_to_be_mapped_or_cut(line: str) -> None:
    error = refused(started("file N 2 nfs", kernel="v6.12"), line)
    assert error.at is not None and line[error.at.start : error.at.stop] == "N"


def test_a_write_through_the_cache_to_a_file_kept_elsewhere_says_what_to_type() -> None:
    lab = started("file N 2 nfs", "mmap a 1")
    assert refused(lab, "pwrite N 0 a").hint == "`dio write N 0 buf`"
