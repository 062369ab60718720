"""How far files and devices can be written, and read: each answers with its own error."""

from __future__ import annotations

import pytest

from pintutor.patches import series
from tests.labs import Lab, run, started, value
from tests.profiles import ends

each_release = pytest.mark.parametrize("kernel", ends(series.RELEASES))

LONGEST = {
    "ext4": ((1 << 32) - 1) * 4096,
    "udf": 1 << 42,
    "jfs": 1 << 52,
}
"""How long a file may be [bytes]; each is a whole number of blocks."""


def lab_with(*lines: str, kernel: str) -> Lab:
    """A lab with three pages of memory."""
    return started("mmap buf 3", "write buf 0x41", *lines, kernel=kernel)


@each_release
@pytest.mark.parametrize(("fs", "end"), LONGEST.items())
def test_a_write_is_cut_where_the_longest_file_ends(kernel: str, fs: str, end: int) -> None:
    lab = lab_with(f"file F 2 {fs}", kernel=kernel)
    for how in ("", " async"):
        assert run(lab, f"dio write F {end}{how} buf").error == "-EFBIG"
    assert value(lab, "F.size") == 8192
    assert run(lab, f"dio read F {end} buf").ret == 0
    assert run(lab, f"dio write F {end - 4096} buf").ret == 4096
    assert value(lab, "F.size") == end
    result = run(lab, f"dio read F {end - 8192} buf")
    assert (result.ret, value(lab, "buf[1].byte")) == (8192, 0x41)
    assert run(lab, "audit").imbalances == ()


@each_release
def test_a_vfat_file_ends_before_4_gib(kernel: str) -> None:
    lab = lab_with("file F 2 vfat", kernel=kernel)
    assert run(lab, "dio write F 0xffffffff buf").error == "-EFBIG"
    assert run(lab, "dio write F 4G buf").error == "-EFBIG"
    assert run(lab, "pwrite F 4G buf").error == "-EFBIG"
    assert run(lab, "dio read F 4G buf").ret == 0
    assert run(lab, "truncate F 1048576").note == "-EFBIG"
    assert value(lab, "F.size") == 8192


@each_release
def test_an_end_that_is_no_position_is_refused(kernel: str) -> None:
    lab = lab_with("file F 2", "disk d 64K", "iter i iovec dest buf", kernel=kernel)
    last = (1 << 63) - 1
    for line in (
        f"dio write F {last} buf",
        f"dio read F {last} buf",
        f"dio read d {last} buf async",
        f"dio write d {last} buf[0] buf[2]",
        f"dio read d {last} i",
    ):
        assert run(lab, line).error == "-EINVAL", line


@pytest.mark.parametrize("kernel", ["v6.12"])
def test_a_device_has_its_own_end_beyond_4_gib(kernel: str) -> None:
    lab = lab_with("disk d 5G", kernel=kernel)
    assert run(lab, "dio write d 0xfffff000 buf").ret == 12288
    assert value(lab, "d[1048575].byte + d[1048576].byte + d[1048577].byte") == 3 * 0x41
    assert run(lab, "dio write d 0x13ffff000 buf").ret == 4096
    assert run(lab, "dio write d 5G buf").error == "-ENOSPC"
    assert run(lab, "dio read d 5G buf").ret == 0
    assert run(lab, "dio read d 0x13ffff000 buf").ret == 4096


@each_release
@pytest.mark.parametrize("fs", ["ext4", "udf", "jfs"])
def test_a_file_may_have_a_hole_of_4_gib(kernel: str, fs: str) -> None:
    lab = lab_with(f"file F 0 {fs}", kernel=kernel)
    assert run(lab, "dio write F 0xfffff000 buf").ret == 12288
    assert value(lab, "F.size == 0x100002000 and F.blocks == 3")
    run(lab, "dio read F 0xffffe000 buf")
    assert value(lab, "buf[0].byte == 0 and buf[1].byte == 0x41 and buf[2].byte == 0x41")


@each_release
@pytest.mark.parametrize("fs", ["udf", "jfs"])
def test_a_write_that_fails_behind_the_end_gives_its_blocks_back(
    kernel: str, fs: str
) -> None:
    lab = lab_with("disk d 64K", f"file F 2 {fs} on d", "diskfail d", kernel=kernel)
    assert run(lab, "dio write F 8192 buf").error == "-EIO"
    assert value(lab, "F.size == 8192 and F.blocks == 2")
    assert run(lab, "dio write F 8192 buf").ret == 12288
    assert value(lab, "F.blocks") == 5
