"""Direct I/O on a block device goes as worked out by hand, row by row."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from pintutor.linux.bio_owners import pages_of
from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.block.bio_iov import __bio_iov_iter_get_pages as fill
from pintutor.linux.include.linux.blk_types import REQ_OP_READ, Bio
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.linux.include.linux.uio import READ, IovIter
from pintutor.linux.include.uapi.errno import errname
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter_init import iov_iter_init
from pintutor.sim.objects import KArray
from tests.labs import Lab, run, started
from tests.oracle.calls import watched

WALKS = tomllib.loads((Path(__file__).parent / "walks" / "blkdev.toml").read_text())
KERNELS = ("v6.1", "v6.12")
CASES = [(kernel, walk["name"]) for kernel in KERNELS for walk in WALKS["walk"]]


@pytest.mark.parametrize(("kernel", "name"), CASES)
def test_a_walk_goes_row_by_row_as_worked_out(kernel: str, name: str) -> None:
    walk = next(one for one in WALKS["walk"] if one["name"] == name)
    lab = started(*WALKS["setup"], kernel=kernel)
    pages = [page for index in range(3) if (page := _page(lab, index)) is not None]
    with watched() as records:
        results = [run(lab, line) for line in walk["lines"]]
    for row in walk.get("row", ()):
        record = next(one for one in records if one["ev"] == row["ev"])
        assert _seen(record, row, pages) == _wanted(row, kernel), row["ev"]
    if "ret" in walk:
        assert results[-1].ret == walk["ret"]
    if "left" in walk:
        assert results[-1].left == walk["left"]
    assert [page._refcount for page in pages] == walk["after"]["rc"]
    assert [folio_test_dirty(Folio(page)) for page in pages] == walk["after"]["dirty"]


def _page(lab: Lab, index: int) -> Page | None:
    start = lab.names.ranges()["buf"].vm_start
    with lab.machine:
        return lab.names.at(start + index * 4096)


def _wanted(row: dict[str, Any], kernel: str) -> dict[str, Any]:
    """What the row says of that kernel."""
    return {
        key: value[kernel] if isinstance(value, dict) else value
        for key, value in row.items()
        if key != "ev"
    }


def _seen(record: dict[str, Any], row: dict[str, Any], pages: list[Page]) -> dict[str, Any]:
    """The same of a record of the model: the pages of the bio first, then the others."""
    counts = {one.page: one for one in record["seen"]}
    known: dict[str, Any] = {
        "rc": [counts[page].ref if page in counts else page._refcount for page in pages],
        "dirty": [counts[page].dirty for page in pages if page in counts],
        "bits": record["raw"] & 1,
        "places": [list(place[1:]) for place in record["places"]],
        "size": record["bi_size"],
        "max": record["max"],
        "left": record.get("iter_count_after"),
        "sector": record.get("bi_sector"),
        "mark_dirty": record.get("mark_dirty"),
    }
    return {key: known[key] for key in row if key != "ev"}


def _bio(lab: Lab, room: int) -> Bio:
    return bio_alloc(lab.kernel.disks[0].part0, room, REQ_OP_READ)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("case", WALKS["trim"], ids=lambda case: f"{case['size']}")
def test_what_ends_within_a_block_is_cut_off_and_its_pages_given_back(
    kernel: str, case: dict[str, Any]
) -> None:
    lab = started(*WALKS["setup"], kernel=kernel)
    pages = [_page(lab, index) for index in range(3)]
    one = 1 if kernel == "v6.1" else 1024
    with lab.machine, watched() as records:
        bio, iter_ = _bio(lab, 4), IovIter()
        start = lab.names.ranges()["buf"].vm_start + case["offset"]
        iovec = IovecPtr(KArray([Iovec(start, case["size"])]), 0)
        iov_iter_init(iter_, READ, iovec, 1, case["size"])
        if one == 1024:
            bio.bi_flags = 1
        ret = fill(bio, iter_)
    acquired = next(each for each in records if each["ev"].endswith("_fast:ret"))
    assert acquired["ret"] == case["acquired"]
    assert (errname(ret) if ret else 0) == case.get("ret", 0)
    assert bio.bi_iter.bi_size == case["added"]
    assert iter_.count == case["size"] - case["added"]
    held = [page._refcount - 1 for page in pages if page is not None]
    assert held == [one if index < case["kept"] else 0 for index in range(3)]


@pytest.mark.parametrize(("asked", "room"), WALKS["room"].items())
def test_a_bio_has_room_for_at_least_what_was_asked_for(asked: str, room: int) -> None:
    lab = started(*WALKS["setup"])
    with lab.machine:
        assert _bio(lab, int(asked)).bi_max_vecs == room


@pytest.mark.parametrize("case", WALKS["released"], ids=lambda case: f"{case['place']}")
def test_a_place_gives_back_each_page_that_it_touches(case: dict[str, Any]) -> None:
    lab = started("mmap T 512 thp", "write T 0x41", "disk d 64K")
    with lab.machine:
        bio = _bio(lab, 1)
        head = lab.names.at(lab.names.ranges()["T"].vm_start)
        assert head is not None and bio.bi_io_vec is not None
        offset, length = case["place"]
        bio.bi_io_vec.array[0] = BioVec(head, length, offset)
        bio.bi_vcnt = 1
        assert len(list(pages_of(bio, lab.kernel))) == case["pages"]
