"""Splicing from files: which page goes into the pipe, on which kernel."""

import pytest

from pintutor.lab.lab import Lab
from pintutor.lab.pipes import buffers, contents, pipes
from pintutor.linux.fs.inode import do_truncate
from pintutor.linux.include.linux.file import File
from pintutor.linux.include.linux.fs import BDEV, Inode
from pintutor.linux.include.linux.mm_types import AddressSpace
from pintutor.patches.livepatch import applied
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read.filemap_splice_read import filemap_splice_read
from pintutor.sim.objects import KArray
from tests.labs import run, started, value

KERNELS = ("v5.17", "v6.1", "v6.4", "v6.5", "v6.12")
each_kernel = pytest.mark.parametrize("kernel", KERNELS)
AFTER = ("v6.5", "v6.12")

ANON, CACHE, ZERO = "default_pipe_buf_ops", "page_cache_pipe_buf_ops", "zero_pipe_buf_ops"


def ring(lab: Lab) -> list[tuple[str, int, int]]:
    """The buffers of pipe `p`: table, offset and length."""
    found = buffers(pipes(lab.kernel)["p"])
    return [(buf.ops.name if buf.ops else "", buf.offset, buf.len) for buf in found]


def sparse(kernel: str) -> Lab:
    """A file of tmpfs of 12288 bytes of which only page 1 is there, and a pipe."""
    lines = ("file S 3 tmpfs", "mmap s 1 of S shared from 1", 'write s "S"', "munmap s")
    return started(*lines, "pipe p", kernel=kernel)


def shorter(lab: Lab, name: str, size: int) -> None:
    """Give a file a length in bytes."""
    inode = next(file for file in lab.kernel.files if file.name == name)
    with lab.machine:
        do_truncate(inode, size)


# A hole of tmpfs: fresh pages before v6.5, the zero page since.
WALK = {
    **dict.fromkeys(("v5.17", "v6.1", "v6.4"), (ANON, CACHE, ANON)),
    **dict.fromkeys(AFTER, (ZERO, CACHE, ZERO)),
}


@each_kernel
def test_a_sparse_file_is_spliced_as_its_pages_and_something_for_its_holes(
    kernel: str,
) -> None:
    lab = sparse(kernel)
    assert run(lab, "splice S 0 12288 p").ret == 12288
    assert ring(lab) == [(ops, 0, 4096) for ops in WALK[kernel]]
    assert value(lab, "S[1]._refcount == 2 and zero._refcount == 1 and audit.clean")
    assert contents(pipes(lab.kernel)["p"]) == bytes(4096) + b"S".ljust(8192, b"\0")
    if kernel in AFTER:
        assert value(lab, "p[0].page == zero and p[2].page == zero")
    else:
        assert value(lab, "p[0].page._refcount == 1 and p[0].page != p[2].page")
    run(lab, "drain p")
    assert value(lab, "S[1]._refcount == 1 and zero._refcount == 1 and audit.clean")
    assert value(lab, "S.cached == 1")


@each_kernel
def test_a_page_of_the_cache_goes_into_the_pipe_as_it_is(kernel: str) -> None:
    lab = started("file F 2", "mmap f 2 of F shared", "read f", "pipe p", kernel=kernel)
    base = value(lab, "F[0]._refcount")
    assert run(lab, "splice F 100 4096 p").ret == 4096
    assert ring(lab) == [(CACHE, 100, 3996), (CACHE, 0, 100)]
    assert value(lab, f"p[0].page == F[0].page and F[0]._refcount == {base} + 1")
    run(lab, "close p")
    assert value(lab, f"F[0]._refcount == {base} and audit.clean")


@each_kernel
def test_a_page_that_is_not_in_memory_is_read_first(kernel: str) -> None:
    lab = started("file F 2", "pipe p", kernel=kernel)
    run(lab, "splice F 0 8192 p")
    assert value(lab, "F.cached == 2 and F[1]._refcount == 2 and audit.clean")


@each_kernel
def test_a_reader_sees_what_is_written_to_the_file_meanwhile(kernel: str) -> None:
    lab = started(
        "file F 1", "mmap f 1 of F shared", 'write f "old"', "pipe p", kernel=kernel
    )
    run(lab, "splice F 0 3 p", 'write f "new"')
    assert run(lab, "drain p").value == b"new".hex()


@each_kernel
def test_a_page_that_left_its_file_is_still_delivered(kernel: str) -> None:
    lab = started(
        "file F 1", "mmap f 1 of F shared", 'write f "old"', "pipe p", kernel=kernel
    )
    run(lab, "splice F 0 3 p", "truncate F 0")
    assert value(lab, "p[0].page._refcount == 1 and not p[0].cached and audit.clean")
    assert run(lab, "drain p").value == b"old".hex()


def test_a_page_that_left_its_file_unread_is_not_delivered() -> None:
    lab = started("file F 1", "pipe p", "splice F 0 3 p", "poke p[0].flags 0x10")
    assert run(lab, "drain p").error == "-EIO"
    run(lab, "truncate F 0")
    assert run(lab, "drain p").error == "-ENODATA"


@each_kernel
@pytest.mark.parametrize("kind", ["ext4", "tmpfs"])
def test_nothing_beyond_the_end_of_a_file_is_spliced(kernel: str, kind: str) -> None:
    lab = started(f"file F 2 {kind}", "mmap f 2 of F shared", kernel=kernel)
    run(lab, "write f 0x11", "pipe p")
    shorter(lab, "F", 5000)
    assert run(lab, "splice F 0 65536 p").ret == 5000
    assert ring(lab) == [(CACHE, 0, 4096), (CACHE, 0, 904)]
    assert run(lab, "splice F 5000 1 p").ret == 0
    assert run(lab, "splice F 9999 1 p").ret == 0


