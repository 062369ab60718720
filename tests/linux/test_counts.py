"""The accounting primitives: what each adds to a folio's count and to vmstat."""

from collections.abc import Callable

import pytest

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    FOLL_PIN,
    folio_maybe_dma_pinned,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Folio, Page, PageArray
from pintutor.linux.include.linux.page_flags import PG_buddy, PG_dirty
from pintutor.linux.mm.gup import (
    gup_put_folio,
    try_get_folio,
    try_grab_folio,
    try_grab_page,
)
from pintutor.linux.mm.gup_unpin import (
    unpin_user_page,
    unpin_user_pages,
    unpin_user_pages_dirty_lock,
)
from pintutor.linux.mm.page_alloc import alloc_pages
from tests.linux.machines import array, booted, fresh, pins, zero

TOP = 0x7FFF_FFFF
BEFORE, AFTER = "v6.1", "v6.5"


def huge() -> Folio:
    """A huge page that is mapped nowhere."""
    page = alloc_pages(9)
    assert page is not None
    return Folio(page)


def ok(got: object) -> bool:
    """Whether a slow grab succeeded: true before v6.2, 0 since."""
    return got is True or (got == 0 and got is not False)


def warnings() -> tuple[str, ...]:
    """What the kernel log says."""
    return this_kernel().log.lines


@pytest.mark.parametrize("count", [1, 3, TOP - 5])
def test_try_get_folio_adds_what_is_asked_for(count: int) -> None:
    with booted():
        folio = fresh(count)
        assert try_get_folio(folio, 5) is folio
        assert folio._refcount == count + 5


def test_try_get_folio_gets_nothing_of_a_folio_that_is_going_away() -> None:
    with booted():
        folio = fresh(0)
        assert try_get_folio(folio, 1) is None
        assert (folio._refcount, warnings()) == (0, ())


def test_try_get_folio_refuses_an_overflowed_count_and_warns_once() -> None:
    with booted():
        folio = fresh(-5)
        assert try_get_folio(folio, 1) is None
        assert try_get_folio(folio, 1) is None
        assert (folio._refcount, len(warnings())) == (-5, 1)


def test_try_get_folio_looks_before_it_adds_so_the_last_pin_wraps_the_count() -> None:
    with booted():
        folio = fresh(TOP)
        assert try_get_folio(folio, 1) is folio
        assert folio._refcount == -TOP - 1


def test_try_get_folio_of_a_tail_page_counts_on_the_head() -> None:
    with booted():
        head = huge()
        tail = Page(head.pfn + 1, compound_head=head)
        assert try_get_folio(tail, 2) is head
        assert (head._refcount, tail._refcount) == (3, 0)


@pytest.mark.parametrize("kernel", [BEFORE, AFTER])
def test_a_fast_reference_adds_one_and_is_not_in_vmstat(kernel: str) -> None:
    with booted(kernel):
        folio = fresh()
        assert try_grab_folio(folio, 1, FOLL_GET) is folio
        assert (folio._refcount, folio._pincount, pins()) == (2, 0, (0, 0))


@pytest.mark.parametrize("kernel", [BEFORE, AFTER])
@pytest.mark.parametrize("refs", [1, 3])
def test_a_fast_pin_of_a_small_folio_adds_1024_each(kernel: str, refs: int) -> None:
    with booted(kernel):
        folio = fresh()
        assert try_grab_folio(folio, refs, FOLL_PIN) is folio
        assert (folio._refcount, folio._pincount) == (1 + 1024 * refs, 0)
        assert pins() == (refs, 0)


@pytest.mark.parametrize("kernel", [BEFORE, AFTER])
def test_a_fast_pin_of_a_large_folio_adds_one_to_both_counts(kernel: str) -> None:
    with booted(kernel):
        folio = huge()
        try_grab_folio(folio, 4, FOLL_PIN)
        assert (folio._refcount, folio._pincount, pins()) == (5, 4, (4, 0))


def test_a_fast_pin_of_the_zero_page_is_counted_before_v6_5() -> None:
    with booted(BEFORE):
        assert try_grab_folio(zero(), 2, FOLL_PIN) is zero()
        assert (zero()._refcount, pins()) == (2049, (2, 0))


def test_a_fast_pin_of_the_zero_page_changes_nothing_since_v6_5() -> None:
    with booted(AFTER):
        assert try_grab_folio(zero(), 2, FOLL_PIN) is zero()
        assert (zero()._refcount, pins()) == (1, (0, 0))


@pytest.mark.parametrize("kernel", [BEFORE, AFTER])
def test_a_reference_to_the_zero_page_is_always_counted(kernel: str) -> None:
    with booted(kernel):
        try_grab_folio(zero(), 1, FOLL_GET)
        assert ok(try_grab_page(zero(), FOLL_GET))
        assert zero()._refcount == 3


def test_a_fast_grab_without_a_kind_warns_and_gets_nothing() -> None:
    with booted():
        folio = fresh()
        assert try_grab_folio(folio, 1, 0) is None
        assert (folio._refcount, len(warnings())) == (1, 1)


@pytest.mark.parametrize("kernel", [BEFORE, "v6.2", AFTER, "v6.12"])
def test_a_slow_grab_adds_one_for_a_reference_and_1024_for_a_pin(kernel: str) -> None:
    with booted(kernel):
        folio = fresh()
        assert ok(try_grab_page(folio, FOLL_GET))
        assert ok(try_grab_page(folio, FOLL_PIN))
        assert (folio._refcount, pins()) == (1 + 1 + 1024, (1, 0))


