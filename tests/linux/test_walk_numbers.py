"""Numbers of iterators and bios come out as worked out by hand (walks/numbers.toml)."""

from __future__ import annotations

from typing import Any

import pytest

from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.block.bio_iov import __bio_iov_iter_get_pages as fill
from pintutor.linux.holders.bio import pages_of
from pintutor.linux.include.linux.blk_types import REQ_OP_READ, Bio
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import READ, IovIter
from pintutor.linux.include.uapi.errno import errname
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter_init import iov_iter_init
from pintutor.patches import series
from pintutor.sim.objects import KArray
from tests.labs import Lab, run, started, value
from tests.linux.walk_rows import tables
from tests.oracle.calls import watched

NUMBERS = tables("numbers.toml")
BUFFER = ("machine scattered", "mmap buf 3", "write buf 0x41", "disk d 64K")
KERNELS = ("v6.1", "v6.12")


@pytest.mark.parametrize("kernel", series.RELEASES)
def test_an_iterator_that_moves_skips_empty_segments_on_its_way(kernel: str) -> None:
    lab = started(*NUMBERS["moves"]["setup"], kernel=kernel)
    for step in NUMBERS["moves"]["steps"]:
        state = run(lab, step["line"])
        for key in ("nr_segs", "iov_offset", "count", "segment"):
            assert getattr(state, key) == step[key], (step["id"], key)


EXTRACTED = [
    (kernel, case)
    for case in NUMBERS["extract"]
    for kernel in case.get("kernels", ("v6.4", "v6.5", "v6.12"))
]


@pytest.mark.parametrize(("kernel", "case"), EXTRACTED)
def test_what_a_call_extracts_is_what_the_table_says(
    kernel: str, case: dict[str, Any]
) -> None:
    lab = started(*case["setup"], kernel=kernel)
    (named,) = lab.kernel.iters
    for step in case["steps"]:
        found = run(lab, "extract i maxsize=102400 maxpages=8")
        seen = {
            **{key: getattr(found, key) for key in ("ret", "offset0", "npages", "count")},
            "first": found.pages[0] if found.pages else "",
            "nr_segs": named.iter.nr_segs,
            "iov_offset": named.iter.iov_offset,
            "slot": named.iter.folioq_slot,
            "held": value(lab, "buf[0]._refcount") if "held" in step else 0,
        }
        assert {key: seen[key] for key in step if key != "id"} == {
            key: wanted for key, wanted in step.items() if key != "id"
        }
    assert run(lab, "audit").imbalances == ()


def _page(lab: Lab, index: int) -> Page | None:
    start = lab.names.ranges()["buf"].vm_start
    with lab.machine:
        return lab.names.at(start + index * 4096)


def _bio(lab: Lab, room: int) -> Bio:
    return bio_alloc(lab.kernel.disks[0].part0, room, REQ_OP_READ)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("case", NUMBERS["trim"], ids=lambda case: f"{case['size']}")
def test_what_ends_within_a_block_is_cut_off_and_its_pages_given_back(
    kernel: str, case: dict[str, Any]
) -> None:
    lab = started(*BUFFER, kernel=kernel)
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


@pytest.mark.parametrize(("asked", "room"), NUMBERS["room"]["places"])
def test_a_bio_has_room_for_at_least_what_was_asked_for(asked: int, room: int) -> None:
    lab = started(*BUFFER)
    with lab.machine:
        assert _bio(lab, asked).bi_max_vecs == room


@pytest.mark.parametrize("case", NUMBERS["released"], ids=lambda case: f"{case['place']}")
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
