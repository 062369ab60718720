"""find: all places of a page, and all pages of which something is true."""

from typing import Any

import pytest

from pintutor.lab.errors import Span
from pintutor.lab.registry import REGISTRY
from tests.labs import Lab, refused, run, started


def found(lab: Lab, line: str) -> list[tuple[Any, ...]]:
    """The rows that a line finds, without the last column."""
    return [row[:3] for row in run(lab, line).rows]


def names(lab: Lab, line: str) -> list[str]:
    """The pages that a line finds."""
    return [row[0] for row in run(lab, line).rows]


def test_a_page_is_found_where_it_is_mapped_in_every_task_and_where_it_is_held() -> None:
    lab = started("mmap buf 2", 'write buf "A"', "fork child", "get buf[1] as g")
    assert found(lab, "find buf[1]") == [
        ("buf[1]", "mapped", "buf[1]"),
        ("buf[1]", "mapped", "child.buf[1]"),
        ("buf[1]", "reference", "g[0]"),
    ]


def test_the_zero_page_is_found_though_its_mappings_are_no_references() -> None:
    lab = started("mmap buf 2", "read buf", "pin buf[0] as p")
    rows = run(lab, "find zero").rows
    assert [row[1:3] for row in rows] == [
        ("mapped", "buf[0]"),
        ("mapped", "buf[1]"),
        ("boot", "reserved at boot"),
        ("pin", "p[0]"),
    ]
    assert "special" in rows[0][3] and rows[3][3] == "1024 of _refcount"


def test_a_frame_number_finds_its_page() -> None:
    lab = started("mmap buf 1", 'write buf "A"')
    pfn = int(run(lab, "find anon").rows[0][1], 16)
    assert found(lab, f"find pfn:{pfn:#x}") == [("buf[0]", "mapped", "buf[0]")]
    assert run(lab, "find pfn:3").note == "no page is there"


def test_the_pages_of_a_range_are_found_one_by_one() -> None:
    lab = started("mmap buf 3", "read buf[0]", 'write buf[2] "A"')
    assert names(lab, "find buf") == ["zero", "zero", "buf[2]"]


def test_a_page_of_a_file_is_found_in_the_cache() -> None:
    lab = started("file F 1", "mmap f 1 of F", "read f")
    assert ("page cache", "F[0]") in [row[1:] for row in found(lab, "find f[0]")]


def test_one_page_of_a_huge_page_is_found_by_its_own_pins_alone() -> None:
    lab = started("mmap T 512 thp", 'write T "A"', "pin T[5] as p", "pin T[7] as q")
    assert [row[1:] for row in found(lab, "find T[5]")] == [
        ("mapped", "T[5]"),
        ("pin", "p[0]"),
    ]


def test_a_word_finds_the_pages_that_are_so() -> None:
    lab = started("mmap buf 3", 'write buf "A"', "pin buf[1] as p")
    assert names(lab, "find pinned") == ["buf[1]"]
    assert names(lab, "find anon") == ["buf[0]", "buf[1]", "buf[2]"]
    assert run(lab, "find writeback").note == "no page is so"


def test_an_expression_is_asked_of_each_page() -> None:
    lab = started("mmap buf 3", 'write buf "A"', 'write buf[1] "B"', "get buf[2] as g")
    assert names(lab, "find where _refcount > 1 and not reserved") == ["buf[2]"]
    assert names(lab, "find where byte == buf[1].byte") == ["buf[1]"]


def test_a_frame_that_was_freed_is_found_as_free() -> None:
    lab = started("mmap buf 1", 'write buf "A"', "munmap buf")
    assert names(lab, "find where free and _refcount == 0")
    assert not names(lab, "find anon")


def test_what_is_found_is_data() -> None:
    lab = started("mmap buf 1", 'write buf "A"')
    outcome = lab.execute("find anon --json")
    assert outcome.to_json()["result"]["rows"][0][0] == "buf[0]"


@pytest.mark.parametrize(
    ("line", "at", "said"),
    [
        ("find", Span(4, 4), "needs"),
        ("find pined", Span(5, 10), "did you mean `pinned`?"),
        ("find bff[0]", Span(5, 8), "did you mean `buf`?"),
        ("find pfn:0xzz", Span(9, 13), "is not a number"),
        ("find pfn:-1", Span(9, 11), "is not in the range"),
        ("find pfn:999999999", Span(9, 18), "is not in the range"),
        ("find pfn:", Span(9, 9), "is not a number"),
        ("find 3", Span(5, 6), "is no page"),
        ("find where", Span(10, 10), "an expression is missing"),
        ("find where _refcuont > 1", Span(11, 20), "did you mean `_refcount`?"),
        ("find where vmstat > 1", Span(11, 21), "cannot be compared"),
    ],
)
def test_what_cannot_be_found_is_refused_at_the_word(
    line: str, at: Span, said: str
) -> None:
    error = refused(started("mmap buf 1"), line)
    assert error.at == at and said in error.message


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("find pin", "pinned"),
        ("find wh", "where"),
        ("find pf", "pfn:"),
        ("find bu", "buf"),
        ("find where _ref", "_refcount"),
        ("find where _refcount > ze", "zero"),
        ("find where zero._re", "zero._refcount"),
    ],
)
def test_what_may_follow_is_offered(line: str, offered: str) -> None:
    lab = started("mmap buf 1")
    with lab.machine:
        texts = [one.text for one in REGISTRY.complete(lab, line, len(line))]
    assert offered in texts
