"""A clone of a bio has no places of its own: what happens when pages are added to it."""

from __future__ import annotations

import pytest

from pintutor.linux.block.bio import bio_alloc
from pintutor.linux.block.bio_add import bio_add_page
from pintutor.linux.block.bio_iov import bio_iov_iter_get_pages
from pintutor.linux.block.bio_split import bio_alloc_clone
from pintutor.linux.include.linux.bio import bvec_at
from pintutor.linux.include.linux.blk_types import REQ_OP_READ, Bio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.uapi.errno import EIO
from tests.labs import Lab, run, started, value

MADE = ("kmem K 2", "disk d 64K", "iter i bvec dest K[1]")
KERNELS = [("v5.17", 0), ("v6.1", 0), ("v6.5", 0), ("v6.5+bio-cloned-checked", -EIO)]


def cloned(lab: Lab) -> tuple[Bio, Bio]:
    """A bio with one page, and its clone."""
    bdev = lab.kernel.disks[0].part0
    bio = bio_alloc(bdev, 4, REQ_OP_READ)
    assert bio_add_page(bio, page(lab, 0), 512, 0) == 512
    return bio, bio_alloc_clone(bdev, bio)


def page(lab: Lab, index: int) -> Page:
    """A page of kernel memory."""
    found: Page = lab.kernel.kmem[0].pages[index]
    return found


@pytest.mark.parametrize(("kernel", "ret"), [*KERNELS, ("v6.12", -EIO)])
def test_places_of_an_iterator_become_those_of_a_clone_until_v6_6(
    kernel: str, ret: int
) -> None:
    lab = started(*MADE, kernel=kernel)
    with lab.machine:
        bio, clone = cloned(lab)
        assert bio_iov_iter_get_pages(clone, lab.kernel.iters[0].iter) == ret
        used = bvec_at(clone, 0).bv_page
        assert used is page(lab, 0 if ret else 1)
        assert bvec_at(bio, 0).bv_page is page(lab, 0)
    assert value(lab, "dmesg.warnings") == (1 if ret else 0)


@pytest.mark.parametrize("kernel", ["v5.17", "v6.1", "v6.5", "v6.12"])
def test_a_page_is_added_to_no_clone_and_that_is_warned_of(kernel: str) -> None:
    lab = started(*MADE, kernel=kernel)
    with lab.machine:
        _, clone = cloned(lab)
        assert bio_add_page(clone, page(lab, 1), 512, 0) == 0
        assert clone.bi_vcnt == 0
    assert value(lab, "dmesg.warnings") == 1


def test_direct_io_from_an_iterator_of_places_is_no_clone_at_first() -> None:
    lab = started(*MADE, kernel="v6.12")
    assert run(lab, "dio read d 0 i").ret == 4096
    assert value(lab, "dmesg.warnings") == 0
