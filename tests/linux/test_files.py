"""Pages of files: faults, the cache, write-back and truncation keep the books true."""

import pytest

from tests.dumps import dump
from tests.labs import Lab, refused, run, started, value

KERNELS = ("v6.1", "v6.2", "v6.5", "v6.12")
SYSTEMS = ("ext4", "tmpfs")


def mapped(*lines: str, on: str = "ext4", kernel: str = "v6.1") -> Lab:
    """A lab with a file F of 2 pages, mapped shared as f; these lines have run."""
    return started(f"file F 2 {on}", "mmap f 2 of F shared", *lines, kernel=kernel)


def clean(lab: Lab) -> bool:
    """Whether every count has its holders now."""
    return bool(value(lab, "audit.clean"))


def test_a_page_of_a_file_is_held_by_the_cache_and_by_the_mapping() -> None:
    lab = mapped("read f[0]")
    assert value(lab, "F[0]._refcount == 2 and F[0].mapcount == 1 and F[0].lru")
    assert value(lab, "F.cached == 1 and not F[1].cached and not F[0].dirty")
    assert clean(lab)


def test_tmpfs_is_writable_after_a_read_and_a_disk_wants_to_hear_of_the_write() -> None:
    assert value(mapped("read f[0]", on="tmpfs"), "f[0].pte.write and not f[0].dirty")
    lab = mapped("read f[0]")
    assert not value(lab, "f[0].pte.write")
    run(lab, "write f[0] 0x11")
    assert value(lab, "f[0].pte.write and f[0].dirty and f[0].private")
    assert value(lab, "F[0]._refcount == 3 and F.dirty_pages == 1")
    assert clean(lab)


@pytest.mark.parametrize("on", SYSTEMS)
def test_a_first_write_maps_the_page_dirty(on: str) -> None:
    lab = mapped("write f[0] 0x11", on=on)
    assert value(lab, "f[0].pte.dirty and f[0].dirty and F[0].byte == 0x11")
    assert clean(lab)


@pytest.mark.parametrize("on", SYSTEMS)
def test_two_shared_mappings_are_one_page(on: str) -> None:
    lab = mapped("write f[1] 0x11", "mmap g 1 of F from 1 shared", on=on)
    assert run(lab, "read g").value.startswith("11")
    assert value(lab, "g[0].page == f[1].page and F[1].mapcount == 2")
    run(lab, "write g 0x22")
    assert run(lab, "read f[1]").value.startswith("22")
    assert clean(lab)


@pytest.mark.parametrize("on", SYSTEMS)
def test_a_write_to_a_private_mapping_goes_to_a_copy(on: str) -> None:
    lab = mapped("write f[0] 0x11", "mmap P 1 of F", "read P", on=on)
    assert value(lab, "P[0].page == F[0].page and not P[0].pte.write")
    run(lab, "write P 0x22")
    assert value(lab, "P[0].anon and P[0].byte == 0x22 and F[0].byte == 0x11")
    assert value(lab, "mm.rss_anon == 1 and F[0].mapcount == 1")
    assert clean(lab)


def test_a_first_write_to_a_private_mapping_copies_at_once() -> None:
    lab = mapped("write f[0] 0x11", "mmap P 1 of F", "write P[0]+1 0x22")
    assert value(lab, "P[0].anon_exclusive and P[0].pte.write and mm.rss_anon == 1")
    assert run(lab, "read P").value.startswith("1122")
    assert clean(lab)


@pytest.mark.parametrize("on", SYSTEMS)
def test_beyond_the_end_of_the_file_is_sigbus_and_efault(on: str) -> None:
    lab = started(f"file F 1 {on}", "mmap f 2 of F shared")
    assert run(lab, "read f[1]").signal == "SIGBUS"
    assert run(lab, "write f[1] 0x11").signal == "SIGBUS"
    assert run(lab, "pin f[1] as p").error == "-EFAULT"
    assert run(lab, "pin f as p").ret == 1
    assert clean(lab)


def test_what_is_written_reaches_the_disk_with_fsync_and_not_before() -> None:
    lab = mapped("write f[0] 0x11")
    assert value(lab, "F.disk[0].byte") == 0
    assert run(lab, "fsync F").pages == 1
    assert value(lab, "F.disk[0].byte == 0x11 and F.dirty_pages == 0")
    assert value(lab, "not f[0].pte.write and not f[0].pte.dirty and not f[0].dirty")


