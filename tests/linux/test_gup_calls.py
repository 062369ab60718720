"""Which flags each function takes, kernel by kernel, and what it answers to others."""

import pytest

from pintutor.lab.gup_calls import FUNCTIONS
from pintutor.view.results import result_rows
from tests.labs import Lab, refused, run, started, value

OLD, NEW = "v5.17 v6.1 v6.2", "v6.4 v6.5 v6.12"

RULES = """
kernels  functions                                     flags              ret
old      get_user_pages get_user_pages_remote          PIN                -EINVAL
old      get_user_pages_fast                           PIN                -EINVAL
old      get_user_pages get_user_pages_remote          LONGTERM           -EINVAL
old      get_user_pages_fast get_user_pages_unlocked   LONGTERM           -EINVAL
old      get_user_pages_unlocked                       PIN                1
old      get_user_pages_fast_only                      LONGTERM           1
old      pin_user_pages pin_user_pages_remote          GET                -EINVAL
old      pin_user_pages_fast pin_user_pages_unlocked   GET                -EINVAL
old      pin_user_pages_fast_only                      GET                0
old      pin_user_pages pin_user_pages_remote          PIN                1
old      pin_user_pages_fast pin_user_pages_unlocked   PIN                1
old      pin_user_pages pin_user_pages_remote          LONGTERM           1
old      pin_user_pages_fast                           LONGTERM           1
old      pin_user_pages_unlocked                       LONGTERM           -EINVAL
old      get_user_pages_fast pin_user_pages_fast       REMOTE             -EINVAL
old      get_user_pages_fast_only                      REMOTE             0
old      get_user_pages pin_user_pages                 REMOTE             1
old      get_user_pages_fast pin_user_pages_fast       NOFAULT|FORCE      1
old      get_user_pages_fast pin_user_pages_fast       ANON               -EINVAL
new      get_user_pages get_user_pages_remote          PIN                -EINVAL
new      get_user_pages_fast get_user_pages_unlocked   PIN                -EINVAL
new      get_user_pages_fast_only                      PIN                -EINVAL
new      get_user_pages get_user_pages_remote          LONGTERM           -EINVAL
new      get_user_pages_fast get_user_pages_unlocked   LONGTERM           -EINVAL
new      pin_user_pages pin_user_pages_remote          GET                0
new      pin_user_pages_unlocked                       GET                0
new      pin_user_pages_fast                           GET                -EINVAL
new      pin_user_pages pin_user_pages_remote          PIN                0
new      pin_user_pages_unlocked                       TOUCH              0
new      pin_user_pages_fast                           FAST_ONLY          -EINVAL
new      pin_user_pages_fast                           TRIED              -EINVAL
new      pin_user_pages_remote                         REMOTE             0
new      pin_user_pages_remote                         UNLOCKABLE         0
new      pin_user_pages pin_user_pages_unlocked        LONGTERM           1
new      pin_user_pages_remote pin_user_pages_fast     LONGTERM           1
new      pin_user_pages_fast                           LONGTERM|PCI_P2PDMA  -EINVAL
new      pin_user_pages                                LONGTERM|PCI_P2PDMA  0
new      get_user_pages_fast pin_user_pages_fast       PCI_P2PDMA         1
new      get_user_pages_fast                           INTERRUPTIBLE      -EINVAL
new      get_user_pages pin_user_pages                 INTERRUPTIBLE      1
new      get_user_pages_fast pin_user_pages_fast       ANON               -EINVAL
v6.2     get_user_pages_fast pin_user_pages_fast       PCI_P2PDMA         1
v6.5     get_user_pages_fast pin_user_pages_fast       HONOR_NUMA_FAULT   1
v6.12    get_user_pages pin_user_pages_fast            MADV_POPULATE      -EINVAL
v6.12    pin_user_pages                                MADV_POPULATE      0
"""
"""Rows of the rules: kernels, functions, flags, and what a call for one page returns."""


def cases(rules: str) -> list[tuple[str, str, str, str]]:
    """Each row for each of its kernels and functions."""
    found = []
    for line in rules.strip().splitlines()[1:]:
        kernels, *functions, flags, ret = line.split()
        which = {"old": OLD, "new": NEW}.get(kernels, kernels)
        for kernel in which.split():
            found += [(kernel, function, flags, ret) for function in functions]
    return found


