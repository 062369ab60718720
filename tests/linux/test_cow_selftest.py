"""The cases of tools/testing/selftests/mm/cow.c, with what that test expects.

Each is done with a page of its own, a huge page, one mapped by small entries, and the
last page of one that is left; before, during and after fork; and with the memory
swapped out. What a pin or a pipe holds must be what its task sees.

Not here: huge pages of hugetlbfs, mremap(), collapsing into a huge page, io_uring.
"""

import pytest

from tests.labs import Lab, run, started, value

WAS, NEW = "0x11", "0x22"
HUGE = ("mmap A 512 thp", f"write A[0] {WAS}")
OUT = ("madvise A pageout",)

MEMORY: dict[str, tuple[str, ...]] = {
    "base page": ("mmap A 1", f"write A {WAS}"),
    "swapped-out base page": ("swapon 64", "mmap A 1", f"write A {WAS}", *OUT),
    "THP": HUGE,
    "swapped-out THP": ("swapon 2048", *HUGE, *OUT),
    "PTE-mapped THP": (*HUGE, "mprotect A[1] r", "mprotect A[1] rw"),
    "single PTE of THP": (*HUGE, "madvise A[1..511] dontneed"),
    "single PTE of swapped-out THP": (
        "swapon 2048",
        *HUGE,
        *OUT,
        "madvise A[1..511] dontneed",
    ),
}
KERNELS = ("v6.1", "v6.12")

CASES = [
    (memory, kernel)
    for memory in MEMORY
    for kernel in KERNELS
    if kernel == "v6.12" or "THP" not in memory
]
"""Huge pages take long, so they are tried on one kernel."""

PATHS = [(*case, path) for case in CASES for path in ("fast", "slow")]
PATHS = [each for each in PATHS if "THP" not in each[0] or each[2] == "fast"]

cases = pytest.mark.parametrize(("memory", "kernel"), CASES)
paths = pytest.mark.parametrize(("memory", "kernel", "path"), PATHS)
kernels = pytest.mark.parametrize("kernel", KERNELS)
ways = pytest.mark.parametrize("path", ["fast", "slow"])


def byte(lab: Lab, line: str) -> str:
    """The first byte that a line reads."""
    return f"0x{run(lab, line).value[:2]}"


def held(lab: Lab, name: str = "p") -> str:
    """The first byte of what is held: what a device sees."""
    return f"{value(lab, f'{name}[0].byte'):#x}"


def balanced(lab: Lab) -> bool:
    """Every count belongs to somebody."""
    return not run(lab, "audit").imbalances


@cases
def test_basic_cow_after_fork(memory: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "fork child", f"write A[0] {NEW}", kernel=kernel)
    assert byte(lab, "child: read A[0]") == WAS
    assert byte(lab, "read A[0]") == NEW
    assert balanced(lab)


@cases
def test_basic_cow_when_the_child_writes(memory: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "fork child", kernel=kernel)
    run(lab, f"child: write A[0] {NEW}")
    assert byte(lab, "read A[0]") == WAS
    assert balanced(lab)


@cases
def test_basic_cow_after_fork_with_mprotect_optimization(memory: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "fork child", kernel=kernel)
    run(lab, "mprotect A r", "mprotect A rw", f"write A[0] {NEW}")
    assert byte(lab, "child: read A[0]") == WAS
    assert balanced(lab)


@cases
def test_vmsplice_and_unmap_in_child(memory: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "pipe q", "fork child", kernel=kernel)
    run(lab, "child: vmsplice q A[0]", "child: munmap A", f"write A[0] {NEW}")
    assert byte(lab, "child: drain q") == WAS
    assert balanced(lab)


@cases
def test_vmsplice_before_fork_unmap_in_parent_after_fork(memory: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "pipe q", "vmsplice q A[0]", kernel=kernel)
    run(lab, "fork child", "munmap A", f"child: write A[0] {NEW}")
    assert byte(lab, "drain q") == WAS
    assert balanced(lab)


