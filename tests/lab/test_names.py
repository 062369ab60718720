"""Names: ranges of memory and pages that are held, and places in them."""

import pytest

from pintutor.lab.errors import Span
from pintutor.lab.names import BUILT_IN
from pintutor.lab.regions import Region
from pintutor.lab.words import Word
from tests.labs import Lab, refused, run, started, value

BASE = 0x7F00_0000_0000


def region(lab: Lab, text: str) -> Region:
    """What a word means as a place."""
    return lab.names.region(Word(text, 4, 4 + len(text)))


@pytest.mark.parametrize(
    ("text", "offset", "size", "pages"),
    [
        ("buf", 0, 4 * 4096, 4),
        ("buf[0]", 0, 4096, 1),
        ("buf[3]", 3 * 4096, 4096, 1),
        ("buf[1..2]", 4096, 2 * 4096, 2),
        ("buf+512", 512, 4 * 4096 - 512, 4),
        ("buf+512:1024", 512, 1024, 1),
        ("buf[1]+0x10:2", 4096 + 16, 2, 1),
        ("buf:100", 0, 100, 1),
        ("buf+4095:2", 4095, 2, 2),
        ("buf+99999", 99999, 1, 1),
    ],
)
def test_a_place_is_a_start_and_a_size(
    text: str, offset: int, size: int, pages: int
) -> None:
    found = region(started("mmap buf 4"), text)
    assert (found.start - BASE, found.size, found.pages) == (offset, size, pages)
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "start", "size"),
    [("0x1000", 0x1000, 4096), ("0X10_00+1:2", 0x1001, 2), ("0x0[2]", 0x2000, 4096)],
)
def test_a_bare_address_is_a_page_from_there(text: str, start: int, size: int) -> None:
    found = region(Lab(), text)
    assert (found.start, found.size, found.vma) == (start, size, None)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("bff", "unknown-name"),
        ("zero", "unknown-name"),
        ("p", "unknown-name"),
        ("buf[", "bad-place"),
        ("buf[a]", "bad-place"),
        ("buf+", "bad-place"),
        ("-1", "bad-place"),
        ("0x" + "f" * 17, "bad-number"),
        ("0x", "bad-place"),
    ],
)
def test_what_is_no_place_is_refused_at_the_word(text: str, code: str) -> None:
    lab = started("mmap buf 4", "read buf", "pin buf as p")
    error = refused(lab, f"read {text}")
    assert (error.code, error.at) == (code, Span(5, 5 + len(text)))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("buf[4]", Span(9, 10)),
        ("buf[2..1]", Span(12, 13)),
        ("buf[0..4]", Span(12, 13)),
        ("buf:0", Span(9, 10)),
        ("buf[1]+5000:0x0", Span(17, 20)),
        ("bff[1]", Span(5, 8)),
    ],
)
def test_a_place_that_is_not_there_is_refused_at_the_part(text: str, at: Span) -> None:
    assert refused(started("mmap buf 4"), f"read {text}").at == at


@pytest.mark.parametrize("name", ["buf", "p", "init", *BUILT_IN])
def test_a_name_is_given_once(name: str) -> None:
    lab = started("mmap buf 1", "read buf", "pin buf as p")
    for line in (f"mmap {name} 1", f"pin buf as {name}", f"fork {name}"):
        assert refused(lab, line).code == "name-taken"


def test_without_a_name_the_first_free_one_is_chosen() -> None:
    lab = started("mmap a 1", "read a")
    assert [run(lab, "pin a").name for _ in range(3)] == ["p", "p2", "p3"]
    assert run(lab, "get a").name == "g"
    run(lab, "unpin p2")
    assert run(lab, "pin a").name == "p2"


def test_undo_takes_a_name_back() -> None:
    lab = started("mmap a 1", "undo")
    assert "a" not in lab.names.all()
    run(lab, "redo")
    assert "a" in lab.names.all()


def test_a_name_goes_with_the_last_task_that_has_the_range() -> None:
    lab = started("mmap a 1", "fork c", "munmap a")
    assert "a" in lab.names.all()
    run(lab, "exit c")
    assert "a" not in lab.names.all()
    run(lab, "mmap a 1")


def test_a_page_is_called_by_the_first_range_that_maps_it() -> None:
    lab = started("mmap a 2", "write a 0x41", "fork c", "pin a[1] as p")
    label = lab.names.label
    with lab.machine:
        pages = [lab.names.at(BASE + index * 4096) for index in range(2)]
        assert [label(page) for page in pages if page is not None] == ["a[0]", "a[1]"]


def test_a_page_that_is_only_held_is_called_by_what_holds_it() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p", "munmap a")
    page = lab.kernel.held[0].pages[0]
    with lab.machine:
        assert lab.names.label(page) == "p[0]"
    run(lab, "unpin p")
    with lab.machine:
        assert lab.names.label(page) == f"pfn:{page.pfn:#x}"


def test_an_address_is_called_by_the_range_that_it_lies_in() -> None:
    lab = started("mmap a 2")
    assert lab.names.place(BASE + 4097) == "a[1]"
    assert lab.names.place(0x1234) == "0x1234"


MAKERS = (
    "mmap NAME 1",
    "disk NAME 64K",
    "file NAME 1",
    "pipe NAME",
    "kmem NAME 1",
    "fork NAME",
    "iter NAME ubuf dest buf",
    "iterimport NAME dest buf",
    "iterdup i NAME",
    "vfio-map NAME buf",
    "pin buf as NAME",
    "get buf as NAME",
)
"""Commands that make something which has a name."""


@pytest.mark.parametrize("name", ["buf", "2", "if"])
@pytest.mark.parametrize("line", MAKERS)
def test_a_name_that_cannot_be_had_is_refused_at_its_word(line: str, name: str) -> None:
    lab = started("mmap buf 1", "iter i iovec dest buf")
    error = refused(lab, line.replace("NAME", name))
    at = line.index("NAME")
    assert error.at is not None
    assert tuple(error.at) == (at, at + len(name))
    assert f"`{name}`" in error.message


@pytest.mark.parametrize(
    ("line", "name"),
    [("mmap r 2 r", "r"), ("mmap shared 2", "shared"), ("file sparse 2 sparse", "sparse")],
)
def test_a_word_of_the_command_is_no_name_for_what_it_makes(line: str, name: str) -> None:
    error = refused(started(), line)
    assert error.at is not None
    assert line[error.at.start : error.at.stop] == name
    assert error.at.start == 5
    assert error.hint == f"try `{name}1`"


def test_a_word_of_another_command_may_be_a_name() -> None:
    lab = started("mmap buf 1", "pin buf as r")
    assert run(lab, "unpin r") is not None


def test_a_key_may_stand_before_the_name() -> None:
    assert run(started(), "disk lbs=4096 d 64K").lbs == 4096


def test_two_ranges_that_became_one_vma_keep_their_own_names() -> None:
    lab = started("mmap T 512 thp", "mmap U 512 thp", 'write T "A"', 'write U "B"')
    assert value(lab, "T[0].byte") == ord("A") and value(lab, "U[0].byte") == ord("B")
    assert value(lab, "T[0].pfn") != value(lab, "U[0].pfn")