@pytest.mark.parametrize("kernel", [BEFORE, AFTER])
def test_a_slow_grab_of_a_large_folio_counts_exactly(kernel: str) -> None:
    with booted(kernel):
        folio = huge()
        assert ok(try_grab_page(folio, FOLL_GET))
        assert ok(try_grab_page(folio, FOLL_PIN))
        assert (folio._refcount, folio._pincount, pins()) == (3, 1, (1, 0))


@pytest.mark.parametrize("kernel", [BEFORE, AFTER])
@pytest.mark.parametrize("count", [0, -1, -TOP])
def test_a_slow_grab_refuses_counts_below_one_and_warns_once(
    kernel: str, count: int
) -> None:
    with booted(kernel):
        folio = fresh(count)
        assert not ok(try_grab_page(folio, FOLL_PIN))
        assert not ok(try_grab_page(folio, FOLL_GET))
        assert (folio._refcount, len(warnings()), pins()) == (count, 1, (0, 0))


@pytest.mark.parametrize("kernel", [BEFORE, AFTER])
def test_an_overflowed_zero_page_fails_the_slow_grab_even_when_unpinned(
    kernel: str,
) -> None:
    """The zero test stands after the sanity test."""
    with booted(kernel):
        zero()._refcount = -7
        assert not ok(try_grab_page(zero(), FOLL_PIN))


@pytest.mark.parametrize(("flags", "units"), [(FOLL_GET, 1), (FOLL_PIN, 1024)])
def test_gup_put_folio_takes_back_what_was_taken(flags: int, units: int) -> None:
    with booted():
        folio = fresh(1 + 3 * units)
        gup_put_folio(folio, 3, flags)
        assert folio._refcount == 1
        assert pins() == (0, 3 if flags == FOLL_PIN else 0)


def test_gup_put_folio_of_the_last_unit_frees_the_page() -> None:
    with booted():
        folio = fresh(1024)
        gup_put_folio(folio, 1, FOLL_PIN)
        assert (folio._refcount, folio.flags & PG_buddy) == (0, PG_buddy)


def test_unpinning_a_large_folio_lowers_both_counts() -> None:
    with booted():
        folio = huge()
        try_grab_folio(folio, 2, FOLL_PIN)
        gup_put_folio(folio, 2, FOLL_PIN)
        assert (folio._refcount, folio._pincount, pins()) == (1, 0, (2, 2))


def test_unpinning_the_zero_page_does_nothing_since_v6_5() -> None:
    with booted(AFTER):
        unpin_user_page(zero())
        assert (zero()._refcount, pins()) == (1, (0, 0))


def test_unpinning_a_zero_page_that_was_never_pinned_underflows_before_v6_5() -> None:
    with booted(BEFORE):
        unpin_user_page(zero())
        assert (zero()._refcount, pins()) == (-1023, (0, 1))


Unpin = Callable[[PageArray, int], None]


@pytest.mark.parametrize(
    "unpin",
    [
        unpin_user_pages,
        lambda pages, count: unpin_user_pages_dirty_lock(pages, count, False),
        lambda pages, count: unpin_user_pages_dirty_lock(pages, count, True),
    ],
)
def test_an_array_with_a_page_twice_is_unpinned_once_for_each_entry(unpin: Unpin) -> None:
    with booted():
        one, two = fresh(1 + 2 * 1024), fresh(1 + 1024)
        unpin(array(one, one, two), 3)
        assert (one._refcount, two._refcount, pins()) == (1, 1, (0, 3))


def test_an_error_as_a_count_is_refused_with_a_warning() -> None:
    with booted():
        folio = fresh(1025)
        unpin_user_pages(array(folio), -14)
        assert (folio._refcount, len(warnings())) == (1025, 1)


@pytest.mark.parametrize("dirty", [False, True])
def test_dirty_lock_marks_pages_dirty_only_when_asked_to(dirty: bool) -> None:
    with booted():
        folio = fresh(1025)
        unpin_user_pages_dirty_lock(array(folio), 1, dirty)
        assert bool(folio.flags & PG_dirty) == dirty


def test_even_the_zero_page_is_marked_dirty_before_its_release_does_nothing() -> None:
    with booted(AFTER):
        unpin_user_pages_dirty_lock(array(zero()), 1, True)
        assert (bool(zero().flags & PG_dirty), zero()._refcount) == (True, 1)


@pytest.mark.parametrize(
    ("count", "pinned"),
    [(1, False), (1023, False), (1024, True), (1025, True), (TOP, True), (-5, True)],
)
def test_a_small_folio_looks_pinned_from_1024_up_and_when_it_overflowed(
    count: int, pinned: bool
) -> None:
    with booted():
        assert folio_maybe_dma_pinned(fresh(count)) == pinned


def test_a_large_folio_looks_pinned_exactly_when_it_is() -> None:
    with booted():
        folio = huge()
        folio._refcount = 5000
        assert not folio_maybe_dma_pinned(folio)
        folio._pincount = 1
        assert folio_maybe_dma_pinned(folio)


def test_the_folio_of_a_tail_page_is_its_head() -> None:
    with booted():
        head = huge()
        assert page_folio(Page(head.pfn + 3, compound_head=head)) is head
        assert page_folio(head) is head
