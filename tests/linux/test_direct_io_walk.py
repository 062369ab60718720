"""Direct I/O without iomap: flags of its bios, and holes."""

from __future__ import annotations

import pytest

from tests.labs import Lab, run, started, value
from tests.linux.walks import walking

KERNELS = ("v5.17", "v6.1", "v6.4+block-pin-v21", "v6.5", "v6.12")


def legacy(kernel: str, *lines: str) -> Lab:
    """A lab with a udf file."""
    setup = ("machine scattered", "mmap A 3", "write A 0x41", "file F 8 udf")
    return started(*setup, *lines, kernel=kernel)


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
        lab = legacy(kernel)
        with walking(lab, "A[0]") as walk:
            run(lab, "dio read F 8192 A")
        assert {row["bits"] for row in walk.named("dio_send_cur_page")} == {wanted}, kernel


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_write_does_not_fill_a_hole_that_lies_within_the_file(kernel: str) -> None:
    """Holes are not direct I/O's: -ENOTBLK within, and the page cache takes over."""
    lab = legacy(kernel, "punch F 1")
    with walking(lab, "A[0]") as walk:
        result = run(lab, "dio write F 0 A")
    assert walk.named("do_direct_IO")[-1]["ret"] == -15
    assert (result.ret, value(lab, "F.disk[1].byte")) == (12288, 0x41)
    assert run(lab, "audit").imbalances == ()
