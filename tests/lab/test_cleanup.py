"""How the pages of direct I/O are held, kernel by kernel, is what the fact tables say."""

from __future__ import annotations

import pytest

from pintutor.lab.cleanup import KERNELS, PROBES, Mode, Probe, mode
from tests.labs import refused, run, started

GET = "reference, put_page"
PUT = "reference, BIO_PAGE_REFFED, put_page"
PUT_UNPIN = "reference, BIO_PAGE_REFFED, page_put_unpin"
V8 = "pin, BIO_PAGE_PINNED, page_put_unpin"
PIN = "pin, BIO_PAGE_PINNED, unpin_user_page"
FOLIO = "pin, BIO_PAGE_PINNED, unpin_user_folio"
UNPIN = "pin, unpin_user_page"
MARKED = "nothing, BIO_NO_PAGE_REF BIO_CLONED, its owner"
CLONED = "nothing, BIO_CLONED, its owner"
NOTHING = "nothing, its owner"
AMONG = "nothing, BIO_PAGE_PINNED, its owner"
INVAL = "-EINVAL"
NO_FUNCTION = "no such function"
NONE = "no such iterator"
FAULT = "-EFAULT"

FACTS: dict[tuple[str, str], tuple[str, ...]] = {
    # Through bio_iov_iter_get_pages(): block devices and iomap.
    ("bio_iov_iter_get_pages", "iovec"): (GET, UNPIN, GET, V8, PIN, PIN, FOLIO),
    ("bio_iov_iter_get_pages", "ubuf"): (NONE, NONE, GET, V8, PIN, PIN, FOLIO),
    ("bio_iov_iter_get_pages", "bvec"): (MARKED, MARKED, MARKED, *[CLONED] * 4),
    ("bio_iov_iter_get_pages", "kvec"): (*[FAULT] * 3, *[NOTHING] * 4),
    ("bio_iov_iter_get_pages", "xarray"): (GET, FAULT, GET, *[NOTHING] * 4),
    # Between version 21 alone and the splice series the kind is there, and is refused.
    ("bio_iov_iter_get_pages", "pipe"): (GET, FAULT, GET, NOTHING, FAULT, NONE, NONE),
    ("bio_iov_iter_get_pages", "folioq"): (*[NONE] * 6, NOTHING),
    ("bio_iov_iter_get_pages", "discard"): (FAULT,) * 7,
    # fs/direct-io.c.
    ("fs/direct-io.c", "iovec"): (GET, UNPIN, GET, PUT_UNPIN, PUT, PIN, FOLIO),
    ("fs/direct-io.c", "bvec"): (GET, FAULT, GET, PUT_UNPIN, PUT, NOTHING, NOTHING),
    ("fs/direct-io.c", "kvec"): (*[FAULT] * 5, NOTHING, NOTHING),
    ("fs/direct-io.c", "pipe"): (GET, FAULT, GET, PUT_UNPIN, PUT, NONE, NONE),
    # The bio says how the pages of the user are held; the zero page among them is not.
    ("fs/direct-io.c", "zero page"): (GET, UNPIN, GET, PUT_UNPIN, PUT, AMONG, AMONG),
    # Others.
    ("bio_map_user_iov", "user"): (GET, UNPIN, GET, V8, PIN, PIN, FOLIO),
    ("bio_copy_user_iov", "user"): (NOTHING,) * 7,
    ("bio_map_user", "bvec"): (INVAL, INVAL, MARKED, *[CLONED] * 4),
    ("bio_map_kern", "kernel"): (NOTHING,) * 7,
    ("iomap_dio_zero", "zero page"): (GET, UNPIN, GET, *[NOTHING] * 4),
    # Version 21 alone is without the splice series, on which the function rests.
    ("copy_splice_read", "bvec"): (*[NO_FUNCTION] * 5, CLONED, CLONED),
    ("NFS", "iovec"): (GET,) * 7,
    ("FUSE", "iovec"): (
        GET,
        "pin, unpin_user_pages_dirty_lock",
        *[GET] * 4,
        "pin, unpin_user_page",
    ),
}
"""What is taken, the flags and who gives back, for each of KERNELS in their order: the
table of cleanup modes that was put together from the sources of v5.17, v6.1 and v6.12 and
from the series as they were posted."""


def told(one: Mode) -> str:
    """A row as it is written above."""
    return ", ".join(part for part in (one.taken, one.flags, one.released_by) if part)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: f"{probe.path}-{probe.kind}")
def test_pages_are_held_as_the_tables_say(probe: Probe) -> None:
    found = tuple(told(mode(probe, kernel)) for kernel in KERNELS)
    assert found == FACTS[probe.path, probe.kind]


def test_every_row_of_the_tables_is_tried() -> None:
    assert {(probe.path, probe.kind) for probe in PROBES} == set(FACTS)


def test_the_command_shows_a_row_for_each_probe_and_leaves_the_lab_as_it_is() -> None:
    lab = started("mmap buf 1", kernel="v6.1")
    before = lab.machine.journal.position
    table = run(lab, "cleanup v6.12")
    assert len(table.rows) == len(PROBES)
    assert lab.machine.journal.position == before
    assert run(lab, "write buf 1") is not None


def test_a_kernel_that_is_not_in_the_table_is_refused_at_its_word() -> None:
    error = refused(started(), "cleanup v6.1 v7")
    assert error.at is not None
    assert "cleanup v6.1 v7"[error.at.start : error.at.stop] == "v7"
