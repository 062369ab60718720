"""The commands about files: what they return, what they refuse, and what names mean."""

import pytest

from tests.labs import refused, run, started, value


def test_a_file_is_a_name_with_a_size() -> None:
    lab = started("file F 2")
    assert run(lab, "file G 1 tmpfs").name == "G"
    assert value(lab, "F.size == 8192 and F.pages == 2 and F.kind == 'ext4'")
    assert value(lab, "G.kind") == "tmpfs"
    assert refused(lab, "mmap F 1").code == "name-taken"


def test_a_file_is_no_range_and_the_message_says_what_it_is() -> None:
    error = refused(started("file F 2"), "read F[0]")
    assert error.code == "unknown-name"
    assert "a file of 2 pages on ext4" in str(error)


@pytest.mark.parametrize("line", ["fsync Q", "mmap f 1 of Q", "truncate Q 1", "punch Q 0"])
def test_an_unknown_file_is_refused_at_its_word(line: str) -> None:
    error = refused(started("file F 2"), line)
    assert error.code == "unknown-file" and error.at is not None
    assert line[error.at.start : error.at.stop] == "Q"


def test_a_page_beyond_the_file_cannot_be_punched() -> None:
    assert refused(started("file F 2"), "punch F 2").code == "bad-place"


@pytest.mark.parametrize("name", ["F[2]", "F[0].byte", "F.disk[2]", "G.disk", "F.sise"])
def test_what_a_file_does_not_have_is_refused(name: str) -> None:
    lab = started("file F 2", "file G 1 tmpfs")
    assert refused(lab, f"expect {name} == 0").code


def test_a_file_from_its_second_page_on() -> None:
    lab = started("file F 2", "mmap f 1 of F from 1 shared", "write f 0x11")
    assert value(lab, "F[1].byte == 0x11 and not F[0].cached")


def test_a_device_writes_across_pages_and_marks_no_entry() -> None:
    lab = started("mmap a 2", "write a 0x00", "pin a write as p")
    result = run(lab, "dma p 0x1122 at=4095")
    assert result.pages == 2
    assert value(lab, "a[0].bytes[4095] == 0x11 and a[1].byte == 0x22")


def test_a_device_writes_nothing_beyond_what_it_holds() -> None:
    lab = started("mmap a 1", "pin a write as p")
    before = lab.machine.journal.position
    assert refused(lab, "dma p 0x1122 at=4095").code == "bad-place"
    assert lab.machine.journal.position == before


def test_a_device_that_writes_to_a_free_frame_is_an_oops() -> None:
    lab = started("mmap a 1", "get a write as g", "poke a[0]._refcount 1", "munmap a")
    outcome = lab.execute("dma g 0x11")
    assert outcome.oops is not None and "use-after-free" in outcome.oops.kind


def test_show_files_counts_what_is_cached_and_dirty() -> None:
    lab = started("file F 3", "mmap f 3 of F shared", "write f[0] 0x11", "read f[1]")
    assert run(lab, "show files").rows == (("F", "ext4", 3, 2, 1, 1),)


def test_changes_tell_of_dirty_pages_and_of_the_disk() -> None:
    lab = started("file F 1", "mmap f 1 of F shared", "write f 0x11")
    told = {(one.subject, one.field) for one in lab.execute("fsync F").changes}
    assert {("F", "dirty_pages"), ("F.disk[0]", "byte 0")} <= told
