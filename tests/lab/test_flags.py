"""The numbers of flags: how a raw word is read, release by release."""

import pytest

from pintutor.lab.flags import NUMBERINGS, decode, numbering
from tests.labs import refused, run, started, value


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("v5.17", "v6.1"),
        ("v6.1", "v6.1"),
        ("v6.2", "v6.2"),
        ("v6.4", "v6.3"),
        ("v6.5", "v6.3"),
        ("v6.12", "v6.12"),
    ],
)
def test_a_release_has_these_numbers(release: str, expected: str) -> None:
    assert numbering(release) == expected


@pytest.mark.parametrize("name", NUMBERINGS)
def test_each_flag_has_a_bit_to_itself(name: str) -> None:
    numbers = NUMBERINGS[name]
    assert all(value.bit_count() == 1 for value in numbers.values())
    assert len(set(numbers.values())) == len(numbers)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (0x10000, ("LONGTERM", "LONGTERM", "INTERRUPTIBLE", "TOUCH", "TOUCH")),
        (0x40000, ("PIN", "PIN", "", "REMOTE", "REMOTE")),
        (0x1, ("WRITE", "WRITE", "PIN", "WRITE", "WRITE")),
        (0x2, ("TOUCH", "TOUCH", "GET", "GET", "GET")),
        (0x4, ("GET", "GET", "WRITE", "DUMP", "DUMP")),
        (0x100, ("HWPOISON", "HWPOISON", "HWPOISON", "LONGTERM", "LONGTERM")),
        (0x100000, ("", "PCI_P2PDMA", "", "FAST_ONLY", "FAST_ONLY")),
    ],
)
def test_one_word_means_something_else_in_each_numbering(
    word: int, expected: tuple[str, ...]
) -> None:
    read = [decode(word, numbers)[0] for numbers in NUMBERINGS.values()]
    assert tuple("|".join(names).replace("FOLL_", "") for names in read) == expected


def test_bits_that_are_no_flag_are_told_apart() -> None:
    assert decode(0x10001, {"FOLL_WRITE": 1}) == (("FOLL_WRITE",), 0x10000)


def test_the_command_marks_the_numbers_of_the_release_that_runs() -> None:
    rows = run(started(kernel="v6.4"), "flags 0x10000").rows
    assert [row[1:3] for row in rows if row[0]] == [("v6.3", "FOLL_TOUCH")]


def test_the_command_shows_one_numbering_alone() -> None:
    rows = run(started(), "flags 0x3 v8").rows
    assert rows == (("", "v8", "FOLL_PIN FOLL_GET", ""),)


@pytest.mark.parametrize(
    ("kernel", "function", "ret"),
    [
        ("v6.1", "pin_user_pages_fast", 1),
        ("v6.4", "pin_user_pages_fast", -22),
        ("v6.1", "pin_user_pages", 1),
        ("v6.4", "pin_user_pages", 0),
    ],
)
def test_the_old_number_of_longterm_is_refused_where_it_means_touch(
    kernel: str, function: str, ret: int
) -> None:
    lab = started("mmap buf 1", kernel=kernel)
    assert run(lab, f"gup {function} buf 1 0x10000").ret == ret
    assert value(lab, "dmesg.warnings") == (ret != 1)


def test_a_raw_number_is_shown_by_the_names_it_has_in_its_release() -> None:
    lab = started("mmap buf 1", kernel="v6.4")
    result = run(lab, "gup pin_user_pages_fast buf 1 0x101 as p")
    assert result.flags == ("FOLL_WRITE", "FOLL_LONGTERM")
    assert value(lab, "buf[0].anon_exclusive and buf[0]._refcount == 1025")


def test_bits_that_are_no_flag_are_left_to_the_kernel() -> None:
    lab = started("mmap buf 1", kernel="v6.4")
    assert run(lab, "gup pin_user_pages_fast buf 1 0x8000").error == "-EINVAL"
    assert run(lab, "gup pin_user_pages buf 1 0x8000").ret == 1


def test_a_flag_that_is_not_modelled_is_refused_by_its_name() -> None:
    lab = started("mmap buf 1", kernel="v6.4")
    error = refused(lab, "gup pin_user_pages buf 1 0x400")
    assert "FOLL_PCI_P2PDMA" in error.message and "v6.4" in error.message
    assert error.at is not None and error.at.start == len("gup pin_user_pages buf 1 ")
