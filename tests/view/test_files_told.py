"""How commands about files, and faults on their pages, are told."""

import pytest

from pintutor.view.rows import as_text
from pintutor.view.text import outcome_rows
from tests.labs import Lab, started


def told(lab: Lab, line: str) -> str:
    """What a learner reads after a line."""
    return as_text(outcome_rows(lab.execute(line), lab=lab, width=92))


def test_a_file_is_told_with_its_length_and_where_it_lies() -> None:
    assert told(started(), "file F 2").startswith("F  made, 2 pages; on ext4")


def test_what_stays_in_the_cache_is_told_with_the_error() -> None:
    lab = started("file F 1", "mmap f 1 of F shared", "write f 0x11")
    assert told(lab, "invalidate F").startswith("F  invalidated, 0 pages; -EBUSY")


def test_fsync_tells_what_reached_the_disk() -> None:
    lab = started("file F 1", "mmap f 1 of F shared", "write f 0x11")
    lines = [line.split() for line in told(lab, "fsync F").splitlines()]
    assert lines[0] == ["F", "synced,", "1", "page"]
    assert ["F.disk[0]", "byte", "0", "00", "→", "11"] in [line[:6] for line in lines]


@pytest.mark.parametrize(
    ("line", "way"),
    [
        ("read f[0]", "page of a file (do_read_fault)"),
        ("write f[0] 0x11", "page of a file (do_shared_fault)"),
        ("write P[0] 0x11", "copy of a page of a file (do_cow_fault)"),
        ("read f[1]", "the file ends before it"),
    ],
)
def test_the_way_of_a_fault_names_what_it_does_with_the_file(line: str, way: str) -> None:
    lab = started("file F 1", "mmap f 2 of F shared", "mmap P 1 of F")
    assert way in told(lab, line)


def test_the_first_write_to_a_page_that_was_read_is_told_to_the_file_system() -> None:
    lab = started("file F 1", "mmap f 1 of F shared", "read f")
    assert "page of a file (wp_page_shared)" in told(lab, "write f 0x11")
