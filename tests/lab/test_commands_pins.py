"""get, pin, gup, put, unpin, addpin."""

import pytest

from pintutor.lab.errors import Span
from tests.labs import Lab, refused, run, started, value

WRITTEN = ("mmap a 3", "write a 0x41")


def test_a_call_says_what_it_called_asked_for_and_got() -> None:
    result = run(started(*WRITTEN), "pin a write longterm slow as q")
    assert (result.function, result.name, result.asked) == ("pin_user_pages", "q", 3)
    assert (result.ret, result.error, result.pages) == (3, "", ("a[0]", "a[1]", "a[2]"))
    assert result.flags == ("FOLL_WRITE", "FOLL_LONGTERM")


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("get a", "get_user_pages_fast"),
        ("get a slow", "get_user_pages"),
        ("pin a", "pin_user_pages_fast"),
        ("pin a fast", "pin_user_pages_fast"),
        ("gup pin_user_pages_unlocked a 3", "pin_user_pages_unlocked"),
    ],
)
def test_a_word_chooses_the_function(line: str, function: str) -> None:
    lab = started(*WRITTEN)
    outcome = lab.execute(line)
    assert function in outcome.calls
    assert value(lab, "result.ret") == 3


@pytest.mark.parametrize("pages", [1, 64, 65, 300])
def test_a_call_may_ask_for_as_many_pages_as_there_are(pages: int) -> None:
    lab = started(f"mmap b {pages}", "write b 0x41")
    result = run(lab, "pin b as p")
    assert (result.ret, value(lab, "p.count")) == (pages, pages)
    assert len(result.pages) == min(pages, 64)
    run(lab, "unpin p")
    assert value(lab, "audit.clean")


def test_an_error_holds_nothing_and_needs_no_name() -> None:
    lab = Lab()
    result = run(lab, "pin 0x1000 as p")
    assert (result.ret, result.error, result.name, result.pages) == (-14, "-EFAULT", "", ())
    assert refused(lab, "unpin p").at == Span(6, 7)


def test_gup_hands_every_argument_on_as_it_is() -> None:
    lab = started(*WRITTEN)
    assert run(lab, "gup pin_user_pages_fast a 1 FOLL_WRITE|0x100000").error == "-EINVAL"
    assert run(lab, "gup get_user_pages a+0x123 2 write").ret == 2
    assert run(lab, "gup get_user_pages a 0").ret == 0


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("gup nosuch a 1", Span(4, 10)),
        ("gup get_user_pages a 1 FOLL_WRIET", Span(23, 33)),
        ("gup get_user_pages a 1 FOLL_WRITE|X", Span(34, 35)),
        ("gup get_user_pages a -1", Span(21, 23)),
        ("pin a wirte", Span(6, 11)),
        ("pin a fast slow", Span(11, 15)),
        ("pin a as", None),
        ("pin a as 9", Span(9, 10)),
        ("get a longterm", Span(6, 14)),
    ],
)
def test_a_wrong_argument_is_refused_at_the_word(line: str, at: Span | None) -> None:
    error = refused(started(*WRITTEN), line)
    assert at is None or error.at == at


def test_pages_can_be_given_back_in_parts_from_the_first_on() -> None:
    lab = started(*WRITTEN, "pin a as p")
    result = run(lab, "unpin p 2")
    assert (result.pages, result.left) == (2, 1)
    assert [value(lab, f"a[{index}]._refcount") for index in range(3)] == [1, 1, 1025]
    assert value(lab, "p[0] == a[2].page")
    assert run(lab, "unpin p").left == 0
    assert lab.kernel.held == ()


def test_more_than_is_held_cannot_be_given_back() -> None:
    lab = started(*WRITTEN, "pin a as p", "get a as g")
    assert refused(lab, "unpin p 4").code == "too-many"
    assert refused(lab, "put g 4").code == "too-many"


@pytest.mark.parametrize(
    ("words", "function"),
    [
        ("", "unpin_user_pages"),
        ("dirty", "unpin_user_pages_dirty_lock"),
        ("unpin_user_page", "unpin_user_page"),
        ("unpin_user_pages_dirty_lock", "unpin_user_pages_dirty_lock"),
    ],
)
def test_unpin_calls_the_function_that_is_asked_for(words: str, function: str) -> None:
    lab = started(*WRITTEN, "pin a as p")
    outcome = lab.execute(f"unpin p {words}")
    assert function in outcome.calls
    assert value(lab, "audit.clean")
    assert value(lab, "a[0].dirty") == (words == "dirty")


