"""Direct I/O without iomap, step by step: the reference of each page, and each field."""

from __future__ import annotations

import pytest

from tests.labs import Lab, run, started, value
from tests.linux.walks import Row, differences, fill, walking

KERNELS = {"v5.17": 1, "v6.1": 1, "v6.4+block-pin-v21": 1, "v6.5": 1024, "v6.12": 1024}
"""What one unit of a page is: a reference, or a pin."""

PAGES = ("A[0]", "A[1]", "A[2]")


def legacy(kernel: str, *lines: str) -> tuple[Lab, int]:
    """A lab with a udf file, and how its disk lies against block 102 of the table."""
    lab = started(
        "machine scattered",
        "mmap A 3",
        "write A 0x41",
        "file F 8 udf",
        *lines,
        kernel=kernel,
    )
    file = lab.kernel.files[-1]
    return lab, (file.extents[0].pblk + 2 - 102) * 8


def rc(unit: int, *units: int) -> tuple[int, ...]:
    """Counts of pages that are mapped once and have so many units besides."""
    return tuple(1 + unit * each for each in units)


@pytest.mark.parametrize(("kernel", "unit"), KERNELS.items())
def test_a_read_goes_through_the_queue_the_current_page_and_the_bio(
    kernel: str, unit: int
) -> None:
    """udf maps one block at a time; all else is as for a file that maps them all."""
    lab, shift = legacy(kernel)
    with walking(lab, *PAGES) as walk:
        result = run(lab, "dio read F 8192 A+3072:6144")
    table: list[tuple[str, Row]] = [
        ("dio_begin", {"rc": (1, 1, 1), "refcount": 1, "should_dirty": True}),
        ("dio_refill_pages", {"rc": rc(unit, 1, 1, 1), "head": 0, "tail": 3}),
        ("dio_take_blocks", {"blocks_available": 8, "next_block_for_io": 816 + shift}),
        (
            "submit_page_section",
            {
                "rc": rc(unit, 2, 1, 1),
                "cur_page_len": 1024,
                "cur_page_offset": 3072,
                "cur_page_fs_offset": 8192,
            },
        ),
        ("dio_do_blocks", {"next_block_for_io": 818 + shift, "result": 1024}),
        ("dio_get_page", {"rc": rc(unit, 1, 1, 1), "head": 1}),
        (
            "dio_send_cur_page",
            {
                "rc": rc(unit, 2, 1, 1),
                "pages_in_io": 4,
                "final_block_in_bio": 818 + shift,
                "logical_offset_in_bio": 8192,
                "max_vecs": 16,
                "sector": 816 + shift,
            },
        ),
        ("submit_page_section", {"rc": rc(unit, 1, 2, 1), "cur_page_offset": 0}),
        ("dio_get_page", {"rc": rc(unit, 1, 1, 1), "head": 2}),
        (
            "dio_send_cur_page",
            {
                "rc": rc(unit, 1, 2, 1),
                "pages_in_io": 3,
                "final_block_in_bio": 826 + shift,
                "bi_size": 5120,
            },
        ),
        ("submit_page_section", {"rc": rc(unit, 1, 1, 2), "cur_page_len": 1024}),
        ("do_direct_IO", {"rc": rc(unit, 1, 1, 1), "block_in_file": 28, "result": 6144}),
        (
            "dio_send_cur_page",
            {
                "rc": rc(unit, 1, 1, 2),
                "bi_size": 6144,
                "vcnt": 3,
                "final_block_in_bio": 828 + shift,
                "pages_in_io": 3,
            },
        ),
        ("dio_bio_submit", {"rc": rc(unit, 1, 1, 1), "refcount": 2}),
        ("dio_cleanup", {"head": 3, "tail": 3}),
        ("dio_bio_complete", {"rc": (1, 1, 1)}),
        ("drop_refcount", {"refcount": 0}),
    ]
    assert differences(walk.rows, table) == []
    assert (result.ret, value(lab, "A[0].dirty and A[1].dirty and A[2].dirty")) == (
        6144,
        True,
    )


@pytest.mark.parametrize(("kernel", "unit"), KERNELS.items())
def test_zeroes_take_the_place_of_memory_that_is_gone_in_a_new_block(
    kernel: str, unit: int
) -> None:
    """vfat maps the rest of a cluster at once, so a fault can meet blocks that are left."""
    z = 1 if unit == 1 else 0
    lab = started("machine scattered", "mmap A 2", "write A 0x41", kernel=kernel)
    fill(lab, "A", 0x41)
    run(lab, "munmap A[1]", "file F 2 vfat")
    with walking(lab, "A[0]") as walk:
        result = run(lab, "dio write F 0 A+3072:3072")
    table: list[tuple[str, Row]] = [
        ("dio_refill_pages", {"rc": (1 + unit,), "tail": 1, "to": 4096}),
        ("submit_page_section", {"rc": (1 + 2 * unit,), "cur_page_len": 1024}),
        (
            "dio_refill_pages",
            {"zero": z, "page_errors": -14, "head": 0, "tail": 1, "from_": 0, "to": 4096},
        ),
        ("submit_page_section", {"zero": 2 * z, "cur_page_offset": 0}),
        ("do_direct_IO", {"zero": z, "result": 3072, "rc": (1 + unit,)}),
        ("dio_bio_submit", {"zero": z}),
        ("dio_bio_complete", {"zero": 0, "rc": (1,), "vcnt": 2}),
    ]
    assert differences(walk.rows, table) == []
    assert result.error == "-EFAULT"
    assert value(lab, "F.disk[0].bytes")[:1024] == b"\x41" * 1024


@pytest.mark.parametrize("kernel", KERNELS)
def test_65_pages_are_taken_64_and_1_at_a_time(kernel: str) -> None:
    lab = started("mmap A 65", "write A 0x41", "disk d 4M max-sectors=1024", kernel=kernel)
    run(lab, "file F 65 udf on d")
    with walking(lab, "A[0]") as walk:
        run(lab, "dio read F 0 A")
    refills = walk.named("dio_refill_pages")
    assert [(row["head"], row["tail"], row["to"]) for row in refills] == [
        (0, 64, 4096),
        (0, 1, 4096),
    ]
    assert {row["max_vecs"] for row in walk.named("dio_send_cur_page")} == {128}
    assert run(lab, "audit").imbalances == ()


def test_a_bio_of_direct_io_says_what_is_to_be_done_with_its_pages() -> None:
    bits = {
        "v5.17": 0,
        "v6.1": 0,
        "v6.4": 0,
        "v6.4+block-pin-v21": 2,
        "v6.5": 1,
        "v6.12": 1,
    }
    for kernel, wanted in bits.items():
        lab, _ = legacy(kernel)
        with walking(lab, "A[0]") as walk:
            run(lab, "dio read F 8192 A")
        assert {row["bits"] for row in walk.named("dio_send_cur_page")} == {wanted}, kernel


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_write_does_not_fill_a_hole_that_lies_within_the_file(kernel: str) -> None:
    """Holes are not direct I/O's: -ENOTBLK within, and the page cache takes over."""
    lab, _ = legacy(kernel, "punch F 1")
    with walking(lab, "A[0]") as walk:
        result = run(lab, "dio write F 0 A")
    assert walk.named("do_direct_IO")[-1]["ret"] == -15
    assert (result.ret, value(lab, "F.disk[1].byte")) == (12288, 0x41)
    assert run(lab, "audit").imbalances == ()
