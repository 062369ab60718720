"""Direct I/O by iomap, step by step: counts, bios, zeroes, and who ends it."""

from __future__ import annotations

import pytest

from tests.labs import Lab, run, started, value
from tests.linux.walks import fill, walking
from tests.profiles import ends

KERNELS = ("v5.17", "v6.1", "v6.4+block-pin-v21", "v6.5", "v6.12")

PAGES = ("A[0]", "A[1]", "A[2]")


def prepared(kernel: str, *lines: str) -> Lab:
    """A lab with three pages that do not lie side by side."""
    setup = ("machine scattered", "mmap A 3", "write A 0x41")
    lab = started(*setup, *lines, kernel=kernel)
    fill(lab, "A", 0x41)
    return lab


@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_a_read_at_the_end_does_nothing(kernel: str) -> None:
    lab = prepared(kernel, "file F 1")
    with walking(lab, *PAGES) as walk:
        assert run(lab, "dio read F 4096 A").ret == 0
    assert not walk.named("iomap_dio_alloc_bio")
    assert lab.kernel.dios == ()


ZEROES = ("v5.17", "v6.1", "v6.4", "v6.4+block-pin-v21", "v6.5", "v6.12")


@pytest.mark.parametrize("kernel", ZEROES)
def test_the_rest_of_a_new_block_is_zeroes(kernel: str) -> None:
    lab = prepared(kernel, "file old 8")
    run(lab, "dio write old 0 A", "dio write old 12288 A", "truncate old 0", "file F 0")
    run(lab, "dio write F 8192 A+3072:6144")
    assert value(lab, "F.disk[3].bytes") == b"\x41" * 2048 + bytes(2048)


@pytest.mark.parametrize("kernel", ZEROES)
def test_each_write_into_a_new_block_is_padded_at_both_ends(kernel: str) -> None:
    """100 of them leave the zero page as it was."""
    lab = prepared(kernel, "file F 0", "falloc F 0 100")
    with walking(lab, *PAGES) as walk:
        for number in range(100):
            run(lab, f"dio write F {number * 4096 + 1024} A+0:512")
    padding = [row for row in walk.named("iomap_dio_submit_bio") if row["bi_size"] != 512]
    assert len(padding) == 200
    assert value(lab, "zero._refcount") == 1


@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_unwritten_blocks_and_holes_read_as_zeroes_without_a_bio(kernel: str) -> None:
    lab = prepared(kernel, "disk d 64K", "file F 3 on d", "punch F 0")
    run(lab, "punch F 1", "falloc F 1 1", "pwrite F 8192 A[0]", "fsync F")
    with walking(lab, *PAGES) as walk:
        assert run(lab, "dio read F 0 A").ret == 12288
    assert len(walk.named("iomap_dio_submit_bio")) == 1
    assert value(lab, "A[0].byte + A[1].byte") == 0
    assert value(lab, "A[2].byte") == 0x41


@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_a_write_beyond_4_gib_leaves_a_hole(kernel: str) -> None:
    lab = prepared(kernel, "file F 0")
    assert run(lab, "dio write F 0x140000000 A").ret == 12288
    assert value(lab, "F.size") == 0x140000000 + 12288
    assert value(lab, "F.blocks") == 3
    assert run(lab, "dio read F 0x13ffff000 A").ret == 12288
    assert value(lab, "A[0].byte") == 0
    assert value(lab, "A[1].byte") == 0x41


@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_the_first_error_wins_and_no_page_is_kept(kernel: str) -> None:
    lab = prepared(kernel, "disk d 4M", "file F 2 on d", "punch F 1", "falloc F 1 1")
    run(lab, "pwrite F 4096 A[0]", "fsync F", "file G 1 on d", "diskfail d 1")
    assert run(lab, "dio read F 0 A[0..1]").error == "-EIO"
    run(lab, "dio write F 0 A[0..1] async", "diskfail d 1", "irq d all")
    assert run(lab, "work").calls[-1].error == "-EIO"
    assert run(lab, "audit").imbalances == ()
    assert lab.kernel.dios == ()


@pytest.mark.parametrize("kernel", ends(KERNELS))
def test_a_page_that_is_dirty_again_sends_a_write_through_the_cache(kernel: str) -> None:
    """What is in the cache is written out and dropped first; a page that cannot be
    dropped would be older than the disk."""
    lab = prepared(kernel, "file F 1", "mmap f 1 of F shared", "write f 0x55")
    assert run(lab, "dio write F 0 A[0]").ret == 4096
    assert value(lab, "F.disk[0].byte") == 0x41
    assert run(lab, "read f").value[:2] == "41"


def test_memory_may_lie_at_any_place_that_the_device_takes_since_6_0() -> None:
    for kernel, error in (("v5.17", "-EINVAL"), ("v6.1", ""), ("v6.12", "")):
        lab = prepared(kernel, "disk d 64K dma=4", "file F 1 on d")
        assert run(lab, "dio read F 0 A+4:512").error == error, kernel
        assert run(lab, "dio read F 100 A+0:512").error == "-EINVAL"
