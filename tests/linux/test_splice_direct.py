"""Splicing from files opened with O_DIRECT, and the race with the end of the file."""

import pytest

from pintutor.lab.lab import Lab
from pintutor.linux.drivers.block.null_blk import null_cmd_timer_expired
from pintutor.linux.fs.read_write import call_read_iter
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.kiocb import IOCB_DIRECT, Kiocb
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import ITER_DEST, IovIter
from pintutor.linux.include.uapi.errno import EFAULT, EIOCBQUEUED
from pintutor.linux.lib.iov_iter import iov_iter_pipe
from pintutor.linux.mm.page_alloc import alloc_page
from pintutor.sim.errors import UseAfterFree
from pintutor.sim.faults import Fault
from tests.labs import run, started, value
from tests.linux.test_splice import ANON, KERNELS, ring

each_kernel = pytest.mark.parametrize("kernel", KERNELS)
VERSION_8 = "v6.2+extract-v8"
"""Bios hold nothing of a pipe's pages there."""

DISK = ("disk d 64K", "mmap b 2", 'write b[0] "first"', 'write b[1] "second"')


def on_disk(*lines: str, kernel: str) -> Lab:
    """A file of four pages that is on its disk and not in memory, and a pipe."""
    pages = (f'write f[{n}] "page {n} of F"' for n in range(4))
    made = ("file F 4", "mmap f 4 of F shared", *pages, "fsync F", "munmap f")
    return started(*made, "dropcache F", "pipe p", *lines, kernel=kernel)


@each_kernel
def test_a_disk_reads_into_pages_of_the_pipe(kernel: str) -> None:
    lab = started(*DISK, "dio write d 0 b", "pipe p", kernel=kernel)
    assert run(lab, "splice d 0 8192 p direct").ret == 8192
    assert ring(lab) == [(ANON, 0, 4096)] * 2
    assert value(lab, "p[0]._refcount == 1 and p[1]._refcount == 1 and audit.clean")
    assert value(lab, "p[1].bytes")[:6] == b"second"
    run(lab, "drain p")
    assert value(lab, "audit.clean")


@each_kernel
@pytest.mark.parametrize("kind", ["ext4", "vfat", "udf", "jfs"])
def test_a_file_is_read_past_the_cache_into_pages_of_the_pipe(
    kernel: str, kind: str
) -> None:
    lab = started(f"file G 2 {kind}", "mmap g 2 of G shared", kernel=kernel)
    run(lab, 'write g "bytes of G"', "fsync G", "munmap g", "dropcache G", "pipe p")
    assert run(lab, "splice G 0 8192 p direct").ret == 8192
    assert value(lab, "p.bytes")[:10] == b"bytes of G"
    assert value(lab, "G.cached == 0 and p[0]._refcount == 1 and audit.clean")


@each_kernel
def test_a_read_that_ends_in_the_first_of_sixteen_pages_keeps_that_one(kernel: str) -> None:
    lab = on_disk("truncate F 2 more=1808", kernel=kernel)
    assert run(lab, "splice F 8192 65536 p direct").ret == 1808
    assert ring(lab) == [(ANON, 0, 1808)]
    assert value(lab, "p[0]._refcount == 1 and audit.clean and not dmesg.warnings")
    assert value(lab, "p.bytes")[:11] == b"page 2 of F"
    assert run(lab, "splice F 10000 1 p direct").ret == 0
    run(lab, "drain p")
    assert value(lab, "audit.clean")


@each_kernel
def test_no_page_stays_when_there_is_no_memory_for_the_first(kernel: str) -> None:
    lab = on_disk("inject alloc 1", kernel=kernel)
    before = ring(lab)
    assert run(lab, "splice F 0 8192 p direct").ret < 0
    assert ring(lab) == before
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("kernel", ["v6.5", "v6.12"])
def test_with_memory_for_some_pages_fewer_bytes_are_spliced(kernel: str) -> None:
    lab = on_disk("inject alloc 3", kernel=kernel)
    assert run(lab, "splice F 0 16384 p direct").ret == 8192
    assert value(lab, "p.buffers == 2 and audit.clean")