def test_fsync_cleans_the_entries_of_every_task() -> None:
    lab = mapped("fork child", "write f[0] 0x11", "child: write f[0] 0x22", "fsync F")
    assert not value(lab, "f[0].pte.write or child.f[0].pte.write")
    assert not value(lab, "f[0].pte.dirty or child.f[0].pte.dirty")
    assert clean(lab)


def test_a_write_after_fsync_faults_and_is_accounted_again() -> None:
    lab = mapped("write f[0] 0x11", "fsync F")
    assert run(lab, "write f[0] 0x22").faults == 1
    assert value(lab, "F.dirty_pages == 1 and F[0]._refcount == 3")


@pytest.mark.parametrize("on", SYSTEMS)
def test_a_page_that_was_written_stays_dirty_without_its_mapping(on: str) -> None:
    lab = mapped("read f[0]", "write f[0] 0x11", "munmap f", on=on)
    assert value(lab, "F[0].dirty and F[0].mapcount == 0 and F[0].byte == 0x11")
    assert clean(lab)


@pytest.mark.parametrize("on", SYSTEMS)
def test_a_pinned_page_that_is_truncated_is_memory_without_a_file(on: str) -> None:
    lab = mapped("write f 0x11", "pin f[1] write as p", "truncate F 1", on=on)
    assert value(lab, "p[0]._refcount == 1024 and not p[0].cached and not p[0].dirty")
    assert value(lab, "F.pages == 1 and F[0].cached and not f[1].mapped")
    assert run(lab, "read f[1]").signal == "SIGBUS"
    assert clean(lab)
    run(lab, "dma p 0x22", "truncate F 2")
    assert run(lab, "read f[1]").value.startswith("00")
    run(lab, "unpin p dirty")
    assert clean(lab)


def test_marking_a_truncated_page_dirty_is_accounted_to_no_file() -> None:
    lab = mapped("write f[0] 0x11", "pin f[0] write as p", "truncate F 0")
    frame = value(lab, "p[0].page")
    before = value(lab, "F.dirty_pages")
    run(lab, "unpin p dirty")
    assert before == value(lab, "F.dirty_pages") == 0
    assert frame._refcount == 0 and clean(lab)


def test_truncation_takes_private_copies_and_a_hole_leaves_them() -> None:
    lab = mapped("mmap P 2 of F", "write P 0x11", "punch F 0")
    assert value(lab, "P[0].byte == 0x11")
    run(lab, "truncate F 0")
    assert not value(lab, "P[0].mapped or P[1].mapped")
    assert value(lab, "mm.rss_anon") == 0
    assert clean(lab)


@pytest.mark.parametrize("on", SYSTEMS)
def test_a_hole_reads_as_zeroes(on: str) -> None:
    lab = mapped("write f 0x11", "fsync F", "pin f[0] as p", "punch F 0", on=on)
    assert run(lab, "read f").value.startswith("00")
    assert value(lab, "f[0].page != p[0] and p[0].byte == 0x11 and F[1].byte == 0x11")
    assert clean(lab)


def test_dropping_the_cache_leaves_what_is_dirty_mapped_or_pinned() -> None:
    lab = started("file F 4", "mmap f 4 of F shared", "write f[0..2] 0x11")
    run(lab, "fsync F", "write f[0] 0x22", "pin f[1] as p", "munmap f")
    assert run(lab, "dropcache F").pages == 1
    assert value(lab, "F[0].cached and F[1].cached and not F[2].cached")
    run(lab, "unpin p", "fsync F")
    assert run(lab, "dropcache F").pages == 2
    assert clean(lab)
    run(lab, "mmap f 4 of F")
    assert run(lab, "read f[2]").value.startswith("11")


def test_invalidating_does_not_stop_at_a_pin_but_at_what_is_dirty() -> None:
    lab = mapped("write f 0x11", "fsync F", "pin f[0] as p", "write f[1] 0x22")
    result = run(lab, "invalidate F")
    assert result.pages == 1 and result.note == "-EBUSY"
    assert value(lab, "not F[0].cached and F[1].cached and F[1].byte == 0x22")
    assert value(lab, "p[0]._refcount == 1024 and not f[0].mapped and not f[1].mapped")
    assert clean(lab)


def test_advice_dontneed_on_a_file_leaves_its_contents() -> None:
    lab = mapped("write f[0] 0x11", "madvise f dontneed")
    assert run(lab, "read f[0]").value.startswith("11")
    assert clean(lab)


