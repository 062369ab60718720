"""Bugs in direct I/O of files that were made, or might have been, each seen at once."""

from __future__ import annotations

import pytest

from tests.labs import Lab, run, started, value
from tests.linux.walks import walking

PINNING = "v6.4+block-pin-v21+zero-page-unpinned+folio-add-pin+dio-pinning"
"""The commit that pins, as it stood in a tree for some days: without its two fixes."""


def prepared(kernel: str, *lines: str) -> Lab:
    """A lab with memory and a disk."""
    setup = ("machine scattered", "mmap A 3", "write A 0x41", "disk d 4M")
    return started(*setup, *lines, kernel=kernel)


@pytest.mark.parametrize(("bug", "grown"), [("iomap-zero-put", -1), ("iomap-zero-kept", 1)])
def test_a_reference_of_the_zero_page_too_few_or_too_many_shows_with_each_padded_block(
    bug: str, grown: int
) -> None:
    lab = prepared(f"v6.1+iomap-zero-unreferenced+{bug}", "file F 0 on d")
    run(lab, "poke zero._refcount 100", "dio write F 512 A+0:512")
    assert value(lab, "zero._refcount") == 100 + 2 * grown


def test_a_bio_that_does_not_say_what_it_holds_leaks_and_does_not_dirty() -> None:
    kernel = "v6.4+block-pin-v21"
    for bug, left, dirty in (("", 1, True), ("+dio-not-reffed", 2, False)):
        lab = prepared(kernel + bug, "file F 3 udf on d")
        run(lab, "dio read F 0 A")
        assert value(lab, "A[0]._refcount") == left
        assert value(lab, "A[0].dirty") == dirty


def test_dropping_a_reference_where_a_pin_was_taken_leaves_1023() -> None:
    """CB-D2, first face: what the test robot saw after two writes from one buffer."""
    for fix, left in (("", 1 + 2 * 1023), ("+dio-bio-pinned+dio-cleanup-head", 1)):
        lab = prepared(PINNING + fix, "file F 3 udf on d")
        run(lab, "dio write F 0 A", "dio write F 0 A")
        assert value(lab, "A[0]._refcount") == left
        assert bool(run(lab, "audit").imbalances) == (not fix)


def test_what_is_left_in_the_queue_is_unpinned_twice_without_the_head() -> None:
    """CB-D5: no room on the disk for the second page, so the third stays in the queue."""
    for fix, left in (("", 1 - 1024), ("+dio-cleanup-head", 1)):
        lab = prepared(PINNING + "+dio-bio-pinned" + fix, "file full 1022 udf on d")
        run(lab, "file F 0 udf on d")
        assert value(lab, "F.on") == "d"
        result = run(lab, "dio write F 0 A")
        assert result.ret == 4096 or result.error == "-ENOSPC"
        assert value(lab, "A[2]._refcount") == left, fix


def test_padding_leaks_pins_of_the_zero_page_if_only_its_release_is_exempt() -> None:
    """CB-D4: two a piece, for the current page and for the bio."""
    for bug, left in (("", 1), ("+add-pin-counts-zero", 1 + 2 * 2 * 1024)):
        lab = prepared("v6.5" + bug, "file F 0 udf on d")
        run(lab, "dio write F 512 A+0:512")
        assert value(lab, "zero._refcount") == left


def test_the_proposal_pins_wherever_there_was_a_reference() -> None:
    """H4: the queue, the current page and the bio; the zero page too."""
    for fs, zero in (("udf", 1024), ("ext4", 1024)):
        lab = prepared("v5.17+hubbard", f"file F 0 {fs} on d")
        with walking(lab, "A[0]") as walk:
            run(lab, "dio write F 512 A+0:512")
        assert max(row["rc"] for row in walk.rows) >= (1025,)
        assert {row["zero"] % 1024 for row in walk.rows} == {0}
        assert max(row["zero"] for row in walk.rows) >= zero
        assert walk.rows[-1]["zero"] == 0
        assert run(lab, "audit").imbalances == ()