@pytest.mark.parametrize("kernel", ["v6.5", "v6.12"])
def test_a_read_that_fails_leaves_the_pipe_as_it_was(kernel: str) -> None:
    """-EFAULT would mean the reader's memory; callers expect -EAGAIN."""
    lab = on_disk(kernel=kernel)
    failure = Fault("read", ("call_read_iter",), -EFAULT, 1)
    with lab.machine:
        lab.machine.inject((failure,))
    assert run(lab, "splice F 0 65536 p direct").error == "-EAGAIN"
    assert ring(lab) == [] and value(lab, "audit.clean")


@each_kernel
def test_what_was_read_beyond_the_end_is_taken_back(kernel: str) -> None:
    """The last block is longer than the file: its tail fills the second page."""
    lab = on_disk("truncate F 3 more=1", kernel=kernel)
    assert run(lab, "splice F 8704 8192 p direct").ret == 12289 - 8704
    assert ring(lab) == [(ANON, 0, 12289 - 8704)]
    assert value(lab, "p[0]._refcount == 1 and audit.clean")


def test_in_version_8_the_pipe_frees_a_page_that_the_disk_still_writes_to() -> None:
    lab = on_disk("truncate F 3 more=1", kernel=VERSION_8)
    outcome = lab.execute("splice F 8704 8192 p direct")
    assert isinstance(outcome.oops, UseAfterFree)


# The same, with the read under way while others run, as when its task sleeps.


def under_way(kernel: str) -> Lab:
    """A read into the pipe that has found the end of the file and waits for the disk."""
    lab = on_disk("truncate F 3 more=1", kernel=kernel)
    inode = next(file for file in lab.kernel.files if file.name == "F")
    with lab.machine:
        to = IovIter()
        iov_iter_pipe(to, ITER_DEST, lab.kernel.pipes[0], 8192)
        iocb = Kiocb(inode, 8704, IOCB_DIRECT, True)
        assert call_read_iter(iocb, to) == -EIOCBQUEUED
    assert ring(lab) == [(ANON, 0, 12289 - 8704)]
    return lab


def another(lab: Lab) -> Page:
    """Somebody else gets a page and writes a secret to it."""
    with lab.machine:
        page = alloc_page()
        assert page is not None
        memcpy_to_page(page, 0, b"secret")
    return page


def interrupt(lab: Lab) -> None:
    """The disk is done."""
    with lab.machine:
        for disk in lab.kernel.disks:
            while disk.queue.requests:
                null_cmd_timer_expired(disk, disk.queue.requests[0])


@pytest.mark.parametrize("kernel", ["v5.17", "v6.1", "v6.4"])
def test_a_reference_of_the_bio_keeps_the_page_until_the_disk_is_done(kernel: str) -> None:
    lab = under_way(kernel)
    page = another(lab)
    interrupt(lab)
    assert page.data[:6] == b"secret"


def test_without_one_the_disk_writes_to_the_next_owners_page() -> None:
    lab = under_way(VERSION_8)
    page = another(lab)
    interrupt(lab)
    assert page.data[:6] != b"secret"


def test_without_one_the_disk_writes_to_a_free_page_if_nobody_took_it_yet() -> None:
    lab = under_way(VERSION_8)
    with pytest.raises(UseAfterFree):
        interrupt(lab)


# Series that meet an iterator over a pipe without knowing it.


@pytest.mark.parametrize("kernel", ["v5.17+hubbard", "v6.4+block-pin-v21"])
def test_bios_that_cannot_take_pages_of_a_pipe_break_the_splice(kernel: str) -> None:
    lab = on_disk(kernel=kernel)
    assert run(lab, "splice F 0 8192 p direct").error == "-EAGAIN"
    assert ring(lab) == [] and value(lab, "audit.clean")


def test_after_the_splice_series_bios_need_not_know_pipes() -> None:
    lab = on_disk(kernel="v6.4+splice-read+block-pin-v21")
    assert run(lab, "splice F 0 8192 p direct").ret == 8192
    assert value(lab, "p[0]._refcount == 1 and audit.clean")
