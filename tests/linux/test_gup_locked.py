"""GUP calls that may drop mmap_lock while a disk reads, and those that may not wait."""

import pytest

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm_types import NULL_PAGES
from pintutor.patches.between.gup_args_checked import is_valid_gup_args
from pintutor.sim.objects import KArray
from pintutor.view.results import result_rows
from tests.labs import Lab, refused, run, started, value
from tests.linux.machines import booted

OLD = ("v5.17", "v6.1", "v6.2")
NEW = ("v6.4", "v6.5", "v6.12")
REMOTE = ("get_user_pages_remote", "pin_user_pages_remote")
UNLOCKED = (
    "get_user_pages_unlocked",
    "pin_user_pages_unlocked",
    "get_user_pages_fast",
    "pin_user_pages_fast",
)


def mapped(kernel: str = "v6.1") -> Lab:
    """A lab with 4 pages of a file on a disk mapped as f; none is in memory."""
    return started("disk d 1M", "file F 4 ext4 on d", "mmap f 4 of F shared", kernel=kernel)


def readers(lab: Lab) -> int:
    """Who holds mmap_lock now."""
    with lab.machine:
        return this_kernel().tasks[0].mm.mmap_lock


def done(lab: Lab, line: str) -> tuple[int, int | None]:
    """What a call returned and what `locked` is then; nobody holds mmap_lock on."""
    result = run(lab, line)
    assert readers(lab) == 0 and value(lab, "audit.clean")
    return result.ret, result.locked


@pytest.mark.parametrize("kernel", OLD + NEW)
@pytest.mark.parametrize("function", REMOTE)
def test_mmap_lock_is_dropped_where_a_disk_has_to_read(function: str, kernel: str) -> None:
    lab = mapped(kernel)
    assert done(lab, f"gup {function} f 3 locked as a") == (3, 0)
    assert value(lab, "f[2].mapped and not F[3].cached")
    assert done(lab, f"gup {function} f 3 locked as b") == (3, 1)


def test_pages_before_and_behind_the_one_that_was_read_are_had_in_their_order() -> None:
    lab = mapped()
    run(lab, "read f[0]", "read f[2]")
    result = run(lab, "gup get_user_pages_remote f 4 locked")
    assert result.pages == ("f[0]", "f[1]", "f[2]", "f[3]") and result.locked == 0


def test_a_fault_on_a_page_that_is_in_memory_keeps_mmap_lock() -> None:
    lab = mapped()
    run(lab, "read f", "munmap f", "mmap g 4 of F shared", "mmap a 1")
    assert done(lab, "gup get_user_pages_remote g 4 locked") == (4, 1)
    assert done(lab, "gup get_user_pages_remote a 1 FOLL_WRITE locked") == (1, 1)


def test_a_private_copy_is_made_at_the_second_attempt() -> None:
    lab = started("disk d 1M", "file F 1 ext4 on d", "mmap f 1 of F", kernel="v6.1")
    assert done(lab, "gup pin_user_pages_remote f 1 FOLL_WRITE locked as p") == (1, 0)
    assert value(lab, "f[0].anon and p[0] == f[0].page")


def test_what_is_had_before_an_error_counts_and_the_lock_stays_dropped() -> None:
    lab = mapped()
    run(lab, "munmap f[2]")
    assert done(lab, "gup get_user_pages_remote f 4 locked") == (2, 0)
    assert done(lab, "gup get_user_pages_remote f[2] 1 locked") == (-14, 1)


def test_without_locked_the_call_waits_with_mmap_lock_held() -> None:
    assert done(mapped(), "gup get_user_pages_remote f 2") == (2, None)


@pytest.mark.parametrize("kernel", OLD + NEW)
@pytest.mark.parametrize("function", UNLOCKED)
def test_a_function_that_takes_mmap_lock_has_given_it_back(
    function: str, kernel: str
) -> None:
    assert done(mapped(kernel), f"gup {function} f 2") == (2, None)


@pytest.mark.parametrize("kernel", OLD)
def test_before_v6_3_a_pin_for_long_may_not_drop_mmap_lock(kernel: str) -> None:
    lab = mapped(kernel)
    line = "gup pin_user_pages_remote f 1 FOLL_LONGTERM"
    assert done(lab, f"{line} locked") == (-22, 1)
    assert value(lab, "dmesg.warnings") == 1 and not value(lab, "F[0].cached")
    assert done(lab, line) == (1, None)


@pytest.mark.parametrize("kernel", NEW)
def test_since_v6_3_a_pin_for_long_may_drop_mmap_lock(kernel: str) -> None:
    lab = mapped(kernel)
    assert done(lab, "gup pin_user_pages_remote f 2 FOLL_LONGTERM locked") == (2, 0)
    assert value(lab, "dmesg.warnings") == 0


@pytest.mark.parametrize("kernel", NEW)
def test_since_v6_3_locked_has_to_be_1(kernel: str) -> None:
    with booted(kernel):
        assert is_valid_gup_args(NULL_PAGES, KArray([1]), 0, 0)
        assert not is_valid_gup_args(NULL_PAGES, KArray([0]), 0, 0)


@pytest.mark.parametrize("kernel", OLD + NEW)
@pytest.mark.parametrize(("word", "locked"), [("locked", 1), ("", None)])
def test_foll_nowait_starts_the_read_and_gets_the_page_once_the_disk_is_done(
    word: str, locked: int | None, kernel: str
) -> None:
    lab = mapped(kernel)
    line = f"gup get_user_pages_remote f 2 FOLL_NOWAIT {word}"
    assert done(lab, line) == (0, locked)
    assert value(lab, "F[0].cached and not f[0].mapped and not F[1].cached")
    assert done(lab, line) == (0, locked)
    run(lab, "irq d")
    assert done(lab, line) == (1, locked)
    assert value(lab, "f[0].mapped and F[1].cached")


def test_one_that_may_wait_waits_for_a_read_that_another_call_began() -> None:
    lab = mapped()
    assert done(lab, "gup get_user_pages_remote f 1 FOLL_NOWAIT") == (0, None)
    assert done(lab, "gup get_user_pages_remote f 1 locked") == (1, 0)


def test_a_read_that_fails_is_made_once_more() -> None:
    lab = mapped()
    run(lab, "write f 0x41", "fsync F", "munmap f", "dropcache F")
    run(lab, "mmap g 4 of F shared", "diskfail d")
    assert done(lab, "gup get_user_pages_remote g 1 locked as a") == (1, 0)
    assert value(lab, "a[0].byte == 0x41")


@pytest.mark.parametrize(
    "function", ["get_user_pages", "pin_user_pages_fast", "pin_user_pages_unlocked"]
)
def test_functions_without_the_argument_are_refused_it(function: str) -> None:
    error = refused(started("mmap a 1"), f"gup {function} a 1 locked")
    assert f"{function}() has no argument `locked`" in error.message
    assert function.split("_")[0] + "_user_pages_remote" in error.hint


@pytest.mark.parametrize(("locked", "said"), [(0, "was dropped"), (1, "is still held")])
def test_the_answer_says_what_became_of_mmap_lock(locked: int, said: str) -> None:
    lab = mapped()
    if locked:
        run(lab, "read f")
    rows = result_rows(run(lab, "gup get_user_pages_remote f 1 locked"), 80)
    assert f"locked = {locked}" in "".join(cell for cell, _ in rows[-1])
    assert said in str(rows[-1])
