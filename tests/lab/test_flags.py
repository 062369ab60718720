"""The numbers of flags: how a raw word is read, release by release."""

import pytest

from pintutor.lab.flags import bits, decode, numberings
from pintutor.patches.series import RELEASES
from tests.labs import Lab, refused, run, started, value


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("v5.17", "v5.17"),
        ("v6.1", "v5.17"),
        ("v6.2", "v6.2"),
        ("v6.4", "v6.4"),
        ("v6.5", "v6.5"),
        ("v6.12", "v6.12"),
    ],
)
def test_a_release_has_these_numbers(release: str, expected: str) -> None:
    assert bits(RELEASES[release]) == numberings()[expected]


@pytest.mark.parametrize("patch", ["", "+foll-internal"])
def test_the_numbers_follow_the_patches_that_are_applied(patch: str) -> None:
    """Not the release: v6.2 with the patch of v6.3 has the numbers of v6.3."""
    lab = started("mmap buf 1", kernel=f"v6.2{patch and '+gup-args-checked'}{patch}")
    assert run(lab, "gup pin_user_pages_fast buf 1 0x10000").ret == (-22 if patch else 1)
    revert = ("revert foll-internal",) if patch else ()
    assert run(lab, *revert, "gup pin_user_pages_fast buf 1 0x10000").ret == 1


def test_applying_a_patch_changes_which_numbers_are_marked() -> None:
    lab = started(kernel="v6.2")
    assert marked(lab) == ("v6.2", "FOLL_LONGTERM")
    assert marked(run_on(lab, "apply foll-renumbered")) == ("v8", "FOLL_INTERRUPTIBLE")
    assert marked(run_on(lab, "undo")) == ("v6.2", "FOLL_LONGTERM")


def test_numbers_that_no_release_has_are_shown_under_the_kernels_name() -> None:
    lab = started("apply foll-pci-p2pdma", kernel="v6.1")
    rows = run(lab, "flags 0x100000").rows
    assert ("*", "v6.1+1", "FOLL_PCI_P2PDMA", "") in rows


def run_on(lab: Lab, line: str) -> Lab:
    """The lab after a line."""
    run(lab, line)
    return lab


def marked(lab: Lab) -> tuple[str, str]:
    """Which numbers `flags 0x10000` marks, and what they make of it."""
    rows = run(lab, "flags 0x10000").rows
    return next((row[1], row[2]) for row in rows if row[0])


@pytest.mark.parametrize(
    ("kernel", "flag"),
    [
        ("v6.1", "FOLL_PCI_P2PDMA"),
        ("v6.1", "interruptible"),
        ("v6.2", "FOLL_MIGRATION"),
        ("v6.2", "FOLL_UNLOCKABLE"),
        ("v6.4", "FOLL_HONOR_NUMA_FAULT"),
        ("v6.5", "FOLL_MADV_POPULATE"),
    ],
)
def test_a_flag_that_the_kernel_does_not_have_is_refused_by_its_name(
    kernel: str, flag: str
) -> None:
    lab = started("mmap buf 1", kernel=kernel)
    error = refused(lab, f"gup get_user_pages buf 1 {flag}")
    assert kernel in error.message and "FOLL_" in error.message
    assert error.at is not None and error.at.start == len("gup get_user_pages buf 1 ")


@pytest.mark.parametrize("name", numberings())
def test_each_flag_has_a_bit_to_itself(name: str) -> None:
    numbers = numberings()[name]
    assert all(value.bit_count() == 1 for value in numbers.values())
    assert len(set(numbers.values())) == len(numbers)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (0x10000, ("LONGTERM", "LONGTERM", "TOUCH", "TOUCH", "TOUCH", "INTERRUPTIBLE")),
        (0x40000, ("PIN", "PIN", "REMOTE", "REMOTE", "REMOTE", "")),
        (0x1, ("WRITE", "WRITE", "WRITE", "WRITE", "WRITE", "PIN")),
        (0x2, ("TOUCH", "TOUCH", "GET", "GET", "GET", "GET")),
        (0x4, ("GET", "GET", "DUMP", "DUMP", "DUMP", "WRITE")),
        (0x100, ("HWPOISON", "HWPOISON", "LONGTERM", "LONGTERM", "LONGTERM", "HWPOISON")),
        (0x100000, ("", "PCI_P2PDMA", "FAST_ONLY", "FAST_ONLY", "FAST_ONLY", "")),
        (0x1000, ("", "", "", "HONOR_NUMA_FAULT", "HONOR_NUMA_FAULT", "LONGTERM")),
        (0x400000, ("", "", "", "", "MADV_POPULATE", "")),
    ],
)
def test_one_word_means_something_else_in_each_numbering(
    word: int, expected: tuple[str, ...]
) -> None:
    read = [decode(word, numbers)[0] for numbers in numberings().values()]
    assert tuple("|".join(names).replace("FOLL_", "") for names in read) == expected


def test_bits_that_are_no_flag_are_told_apart() -> None:
    assert decode(0x10001, {"FOLL_WRITE": 1}) == (("FOLL_WRITE",), 0x10000)


def test_the_command_marks_the_numbers_of_the_release_that_runs() -> None:
    rows = run(started(kernel="v6.4"), "flags 0x10000").rows
    assert [row[1:3] for row in rows if row[0]] == [("v6.4", "FOLL_TOUCH")]


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