def test_the_advice_to_wipe_on_fork_is_for_anonymous_memory() -> None:
    assert refused(mapped(), "madvise f wipeonfork").code == "madvise-failed"


def test_a_file_does_not_get_huge_anonymous_pages() -> None:
    lab = started("file F 512 tmpfs", "mmap f 512 of F shared thp", "write f[0] 0x11")
    assert value(lab, "f[0].pte.level == 'pte' and not f[0].anon")


def test_shared_anonymous_memory_is_one_for_parent_and_child() -> None:
    lab = started("mmap s 1 shared", "write s 0x11", "fork child", "child: write s 0x22")
    assert run(lab, "read s").value.startswith("22")
    assert value(lab, "s[0].page == child.s[0].page and not s[0].anon")
    assert clean(lab)
    frame = value(lab, "s[0].page")
    run(lab, "munmap s")
    assert frame._refcount == 2
    run(lab, "exit child")
    assert frame._refcount == 0 and not lab.kernel.files
    assert clean(lab)


def test_fork_copies_the_entries_of_a_private_mapping_that_was_written() -> None:
    lab = mapped("mmap P 2 of F", "read P", "write P[0] 0x11", "fork child")
    assert value(lab, "child.P[1].page == F[1].page and F[1].mapcount == 2")
    assert value(lab, "child.P[0].page == P[0].page and not P[0].pte.write")
    assert clean(lab)


LIFE = (
    "file F 3",
    "mmap f 3 of F shared",
    "mmap P 3 of F",
    "write f[0..1] 0x11",
    "pin f[0] write as p",
    "read P",
    "fork child",
    "fsync F",
    "dma p 0x22",
    "child: write P[0] 0x33",
    "write P[1] 0x44",
    "pin P[2] longterm as q",
    "punch F 1",
    "unpin p dirty",
    "truncate F 1",
    "fsync F",
    "invalidate F",
    "munmap f",
    "unpin q",
    "exit child",
    "truncate F 3",
    "munmap P",
    "dropcache F",
)


@pytest.mark.parametrize("on", SYSTEMS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_the_books_balance_after_each_step_of_a_files_life(kernel: str, on: str) -> None:
    lab = started(kernel=kernel)
    for line in LIFE:
        run(lab, line.replace("file F 3", f"file F 3 {on}"))
        assert clean(lab), line


def test_undo_and_redo_restore_everything() -> None:
    lab = started(kernel="v6.1")
    states = [dump(lab)]
    for line in LIFE:
        run(lab, line)
        states.append(dump(lab))
    for state in reversed(states[:-1]):
        run(lab, "undo")
        assert dump(lab) == state
    for state in states[1:]:
        run(lab, "redo")
        assert dump(lab) == state


@pytest.mark.parametrize("on", SYSTEMS)
@pytest.mark.parametrize("frames", range(6))
def test_when_memory_runs_out_nothing_is_lost(frames: int, on: str) -> None:
    lab = started(f"file F 1 {on}", "mmap f 1 of F shared", "mmap P 1 of F")
    zone = lab.kernel.zone
    with lab.machine:
        zone.end_pfn = zone.next_pfn + frames
    assert run(lab, "write P 0x11").signal in ("SIGKILL", None)
    assert run(lab, "write f 0x11").signal in ("SIGKILL", None)
    assert not value(lab, "audit.unaccounted")


def test_a_pinned_page_of_shared_memory_outlives_its_file() -> None:
    lab = started("mmap s 1 shared", "write s 0x11", "pin s as p", "munmap s")
    assert not lab.kernel.files
    assert value(lab, "p[0]._refcount == 1024 and p[0].byte == 0x11 and not p[0].dirty")
    assert clean(lab)


def test_a_task_that_ends_lets_go_of_its_files() -> None:
    lab = mapped("write f 0x11", "fork child", "child: read f", "exit child")
    assert value(lab, "F[0].mapcount == 1 and F.cached == 2")
    assert run(lab, "show files").rows == (("F", "ext4", 2, 2, 2, 1),)
    assert clean(lab)


def test_a_refused_mapping_leaves_the_file_as_it_was() -> None:
    lab = started("file F 1")
    assert refused(lab, "mmap f 1 of F at=0x7f0000000001").code == "mmap-failed"
    assert run(lab, "show files").rows == (("F", "ext4", 1, 0, 0, 0),)