@cases
def test_vmsplice_and_unmap_in_parent_after_fork(memory: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "pipe q", "fork child", kernel=kernel)
    run(lab, "vmsplice q A[0]", "munmap A", f"child: write A[0] {NEW}")
    assert byte(lab, "drain q") == WAS
    assert balanced(lab)


@cases
def test_fork_with_memory_that_is_pinned_for_writing(memory: str, kernel: str) -> None:
    """The fixed buffer of io_uring: a long-term pin for writing is reliable."""
    lab = started(*MEMORY[memory], "pin A[0] write longterm as p", kernel=kernel)
    run(lab, "fork child", f"write A[0] {NEW}")
    assert held(lab) == NEW
    assert byte(lab, "child: read A[0]") == WAS
    assert balanced(lab)


@cases
def test_read_only_mapping_of_memory_that_is_pinned_for_writing(
    memory: str, kernel: str
) -> None:
    lab = started(*MEMORY[memory], "pin A[0] write longterm as p", kernel=kernel)
    run(lab, "mprotect A r", "mprotect A rw", f"write A[0] {NEW}")
    assert held(lab) == NEW
    assert balanced(lab)


@paths
def test_r_o_pin_on_a_shared_page(memory: str, path: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "fork child", kernel=kernel)
    run(lab, f"pin A[0] longterm {path} as p", f"write A[0] {NEW}")
    assert held(lab) == NEW
    assert byte(lab, "child: read A[0]") == WAS
    assert balanced(lab)


@paths
def test_r_o_pin_on_a_page_that_was_shared(memory: str, path: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "fork child", "exit child", kernel=kernel)
    run(lab, f"pin A[0] longterm {path} as p", f"write A[0] {NEW}")
    assert held(lab) == NEW
    assert balanced(lab)


@paths
def test_r_o_pin_on_an_exclusive_page(memory: str, path: str, kernel: str) -> None:
    lab = started(*MEMORY[memory], "mprotect A r", kernel=kernel)
    run(lab, f"pin A[0] longterm {path} as p", "mprotect A rw", f"write A[0] {NEW}")
    assert held(lab) == NEW
    assert balanced(lab)


@kernels
@ways
def test_a_pin_keeps_memory_from_being_swapped_out(path: str, kernel: str) -> None:
    lab = started("swapon 64", *MEMORY["base page"], kernel=kernel)
    run(lab, f"pin A[0] longterm {path} as p", *OUT, f"write A[0] {NEW}")
    assert held(lab) == NEW
    assert balanced(lab)


OTHERS: dict[str, tuple[str, ...]] = {
    "zeropage": ("mmap A 1", "read A"),
    "huge zeropage": ("mmap A 512 thp", "read A[0]"),
    "memfd": ("file F 1 tmpfs", "mmap S 1 of F shared", "mmap A 1 of F", "read A"),
    "tmpfile": ("file F 1", "mmap S 1 of F shared", "mmap A 1 of F", "read A"),
}
others = pytest.mark.parametrize("memory", OTHERS)


@kernels
@others
def test_basic_cow_of_what_is_not_anonymous(memory: str, kernel: str) -> None:
    lab = started(*OTHERS[memory], f"write A[0] {NEW}", kernel=kernel)
    assert byte(lab, "read A[0]") == NEW
    if "S" in lab.names.ranges():
        assert byte(lab, "read S[0]") == "0x00"
    assert value(lab, "zero.byte") == 0
    assert balanced(lab)


@pytest.mark.parametrize(("kernel", "reliable"), [("v6.1", False), ("v6.12", True)])
@ways
@others
def test_r_o_pin_of_what_is_not_anonymous_is_reliable_since_v6_2(
    memory: str, path: str, kernel: str, reliable: bool
) -> None:
    lab = started(*OTHERS[memory], kernel=kernel)
    run(lab, f"pin A[0] longterm {path} as p", f"write A[0] {NEW}")
    assert (held(lab) == NEW) == reliable
    assert balanced(lab)
