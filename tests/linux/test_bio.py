"""Bios: flags, ends, dirty pages, splitting, and what a device does to memory."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pintutor.lab.show_block import show_bio
from pintutor.linux.block.bio import bio_alloc, bio_put, bio_reset
from pintutor.linux.block.bio_add import bio_add_hw_page, bio_add_page
from pintutor.linux.holders.bio import flag_names
from pintutor.linux.include.linux.bio import bio_flagged, bio_get, bio_set_flag, bvec_at
from pintutor.linux.include.linux.blk_types import (
    BIO_CHAIN,
    BIO_CLONED,
    REQ_OP_READ,
    REQ_OP_WRITE,
    Bio,
    bio_flags,
)
from pintutor.linux.include.linux.completion import Completion
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.kernel.sched import wait_for_completion_io
from pintutor.patches.livepatch import rules
from pintutor.sim.errors import Deadlock, UseAfterFree
from tests.labs import Lab, run, started, value

BUF = ("mmap buf 4", "write buf 0x41", "disk d 64K")

BOTH = ("PAGE_PINNED", "PAGE_REFFED", "CLONED", "BOUNCED", "QUIET", "CHAIN")
LOWEST = {
    "v5.17": ("NO_PAGE_REF", "CLONED", "BOUNCED", "WORKINGSET", "QUIET", "CHAIN"),
    "v6.1": ("NO_PAGE_REF", "CLONED", "BOUNCED", "QUIET", "CHAIN", "REFFED"),
    "v6.2+extract-v8": (
        "PAGE_PINNED",
        "PAGE_REFFED",
        "CLONED",
        "BOUNCED",
        "QUIET",
        "CHAIN",
    ),
    "v6.4+block-pin-v21": (
        "PAGE_PINNED",
        "PAGE_REFFED",
        "CLONED",
        "BOUNCED",
        "QUIET",
        "CHAIN",
    ),
    "v6.5": ("PAGE_PINNED", "CLONED", "BOUNCED", "QUIET", "CHAIN", "REFFED"),
    "v6.12": ("PAGE_PINNED", "CLONED", "BOUNCED", "QUIET", "CHAIN", "REFFED"),
}
"""The flags of the lowest bits in each kernel."""


@pytest.mark.parametrize("kernel", LOWEST)
def test_each_kernel_numbers_the_flags_of_a_bio_in_its_own_way(kernel: str) -> None:
    lab = started(kernel=kernel)
    with lab.machine:
        names = tuple(name.removeprefix("BIO_") for name in bio_flags())
    assert names[:6] == LOWEST[kernel]


def bio_of(lab: Lab, room: int = 4, op: int = REQ_OP_READ) -> Bio:
    """A new bio for the disk."""
    return bio_alloc(lab.kernel.disks[0].part0, room, op)


def page_of(lab: Lab, index: int) -> Page:
    """A page of the buffer."""
    page = lab.names.at(lab.names.ranges()["buf"].vm_start + index * PAGE_SIZE)
    assert page is not None, "it was written"
    return page


@pytest.mark.parametrize("kernel", ["v5.17", "v6.5"])
def test_every_flag_of_every_word_reads_as_its_bit(kernel: str) -> None:
    lab = started(*BUF, kernel=kernel)
    with lab.machine:
        bio = bio_of(lab)
        names = bio_flags()
        for word in range(1 << len(names)):
            bio.bi_flags = word
            bits = [bio_flagged(bio, name) for name in names]
            assert bits == [bool(word >> bit & 1) for bit in range(len(names))]


def test_pages_that_lie_side_by_side_become_one_place() -> None:
    lab = started(*BUF)
    with lab.machine:
        bio = bio_of(lab)
        assert bio_add_page(bio, page_of(lab, 0), 1024, 3072) == 1024
        assert bio_add_page(bio, page_of(lab, 1), PAGE_SIZE, 0) == PAGE_SIZE
        assert (bio.bi_vcnt, bvec_at(bio, 0).bv_len) == (1, 5120)
        assert bio_add_page(bio, page_of(lab, 3), 512, 0) == 512
        assert (bio.bi_vcnt, bio.bi_iter.bi_size) == (2, 5632)


def test_a_bio_that_is_full_takes_no_page() -> None:
    lab = started("machine scattered", *BUF)
    with lab.machine:
        bio = bio_of(lab, 1)
        bio.bi_max_vecs = 1
        assert bio_add_page(bio, page_of(lab, 0), 512, 0) == 512
        assert bio_add_page(bio, page_of(lab, 1), 512, 0) == 0


def test_what_cannot_be_split_takes_no_more_than_the_device_can_do() -> None:
    lab = started("machine scattered", *BUF)
    with lab.machine:
        bio, queue = bio_of(lab), lab.kernel.disks[0].queue
        queue.limits.max_segments = 2
        added = [
            bio_add_hw_page(queue, bio, page_of(lab, index), 512, 0, 255).ret
            for index in range(3)
        ]
        assert added == [512, 512, 0]
        assert bio_add_hw_page(queue, bio_of(lab), page_of(lab, 0), 1024, 0, 1).ret == 0


def test_nothing_is_added_to_a_clone() -> None:
    lab = started(*BUF)
    with lab.machine:
        bio = bio_of(lab)
        bio_set_flag(bio, BIO_CLONED)
        queue = lab.kernel.disks[0].queue
        assert bio_add_hw_page(queue, bio, page_of(lab, 0), 8, 0, 8).ret == 0
    assert value(lab, "dmesg.warnings") == 1


def test_the_last_user_of_a_bio_frees_it_and_a_put_more_uses_it_after_that() -> None:
    lab = started(*BUF)
    with lab.machine:
        bio = bio_of(lab)
        bio_get(bio)
        bio_put(bio)
        assert len(lab.kernel.bios) == 1
        bio_put(bio)
        with pytest.raises(UseAfterFree, match=r"Bio\.bi_flags is touched"):
            bio_put(bio)


def test_a_bio_that_is_reset_keeps_its_room_and_nothing_else() -> None:
    lab = started(*BUF)
    with lab.machine:
        bio = bio_of(lab)
        bio_add_page(bio, page_of(lab, 0), 512, 0)
        bio_set_flag(bio, BIO_CHAIN)
        bio_reset(bio, bio.bi_bdev, REQ_OP_WRITE)
        assert (bio.bi_vcnt, bio.bi_flags, bio.bi_iter.bi_size) == (0, 0, 0)
        assert (bio.bi_max_vecs, lab.kernel.bios) == (4, (bio,))


def test_only_the_bio_that_was_submitted_owns_pages_when_it_is_split() -> None:
    lab = started("machine scattered", "mmap buf 4", "write buf 0x41")
    run(lab, "disk d 64K max-segments=1", "dio write d 0 buf async")
    whole, *parts = lab.kernel.bios
    known = rules(lab.machine)
    assert [part.bi_vcnt for part in parts] == [0, 0, 0]
    assert all(flag_names(part, known) == ("BIO_CLONED",) for part in parts)
    assert "BIO_CHAIN" in flag_names(whole, known)
    assert [page[1] for page in shown_bios(lab)] == ["WRITE"] * 4
    assert not run(lab, "irq d 3").calls
    assert run(lab, "irq d").calls[0].ret == 4 * PAGE_SIZE
    assert run(lab, "audit").imbalances == ()


def shown_bios(lab: Lab) -> tuple[tuple[str | int, ...], ...]:
    """The rows of `show bio`."""
    with lab.machine:
        return show_bio(lab).rows


def test_an_error_of_one_part_is_the_error_of_the_whole() -> None:
    lab = started("machine scattered", "mmap buf 4", "write buf 0x41")
    run(lab, "disk d 64K max-segments=1", "diskfail d 2")
    assert run(lab, "dio write d 0 buf").error == "-EIO"
    assert run(lab, "audit").imbalances == ()


def test_what_may_not_wait_is_not_split() -> None:
    lab = started("machine scattered", "mmap buf 4", "write buf 0x41")
    run(lab, "disk d 64K max-segments=1")
    assert run(lab, "dio write d 0 buf nowait").error == "-EAGAIN"
    assert run(lab, "audit").imbalances == ()


@pytest.mark.parametrize("kernel", ["v6.1", "v6.5"])
def test_what_may_not_wait_and_needs_two_bios_gives_all_back(kernel: str) -> None:
    lab = started("machine scattered", "mmap buf 300", "write buf 0x41", kernel=kernel)
    run(lab, "disk d 4M")
    assert run(lab, "dio write d 0 buf nowait").error == "-EAGAIN"
    assert lab.kernel.bios == ()
    assert run(lab, "audit").imbalances == ()


def test_the_end_of_the_disk_cuts_a_transfer_short() -> None:
    lab = started(*BUF)
    assert run(lab, "dio write d 61440 buf").ret == 4096
    assert run(lab, "dio write d 65536 buf").error == "-ENOSPC"
    assert run(lab, "dio read d 65536 buf").ret == 0


def test_pages_cleaned_before_the_data_came_are_marked_again_by_a_worker() -> None:
    lab = started("file F 2", "mmap m 2 of F shared", "write m 0x11", "disk d 64K")
    run(lab, "fsync F", "dio read d 0 m async", "fsync F", "irq d")
    assert value(lab, "F[0].dirty") is False
    assert len(lab.kernel.worklist) == 1
    assert run(lab, "audit").imbalances == ()
    run(lab, "work")
    assert value(lab, "F[0].dirty") is True
    assert (lab.kernel.bios, run(lab, "audit").imbalances) == ((), ())


@pytest.mark.parametrize("kernel", ["v6.1", "v6.5"])
def test_memory_that_is_unmapped_under_a_read_is_freed_when_the_read_ends(
    kernel: str,
) -> None:
    lab = started(*BUF, kernel=kernel)
    with lab.machine:
        page = page_of(lab, 0)
    run(lab, "dio read d 0 buf async", "munmap buf")
    assert page._refcount == (1 if kernel == "v6.1" else 1024)
    run(lab, "irq d")
    assert page._refcount == 0
    assert run(lab, "audit").imbalances == ()


def test_a_device_that_writes_into_a_free_frame_is_caught() -> None:
    """The pages of a bio over kernel memory are kept by nobody but their owner."""
    lab = started("kmem K 2", "disk d 64K", "iter b bvec dest K[0]", kernel="v6.5")
    run(lab, "dio read d 0 b async", "kfree K")
    oops = lab.execute("irq d").oops
    assert oops is not None and oops.kind == "KASAN: use-after-free"


def test_who_waits_for_what_never_comes_is_reported() -> None:
    lab = started(*BUF)
    with lab.machine, pytest.raises(Deadlock):
        wait_for_completion_io(Completion())


@pytest.mark.parametrize(("frames", "places"), [("contiguous", 1), ("scattered", 4)])
def test_scattered_frames_give_a_buffer_a_place_for_each_page(
    frames: str, places: int
) -> None:
    lab = started(f"machine {frames}", *BUF)
    run(lab, "dio read d 0 buf async")
    assert lab.kernel.bios[0].bi_vcnt == places


def test_no_frame_is_passed_over_by_scattering_them() -> None:
    lab = started("machine scattered", "mmap a 8", "write a 1", "munmap a")

    zone = lab.kernel.zone

    given = zone.next_pfn + zone.upper_pfn - zone.middle_pfn
    run(lab, "mmap b 6", "write b 1")
    assert zone.next_pfn + zone.upper_pfn - zone.middle_pfn <= given + 2
    with lab.machine:
        start = lab.names.ranges()["b"].vm_start
        pages = [lab.names.at(start + index * PAGE_SIZE) for index in range(6)]
    pfns = [page.pfn for page in pages if page is not None]
    assert all(two != one + 1 for one, two in pairwise(pfns))
