"""A disk has a page cache too: pread, pwrite, fsync, and direct I/O beside it."""

import pytest

from tests.labs import Lab, refused, run, started, value

WRITTEN = ("disk d 64K", "mmap A 2", "write A 0x41", "pwrite d 4096 A[0]")


def bytes_of(lab: Lab) -> object:
    return value(lab, "d[1].byte")


def test_what_is_written_reaches_the_disk_with_fsync() -> None:
    lab = started(*WRITTEN)
    assert value(lab, "d.cached == 1 and d.dirty_pages == 1")
    assert bytes_of(lab) == 0
    assert run(lab, "fsync d").pages == 1
    assert value(lab, "d.cached == 1 and d.dirty_pages == 0")
    assert bytes_of(lab) == 0x41


def test_a_write_to_a_part_of_a_page_reads_the_rest_first() -> None:
    lab = started("disk d 64K", "mmap A 1", "write A 0x41", "write A+2:1 0x43")
    run(lab, "pwrite d 4096 A", "fsync d", "dropcache d")
    assert value(lab, "d.cached") == 0
    run(lab, "pwrite d 4097 A+2:1", "fsync d")
    assert value(lab, "d[1].bytes[0] == 0x41 and d[1].bytes[1] == 0x43")
    assert value(lab, "d[1].bytes[2] == 0x43")


def test_a_disk_of_odd_length_writes_the_blocks_that_are_dirty_one_bio_each() -> None:
    lab = started("disk d 62976", "mmap A 1", "write A 0x41", "pwrite d 512 A+0:1024")
    before = value(lab, "d.waiting"), lab.kernel.nr_bios
    run(lab, "fsync d")
    # The page was read, two blocks of 512 bytes were written, and there was a flush.
    assert lab.kernel.nr_bios - before[1] == 3
    assert value(lab, "d[0].bytes[512] == 0x41 and d[0].bytes[1536] == 0")


def test_a_direct_read_sees_what_was_only_in_the_cache() -> None:
    lab = started(*WRITTEN, "mmap B 1")
    run(lab, "dio read d 4096 B")
    assert value(lab, "B[0].byte == 0x41 and d.dirty_pages == 0 and d.cached == 1")


def test_a_direct_write_drops_the_range_from_the_cache() -> None:
    lab = started(*WRITTEN, "write A 0x42")
    run(lab, "dio write d 4096 A[0]")
    assert value(lab, "d.cached") == 0
    assert bytes_of(lab) == 0x42
    run(lab, "pread d 4096 A[1]")
    assert value(lab, "A[1].byte") == 0x42


@pytest.mark.parametrize("op", ["read", "write"])
def test_who_must_not_wait_for_the_cache_is_told_to_come_again(op: str) -> None:
    lab = started(*WRITTEN)
    assert run(lab, f"dio {op} d 4096 A[0] nowait").error == "-EAGAIN"


def test_what_direct_io_cannot_reach_is_no_more_reached_through_the_cache() -> None:
    lab = started("disk d 64K", "mmap A 2", "write A 0x41", "munmap A[1]")
    result = run(lab, "dio write d 0 A size=8192")
    assert (result.ret, result.left) == (4096, 4096)


def test_an_error_of_the_disk_is_told_by_fsync_once() -> None:
    lab = started(*WRITTEN, "diskfail d")
    assert run(lab, "fsync d").note == "-EIO"
    assert run(lab, "fsync d").note == ""


def test_the_cache_of_a_disk_is_in_the_books() -> None:
    lab = started(*WRITTEN, "pread d 0 A[1]")
    assert not run(lab, "audit").imbalances


def test_a_page_of_a_disk_goes_into_a_pipe_as_it_is() -> None:
    lab = started(*WRITTEN, "pipe p 4", "splice d 4096 4096 p")
    assert value(lab, "p[0].bytes[0]") == 0x41
    assert value(lab, "d.cached") == 1


def test_nothing_is_written_behind_the_end_of_a_disk() -> None:
    lab = started(*WRITTEN)
    assert run(lab, "pwrite d 65536 A").error == "-ENOSPC"
    assert run(lab, "pread d 65536 A").ret == 0


def test_an_unknown_disk_is_refused_at_its_word() -> None:
    error = refused(started(*WRITTEN), "pwrite e 0 A")
    assert error.code == "unknown-file" and error.at is not None
    assert (error.at.start, error.at.stop) == (7, 8)
