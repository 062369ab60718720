"""Lines that make no sense: each is refused at the wrong word, and changes nothing."""

from typing import Any

import pytest

from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from tests.labs import Lab, refused, run, started, value

NONSENSE = [
    # counts
    ("mmap a -1", "-1"),
    ("mmap a 0", "0"),
    ("mmap a 1e9", "1e9"),
    ("mmap a 1.5", "1.5"),
    ("mmap a 0xzz", "0xzz"),
    ("mmap a 99999999999999999999999999", "99999999999999999999999999"),
    ("mmap a four", "four"),
    ("put g -1", "-1"),
    ("put g 0", "0"),
    ("unpin p 1e9", "1e9"),
    ("gup get_user_pages_fast buf -1", "-1"),
    ("gup get_user_pages_fast buf 0x", "0x"),
    ("step -1", "-1"),
    ("undo 0", "0"),
    ("goto 1e9", "1e9"),
    ("poke zero._refcount 0xzz", "0xzz"),
    ("poke zero._refcount 4294967296", "4294967296"),
    ("poke zero._refcount -2147483649", "-2147483649"),
    # places
    ("read buf[-1]", "buf[-1]"),
    ("read buf[4]", "4"),
    ("read buf[2..1]", "1"),
    ("read buf[0..4]", "4"),
    ("read buf[1.5]", "buf[1.5]"),
    ("read buf[", "buf["),
    ("read buf:0", "0"),
    ("read buf:99999999999", "99999999999"),
    ("read 0x0[0..99999999]", "99999999"),
    ("read buf[99999999999999999999999]", "buf[99999999999999999999999]"),
    ("read 0xzz", "0xzz"),
    ("read 0x_", "0x_"),
    ("read 1000", "1000"),
    ("read 0x10000000000000000", "0x10000000000000000"),
    ("read 0xffffffffffffffff+1", "0xffffffffffffffff"),
    ("read child.buf[0]", "child.buf[0]"),
    ("mprotect buf[9] r", "9"),
    ("mprotect buf wr", "wr"),
    ("munmap bff", "bff"),
    ("pin gone", "gone"),
    # names
    ("mmap my-buf 1", "my-buf"),
    ("mmap 1buf 1", "1buf"),
    ("mmap a.b 1", "a.b"),
    ("mmap on 1", "on"),
    ("mmap é 1", "é"),
    ("fork my-child", "my-child"),
    ("pin buf as my-p", "my-p"),
    ("unpin gone", "gone"),
    ("put buf", "buf"),
    ("exit nobody", "nobody"),
    ("nobody: read buf", "nobody"),
    ("child: read bff", "bff"),
    ("task 1", "1"),
    # kernels and patches
    ("kernel v7.0", "v7.0"),
    ("kernel v6.4+", ""),
    ("kernel v6.4+nothing", "nothing"),
    ("kernel v6.2+extract-v9", "extract-v9"),
    ("apply nothing", "nothing"),
    ("on v9.9: read buf", "v9.9"),
    # checks
    ("fails EFUALT: pin 0x1000", "EFUALT"),
    ("fails nothing: pin 0x1000", "nothing"),
    ("fails -EFUALT: pin 0x1000", "-EFUALT"),
    ("fails EFAULT: pin bff", "bff"),
    ("fails EFAULT: child: pin bff", "bff"),
    ("expect zero._refcuont == 1", "_refcuont"),
    ("expect buf[99].mapped", "99"),
    ("expect 1 // ) 2", ") 2"),
    ("find pfn:-1", "-1"),
]


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab in which there is something of everything."""
    lines = ("mmap buf 4", 'write buf "A"', "mmap gone 1", "read gone", "munmap gone")
    return started(*lines, "fork child", "pin buf[0] as p", "get buf[1] as g")


def state(lab: Lab) -> tuple[Any, ...]:
    """What must not move when a line is refused."""
    timeline = lab.timeline
    return (lab.machine.journal.position, timeline.cursor, timeline.total, lab.names.all())


@pytest.mark.parametrize(("line", "wrong"), NONSENSE)
def test_nonsense_is_refused_at_the_wrong_word_and_changes_nothing(
    lab: Lab, line: str, wrong: str
) -> None:
    before = state(lab)
    error = refused(lab, line)
    assert error.at is not None, error.message
    assert line[error.at.start : error.at.stop].strip() == wrong
    assert error.message and state(lab) == before


def test_a_name_that_was_unmapped_says_how_names_are_made() -> None:
    lab = started("mmap buf 1", "munmap buf")
    assert refused(lab, "pin buf").hint == "`mmap NAME PAGES` maps a range and names it"


def test_a_misspelt_error_is_answered_with_the_right_one() -> None:
    error = refused(started(), "fails EFUALT: pin 0x1000")
    assert error.message.endswith("did you mean `EFAULT`?")


def test_memory_of_another_task_is_answered_with_its_prefix() -> None:
    lab = started("mmap buf 1", "fork child")
    assert refused(lab, "read child.buf[0]").hint == (
        "as another task: `child: COMMAND buf[0]`"
    )


@pytest.mark.parametrize("address", [1 << 47, 1 << 48, (1 << 63) + 4096, (1 << 64) - 8192])
def test_addresses_that_user_space_does_not_have_are_the_kernels_to_refuse(
    address: int,
) -> None:
    lab = started("mmap buf 1", 'write buf "A"')
    assert run(lab, f"read {address:#x}").signal == "SIGSEGV"
    assert run(lab, f'write {address:#x} "A"').signal == "SIGSEGV"
    for function in ("get_user_pages_fast", "get_user_pages"):
        assert run(lab, f"gup {function} {address:#x} 1").error == "-EFAULT"
    assert refused(lab, f"mmap b 1 at={address:#x}").errno == "-ENOMEM"
    assert run(lab, f"mprotect {address:#x} r").error == "-ENOMEM"


def test_an_address_that_only_looks_like_a_mapped_one_is_another() -> None:
    """The processor refuses bits 48 to 63 that are not those of bit 47."""
    lab = started("mmap buf 1", 'write buf "A"')
    alias = value(lab, "buf.start") + (1 << 48)
    assert run(lab, f"read {alias:#x}").signal == "SIGSEGV"


@pytest.mark.parametrize(
    ("line", "errno"),
    [
        ("mmap b 1 at=0x7f0000000000", "-ENOMEM"),
        ("mmap b 4 at=0x7effffffe000", "-ENOMEM"),
        ("mmap b 1 at=0x123", "-EINVAL"),
        ("mmap b 1 at=-4096", "-ENOMEM"),
        ("mmap b 2 at=0x7fffffffe000", "-ENOMEM"),
        ("munmap buf+1", "-EINVAL"),
        ("madvise buf+1 dontneed", "-EINVAL"),
        ("madvise 0x1000 dontneed", "-ENOMEM"),
    ],
)
def test_what_the_kernel_refuses_carries_its_error_number(line: str, errno: str) -> None:
    lab = started("mmap buf 1")
    error = refused(lab, line)
    assert error.errno == errno and errno in error.message
    assert run(lab, f"fails {errno[1:]}: {line}").holds
    assert not run(lab, f"fails EFAULT: {line}").holds


def test_a_range_that_wraps_round_the_address_space_is_refused_by_the_kernel() -> None:
    lab = started("mmap buf 1", kernel="v6.5")
    end = (1 << 64) - PAGE_SIZE
    assert run(lab, f"gup pin_user_pages_fast {end:#x} 2").error == "-EOVERFLOW"
    assert run(lab, f"read {end:#x}:8192").signal == "SIGSEGV"


def test_forks_of_forks_end_at_a_limit_that_says_what_the_kernel_answers() -> None:
    lab = started("mmap buf 1", 'write buf "A"')
    name = "init"
    for index in range(63):
        run(lab, f"{name}: fork c{index}")
        name = f"c{index}"
    error = refused(lab, f"{name}: fork more")
    assert error.errno == "-EAGAIN" and "64 tasks" in error.message
    assert run(lab, "fails EAGAIN: fork more").holds
    assert value(lab, "audit.clean")
    run(lab, "exit c5", f"{name}: fork more")
    assert value(lab, "more.buf.byte") == ord("A")