@pytest.mark.parametrize("kernel", AFTER)
def test_a_hole_at_the_end_ends_with_the_file(kernel: str) -> None:
    lab = started("file S 2 tmpfs", "pipe p", kernel=kernel)
    shorter(lab, "S", 5000)
    assert run(lab, "splice S 0 8192 p").ret == 5000
    run(lab, "close p", "revert shmem-splice-part", "pipe p")
    assert run(lab, "splice S 0 8192 p").ret == 8192


@each_kernel
def test_no_more_is_spliced_than_there_are_slots(kernel: str) -> None:
    lab = started("file F 4", "pipe p 2", kernel=kernel)
    assert run(lab, "splice F 0 16384 p").ret == 8192
    assert run(lab, "splice F 8192 1 p").error == "-EAGAIN"
    assert value(lab, "audit.clean")


@each_kernel
def test_splicing_nothing_does_nothing(kernel: str) -> None:
    lab = started("file F 1", "pipe p", kernel=kernel)
    assert run(lab, "splice F 0 0 p").ret == 0
    assert ring(lab) == []


# The bugs of the series' versions, each put back and caught.


def test_a_kernel_that_copies_all_files_has_no_page_of_the_cache_in_the_pipe() -> None:
    lab = started(
        "file F 1", "mmap f 1 of F shared", 'write f "old"', "pipe p", kernel="v6.5"
    )
    run(lab, "apply splice-copies-all", "splice F 0 3 p", 'write f "new"')
    assert ring(lab) == [(ANON, 0, 3)]
    assert run(lab, "drain p").value == b"old".hex()


def test_without_the_length_a_reader_gets_what_lies_beyond_the_end() -> None:
    lab = started("file F 2", "mmap f 2 of F shared", "write f 1", "pipe p", kernel="v6.5")
    shorter(lab, "F", 5000)
    run(lab, 'write f[1]+1000:6 "secret"', "apply filemap-splice-past-end")
    assert run(lab, "splice F 0 8192 p").ret == 8192
    assert b"secret" in contents(pipes(lab.kernel)["p"])


def test_splicing_that_fills_holes_costs_memory() -> None:
    lab = sparse("v6.5")
    run(lab, "apply shmem-splice-fills-holes", "splice S 0 12288 p")
    assert ring(lab) == [(CACHE, 0, 4096)] * 3
    assert value(lab, "S.cached == 3 and audit.clean")


def test_a_counted_zero_page_is_given_back_but_moves_its_count() -> None:
    lab = sparse("v6.5")
    run(lab, "apply shmem-splice-zero-counted", "splice S 0 12288 p")
    assert value(lab, "zero._refcount == 1 + 2 and audit.clean")
    run(lab, "pipe q", "tee p q")
    assert value(lab, "zero._refcount == 1 + 4 and audit.clean")
    run(lab, "drain p", "close q")
    assert value(lab, "zero._refcount == 1 and audit.clean")


def test_a_reference_that_is_missed_leaks_one_for_each_hole() -> None:
    lab = sparse("v6.5")
    run(lab, "apply shmem-splice-zero-kept", "splice S 0 12288 p", "drain p")
    assert value(lab, "zero._refcount == 1 + 2 and audit.unaccounted == 2")


def test_the_node_of_a_device_has_no_length_of_its_own() -> None:
    """Asked instead of what has the contents, it puts an end to splicing at once."""
    lab = started("file F 1", "pipe p", kernel="v6.5")
    with lab.machine:
        node = Inode("/dev/F", BDEV, 0, AddressSpace("/dev/F", anonymous=False))
        opened = File(node, lab.kernel.files[0].i_mapping)
        pipe = lab.kernel.pipes[0]
        assert filemap_splice_read(opened, KArray([0]), pipe, 100, 0) == 100
        lab.machine.set_patches(without(lab, "filemap-splice-inode"))
        assert filemap_splice_read(opened, KArray([0]), pipe, 100, 0) == 0


def without(lab: Lab, name: str) -> tuple[Patch, ...]:
    """The patches of a lab without one."""
    return tuple(each for each in applied(lab.machine) if each.name != name)


@pytest.mark.parametrize(("apply", "pages"), [((), 16), (("apply copy-splice-eof",), 1)])
def test_with_the_length_known_fewer_pages_are_allocated(
    apply: tuple[str, ...], pages: int
) -> None:
    lab = started("file F 1", *apply, "pipe p", kernel="v6.5")
    start = lab.machine.journal.position
    assert run(lab, "splice F 0 65536 p direct").ret == 4096
    hits = lab.machine.trace.between(start, lab.machine.journal.position)
    assert sum(hit.name == "kmem:mm_page_alloc" for hit in hits) == pages
    assert value(lab, "p.buffers == 1 and audit.clean")


NOT_MODELLED = {
    "CB-13b": "filemap_get_pages() takes a count instead of an iterator: nothing behaves"
    " otherwise",
    "CB-14a": "pages are not linked by page->lru in the model: nothing can be corrupted",
    "CB-14b": "freeing pages one by one is slower, no more",
    "CB-14c": "there are no files without a page cache, such as those of /proc",
    "CB-14d": "there is no file system on top of another",
    "CB-14f": "numbers of Python have no width to be cut to",
    "CB-15": "there is no file system on top of another",
    "CB-17": "rights of files are not modelled",
    "CB-20c": "file systems have no locks or caches of their own to revalidate",
    "CB-20d": "there are no sockets, no 9p and no trace files",
    "7.7": "the length changes between two lines only when two CPUs run",
}
"""Bugs of the changelogs that cannot be put back, with the reason."""