@pytest.mark.parametrize(("kernel", "function", "flags", "ret"), cases(RULES))
def test_a_function_answers_to_flags_as_its_kernel_does(
    kernel: str, function: str, flags: str, ret: str
) -> None:
    lab = started("mmap a 1", "write a 0x41", kernel=kernel)
    result = run(lab, f"gup {function} a 1 {flags} as p")
    assert (result.error or str(result.ret)) == ret
    warned = value(lab, "dmesg.warnings")
    assert warned == (ret == "-EINVAL" or (ret == "0" and warned))
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("kernel", (OLD + " " + NEW).split())
@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_that_a_kernel_has_takes_a_page_and_the_books_balance(
    kernel: str, function: str
) -> None:
    lab = started("mmap a 1", "write a 0x41", kernel=kernel)
    if function == "pin_user_pages_fast_only" and kernel in NEW.split():
        error = refused(lab, f"gup {function} a 1 as p")
        assert "v5.17 to v6.2" in error.message
        return
    assert run(lab, f"gup {function} a 1 as p").ret == 1
    units = 1024 if function.startswith("pin") else 1
    assert value(lab, "a[0]._refcount") == 1 + units
    assert value(lab, "audit.clean")


def test_a_pin_that_get_user_pages_unlocked_lets_through_is_held_as_a_pin() -> None:
    lab = started("mmap a 1", "write a 0x41", kernel="v6.1")
    run(lab, "gup get_user_pages_unlocked a 1 FOLL_PIN as p")
    assert value(lab, "a[0]._refcount == 1025 and audit.clean")
    run(lab, "unpin p")
    assert value(lab, "a[0]._refcount == 1 and audit.clean")


@pytest.mark.parametrize("function", ["get_user_pages_remote", "pin_user_pages_remote"])
def test_the_remote_functions_take_pages_of_another_task(function: str) -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "c: write a 0x42")
    run(lab, f"gup {function} a 1 task=c as p")
    assert value(lab, "p[0].byte == 0x42 and p[0] != a[0].page and audit.clean")
    assert value(lab, "mm.has_pinned") is False


def test_a_task_is_refused_where_a_function_takes_ones_own_pages() -> None:
    lab = started("mmap a 1", "fork c")
    line = "gup pin_user_pages a 1 task=c"
    error = refused(lab, line)
    assert "pin_user_pages()" in error.message and "remote" in error.hint


def seen(lab: Lab) -> tuple[int, int, bool]:
    """The count of the first page, the pins taken, and whether the books balance."""
    return (
        value(lab, "a[0]._refcount"),
        value(lab, "vmstat.nr_foll_pin_acquired"),
        value(lab, "audit.clean"),
    )


@pytest.mark.parametrize("path", ["fast", "slow"])
def test_the_pin_that_overflows_a_count_succeeds_and_the_next_is_refused(path: str) -> None:
    lab = started("mmap a 1", "write a 0x41")
    assert run(lab, f"pin a times=2097151 {path} as p").times == 2097151
    assert seen(lab) == (2147482625, 2097151, True)
    assert run(lab, f"pin a {path} as q").ret == 1
    assert seen(lab) == (-2147483647, 2097152, True)
    for line in (f"pin a {path}", f"get a {path}"):
        assert run(lab, line).error == "-ENOMEM"
    assert seen(lab) == (-2147483647, 2097152, True)
    run(lab, "unpin q", "unpin p")
    assert (value(lab, "a[0]._refcount"), value(lab, "audit.clean")) == (1, True)


def test_calls_that_are_refused_in_the_end_keep_what_the_others_took() -> None:
    lab = started("mmap Z 1", "read Z", kernel="v6.4")
    result = run(lab, "pin Z times=3000000 as p")
    assert (result.error, result.times, result.name) == ("-ENOMEM", 1 << 21, "p")
    assert value(lab, "zero._refcount == -2147483647 and audit.clean")
    run(lab, "unpin p times=1")
    assert value(lab, "zero._refcount == 2147482625 and audit.clean")
    run(lab, "unpin p")
    assert value(lab, "zero._refcount == 1 and audit.clean")


def test_no_number_of_pins_moves_the_count_of_the_zero_page_since_6_5() -> None:
    lab = started("mmap Z 1", "read Z", kernel="v6.5")
    assert run(lab, "pin Z times=3000000 as p").times == 3000000
    assert value(lab, "zero._refcount == 1 and vmstat.nr_foll_pin_acquired == 0")
    assert value(lab, "audit.clean")


