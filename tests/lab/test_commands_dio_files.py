"""Commands about files on disks: what they do, and what they refuse."""

from __future__ import annotations

import pytest

from tests.labs import refused, run, started, value


def test_a_file_is_made_on_the_disk_that_is_named() -> None:
    lab = started("disk d 64K", "file F 2 udf on d")
    assert value(lab, "F.on") == "d"
    assert value(lab, "F.kind") == "udf"
    assert value(lab, "F.extents") == 1


def test_a_disk_has_one_file_system() -> None:
    lab = started("disk d 64K", "file F 1 vfat on d")
    error = refused(lab, "file G 1 ext4 on d")
    assert "vfat" in str(error)


def test_an_unknown_disk_is_pointed_at() -> None:
    lab = started("disk d 64K")
    error = refused(lab, "file F 1 on e")
    assert error.at is not None
    assert "file F 1 on e"[error.at[0] : error.at[1]] == "e"


def test_a_full_disk_makes_no_file_of_that_length() -> None:
    lab = started("disk d 64K")
    assert run(lab, "file F 100 on d").note == "-ENOSPC"


def test_a_sparse_file_is_long_without_blocks() -> None:
    lab = started("file F 1310720 sparse")
    assert value(lab, "F.size") == 5 << 30
    assert value(lab, "F.blocks") == 0


@pytest.mark.parametrize("fs", ["ext4", "vfat", "udf", "jfs"])
def test_what_is_written_through_the_cache_reaches_the_disk_with_fsync(fs: str) -> None:
    lab = started("mmap A 2", "write A 0x33", f"file F 0 {fs}", "pwrite F 4096 A")
    assert value(lab, "F.size") == 12288
    assert value(lab, "F.disk[1].byte") == 0
    assert run(lab, "fsync F").note == ""
    assert value(lab, "F.disk[1].byte") == 0x33
    run(lab, "mmap B 3", "dropcache F")
    assert run(lab, "pread F 0 B").ret == 12288
    assert value(lab, "B[0].byte") == 0
    assert value(lab, "B[1].byte") == 0x33


def test_a_file_in_memory_is_not_written_by_pwrite() -> None:
    lab = started("mmap A 1", "file S 1 tmpfs")
    assert "mapping" in str(refused(lab, "pwrite S 0 A"))


def test_only_ext4_has_blocks_that_are_not_written_to() -> None:
    lab = started("file F 0", "file G 0 udf")
    assert run(lab, "falloc F 0 2").note == ""
    assert run(lab, "falloc G 0 2").note == "-EOPNOTSUPP"
    assert value(lab, "F.blocks") == 2


def test_a_file_can_be_cut_within_a_page() -> None:
    lab = started("file F 3")
    assert run(lab, "truncate F 1 more=700").pages == 2
    assert value(lab, "F.size") == 4796


def test_show_dio_tells_what_is_under_way() -> None:
    lab = started("mmap A 1", "write A 0x33", "file F 1", "file G 1 udf", kernel="v6.5")
    assert run(lab, "show dio").rows == ()
    run(lab, "dio read F 0 A async", "dio read G 0 A async")
    assert run(lab, "show dio").rows == (
        ("F", "iomap_dio", "READ", 0, 4096, 1, 0, "dirty"),
        ("G", "dio", "READ", 0, 4096, 1, 0, "is_pinned is_async should_dirty"),
    )


def test_an_error_of_the_disk_is_heard_of_at_fsync_once() -> None:
    lab = started("mmap A 1", "write A 0x33", "disk d 64K", "file F 0 on d")
    run(lab, "pwrite F 0 A", "diskfail d")
    assert run(lab, "fsync F").note == "-EIO"
    assert run(lab, "fsync F").note == ""