def test_unpin_may_skip_reserved_pages_as_vfio_did() -> None:
    lab = started("mmap a 2", "read a[0]", "write a[1] 0x41", "pin a as p", kernel="v6.4")
    run(lab, "unpin p skip-reserved")
    assert value(lab, "zero._refcount == 1025 and a[1]._refcount == 1")
    assert value(lab, "audit.unaccounted") == 1024


def test_the_wrong_call_is_carried_out_and_the_books_show_it() -> None:
    lab = started(*WRITTEN, "pin a as p", "put p")
    assert value(lab, "audit.unaccounted") == 3 * 1023


def test_addpin_takes_one_more_pin_on_what_is_held() -> None:
    lab = started(*WRITTEN, "pin a as p", kernel="v6.5")
    result = run(lab, "addpin p")
    assert (result.function, result.name, result.ret) == ("folio_add_pin", "p2", 3)
    assert value(lab, "a[0]._refcount == 2049 and vmstat.nr_foll_pin_acquired == 3")
    run(lab, "unpin p", "unpin p2")
    assert value(lab, "audit.clean and vmstat.nr_foll_pin_released == 6")


def test_addpin_is_refused_on_a_kernel_that_has_no_such_function() -> None:
    error = refused(started(*WRITTEN, "pin a as p", kernel="v6.4"), "addpin p")
    assert (error.code, "folio_add_pin" in error.message) == ("unknown-function", True)
    assert "came by v6.5" in error.message and "`kernel v6.5`" in error.hint


def test_addpin_leaves_the_zero_page_alone() -> None:
    lab = started("mmap a 1", "read a", "pin a as p", "addpin p", kernel="v6.5")
    assert value(lab, "zero._refcount == 1 and audit.clean")


def test_addpin_on_a_page_that_is_not_pinned_warns_and_counts_all_the_same() -> None:
    lab = started(*WRITTEN, "get a[0] as g", kernel="v6.5")
    assert run(lab, "warns folio_add_pin: addpin g").holds
    assert value(lab, "a[0]._refcount") == 2 + 1024


def test_get_page_takes_one_reference_on_a_page_that_is_known() -> None:
    lab = started(*WRITTEN, "pin a[0] as p")
    result = run(lab, "get-page p[0] as g")
    assert (result.function, result.name, result.ret) == ("get_page", "g", 1)
    assert value(lab, "a[0]._refcount == 1026 and vmstat.nr_foll_pin_acquired == 1")
    run(lab, "put g", "unpin p")
    assert value(lab, "a[0]._refcount == 1 and audit.clean")


def test_a_reference_by_get_page_that_is_unpinned_takes_the_pin_along() -> None:
    lab = started(*WRITTEN, "pin a[0] as p", "get-page a[0] as g", "unpin g")
    assert value(lab, "a[0]._refcount == 2 and audit.unaccounted == -1023")


def test_get_page_counts_on_the_zero_page_of_every_kernel() -> None:
    lab = started("get-page zero as g", kernel="v6.12")
    assert value(lab, "zero._refcount == 2 and audit.clean")


def test_get_page_is_refused_at_what_is_no_page() -> None:
    error = refused(started("mmap b 1"), "get-page b[0]")
    assert (error.code, error.at) == ("no-page", Span(9, 13))


def test_null_takes_no_value() -> None:
    error = refused(started(*WRITTEN), "gup get_user_pages a 1 null=1")
    assert error.at == Span(23, 27)


@pytest.mark.parametrize(
    ("line", "longterm"),
    [
        ("pin buf longterm as p", True),
        ("pin buf as p", False),
        ("pin buf longterm times=3 as p", True),
        ("get buf as p", False),
    ],
)
def test_an_expression_can_ask_whether_a_pin_is_for_long(line: str, longterm: bool) -> None:
    lab = started("mmap buf 1", "write buf 1", line)
    assert value(lab, "p.longterm") is longterm