@pytest.mark.parametrize("verb", ["get", "pin"])
@pytest.mark.parametrize("path", ["fast", "slow"])
@pytest.mark.parametrize("size", ["a 1", "a 512 thp"])
@pytest.mark.parametrize("times", [2, 3, 20])
def test_repeated_calls_do_what_the_same_calls_one_by_one_do(
    verb: str, path: str, size: str, times: int
) -> None:
    back = "put" if verb == "get" else "unpin"
    setup = (f"mmap {size}", "write a[0] 0x41")
    together = started(*setup, f"{verb} a[0] {path} times={times} as p")
    single = started(*setup, *(f"{verb} a[0] {path} as p{n}" for n in range(times)))
    assert seen(together) == seen(single)
    run(together, f"{back} p times={times - 1}")
    run(single, *(f"{back} p{n}" for n in range(1, times)))
    assert seen(together) == seen(single)
    released = "vmstat.nr_foll_pin_released"
    assert value(together, released) == value(single, released)


def test_repeated_calls_that_take_and_give_back_are_made_one_by_one() -> None:
    """A long-term read pin of a file goes by the fast path, back, and by the slow one."""
    lab = started("file F 1", "mmap a 1 of F shared", "read a", kernel="v6.2")
    run(lab, "pin a longterm times=10 as p")
    assert value(lab, "vmstat.nr_foll_pin_acquired == 20")
    assert value(lab, "vmstat.nr_foll_pin_released == 10 and audit.clean")
    error = refused(lab, "pin a longterm times=65")
    assert "64" in error.message


def test_times_is_for_one_page() -> None:
    error = refused(started("mmap a 2"), "pin a times=2")
    assert error.code == "too-many" and "a[0]" not in error.message


def test_more_pins_than_are_held_are_not_given_back() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a times=5 as p")
    assert "5 times, not 6" in refused(lab, "unpin p times=6").message


def test_without_an_array_pages_are_faulted_in_and_counted_and_none_is_taken() -> None:
    lab = started("mmap a 3", "write a[0] 0x41")
    result = run(lab, "gup get_user_pages a 3 FOLL_WRITE null")
    assert (result.ret, result.name, result.pages) == (3, "", ())
    assert "no array to hold them" in str(result_rows(result, 80))
    assert value(lab, "a[2].mapped and a[2]._refcount == 1 and a[0]._refcount == 1")
    assert value(lab, "audit.clean")


def test_a_walk_without_an_array_ends_where_one_with_an_array_does() -> None:
    lab = started("mmap a 4", "munmap a[2]")
    assert run(lab, "gup get_user_pages a 4 null").ret == 2
    assert run(lab, "gup get_user_pages_unlocked a[2] 1 null").error == "-EFAULT"


@pytest.mark.parametrize(("null", "ret"), [("null", 2), ("", -17)])
def test_memory_without_pages_is_counted_only_where_no_page_is_wanted(
    null: str, ret: int
) -> None:
    lab = started("mmap d 2 mixed shared", "read d")
    assert run(lab, f"gup get_user_pages d 2 {null}").ret == ret


NULL_RULES = """
kernels  functions                                     flags  ret
old      get_user_pages get_user_pages_remote          0      1
old      get_user_pages_unlocked                       0      1
old      pin_user_pages pin_user_pages_remote          0      -EINVAL
old      pin_user_pages_fast pin_user_pages_unlocked   0      -EINVAL
old      pin_user_pages_fast_only                      0      0
new      get_user_pages get_user_pages_remote          0      1
new      get_user_pages_unlocked                       0      1
new      get_user_pages get_user_pages_remote          GET    -EINVAL
new      get_user_pages_fast get_user_pages_fast_only  0      -EINVAL
new      pin_user_pages_fast                           0      -EINVAL
new      pin_user_pages pin_user_pages_remote          0      0
new      pin_user_pages_unlocked                       0      0
"""
"""What a call for one page without an array returns."""


@pytest.mark.parametrize(("kernel", "function", "flags", "ret"), cases(NULL_RULES))
def test_a_function_answers_to_no_array_as_its_kernel_does(
    kernel: str, function: str, flags: str, ret: str
) -> None:
    lab = started("mmap a 1", "write a 0x41", kernel=kernel)
    result = run(lab, f"gup {function} a 1 {flags} null")
    assert (result.error or str(result.ret)) == ret
    assert value(lab, "dmesg.warnings") == (ret != "1")
    assert value(lab, "a[0]._refcount == 1 and audit.clean")


def test_before_the_check_a_reference_without_an_array_is_lost() -> None:
    lab = started("mmap a 1", "write a 0x41", kernel="v6.1")
    assert run(lab, "gup get_user_pages a 1 FOLL_GET null").ret == 1
    assert value(lab, "a[0]._refcount == 2 and audit.unaccounted == 1")


def test_before_the_check_the_fast_walk_writes_to_the_null_pointer() -> None:
    lab = started("mmap a 1", "write a 0x41", kernel="v6.1")
    oops = lab.execute("gup get_user_pages_fast a 1 null").oops
    assert "NULL pointer dereference, address: 0x0" in str(oops)
