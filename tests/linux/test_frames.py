"""The page allocator: what it gives out, takes back and notices."""

import pytest

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.page_flags import PG_buddy
from pintutor.linux.mm.page_alloc import POISON, ZEROES, alloc_page, put_page
from pintutor.sim.errors import KernelBug, UseAfterFree
from tests.linux.machines import booted, fresh


def test_a_fresh_page_is_zeroed_and_has_one_reference() -> None:
    with booted():
        page = alloc_page()
        assert page is not None
        assert (page._refcount, page._mapcount, page.data) == (1, -1, ZEROES)
        assert (page.flags, page.mapping) == (0, None)


def test_frames_are_given_out_by_rising_number() -> None:
    with booted():
        first, second = fresh(), fresh()
        assert second.pfn == first.pfn + 1


def test_the_frame_freed_last_is_given_out_first() -> None:
    with booted():
        one, two = fresh(), fresh()
        put_page(one)
        put_page(two)
        assert [fresh(), fresh()] == [two, one]
        assert fresh() not in (one, two)


def test_a_freed_frame_is_poisoned_and_marked_free() -> None:
    with booted():
        page = fresh()
        memcpy_to_page(page, 0, b"secret")
        put_page(page)
        assert (page.data, page.flags & PG_buddy) == (POISON, PG_buddy)


def test_a_frame_given_out_again_shows_nothing_of_its_past() -> None:
    with booted():
        page = fresh()
        memcpy_to_page(page, 7, b"secret")
        put_page(page)
        assert fresh() is page
        assert (page.data, page.flags, page._refcount) == (ZEROES, 0, 1)


def test_a_page_with_references_left_is_not_freed() -> None:
    with booted():
        page = fresh(2)
        put_page(page)
        assert (page._refcount, page.flags & PG_buddy) == (1, 0)


def test_writing_a_freed_frame_is_a_use_after_free_and_writes_nothing() -> None:
    with booted():
        page = fresh()
        put_page(page)
        with pytest.raises(UseAfterFree):
            memcpy_to_page(page, 0, b"x")
        assert page.data == POISON


def test_freeing_a_page_that_is_still_mapped_is_a_bug() -> None:
    with booted():
        page = fresh()
        page._mapcount = 0
        with pytest.raises(KernelBug, match="Bad page state"):
            put_page(page)


def test_without_memory_there_is_no_page() -> None:
    with booted():
        zone = this_kernel().zone
        zone.end_pfn = zone.next_pfn
        assert alloc_page() is None


def test_a_freed_frame_is_still_there_when_memory_is_full() -> None:
    with booted():
        page = fresh()
        zone = this_kernel().zone
        zone.end_pfn = zone.next_pfn
        put_page(page)
        assert alloc_page() is page
        assert alloc_page() is None


def test_bytes_go_where_they_are_copied_to() -> None:
    with booted():
        page = fresh()
        memcpy_to_page(page, 4094, b"yz")
        assert (page.data[4093:], len(page.data)) == (b"\0yz", 4096)
