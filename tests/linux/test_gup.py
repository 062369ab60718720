"""get_user_pages and pin_user_pages: fast and slow, whole and partial, held and freed."""

import pytest

from pintutor.linux.holders.ledger import tables
from pintutor.linux.include.linux.page_flags import PG_buddy
from tests.labs import Lab, run, started, value

KERNELS = ("v6.1", "v6.4", "v6.12")
STATES = {
    "untouched": (),
    "read": ("read a",),
    "written": ("write a 0x41",),
    "mixed": ("read a[0]", "write a[1] 0x41"),
    "shared with a child": ("write a 0x41", "fork c"),
    "pinned already": ("write a 0x41", "pin a write as q"),
}


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", ["get a", "get a write", "pin a", "pin a write"])
def test_fast_and_slow_take_the_same_pages_and_units(
    kernel: str, state: str, verb: str
) -> None:
    """Only a pin that fork's sharing stops is counted twice on the fast path."""
    found = []
    for path in ("fast", "slow"):
        lab = started("mmap a 3", *STATES[state], kernel=kernel)
        result = run(lab, f"{verb} {path} as p")
        counts = [value(lab, f"p[{index}]._refcount") for index in range(3)]
        live = value(lab, "vmstat.nr_foll_pin_acquired - vmstat.nr_foll_pin_released")
        found.append((result.ret, result.pages, counts, live, value(lab, "audit.clean")))
    assert found[0] == found[1]
    assert found[0][0] == 3


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("path", ["fast", "slow"])
@pytest.mark.parametrize(("verb", "back"), [("get", "put"), ("pin", "unpin")])
def test_taking_and_giving_back_leaves_every_count_as_it_was(
    kernel: str, path: str, verb: str, back: str
) -> None:
    lab = started("mmap a 3", "read a[0]", "write a[1..2] 0x41", kernel=kernel)
    before = [value(lab, f"a[{index}]._refcount") for index in range(3)]
    run(lab, f"{verb} a {path} as p", f"{back} p")
    assert [value(lab, f"a[{index}]._refcount") for index in range(3)] == before
    assert value(lab, "audit.clean")
    assert value(lab, "vmstat.nr_foll_pin_acquired == vmstat.nr_foll_pin_released")


@pytest.mark.parametrize("path", ["fast", "slow"])
@pytest.mark.parametrize("verb", ["get", "pin"])
def test_a_call_that_meets_a_hole_returns_the_pages_before_it(verb: str, path: str) -> None:
    lab = started("mmap a 3", "write a 0x41")
    function = {"get": "get_user_pages", "pin": "pin_user_pages"}[verb]
    function += "_fast" if path == "fast" else ""
    result = run(lab, f"gup {function} a[1] 5 as p")
    assert (result.ret, result.error, value(lab, "p.count")) == (2, "", 2)
    assert value(lab, "p[0] == a[1].page and p[1] == a[2].page")


@pytest.mark.parametrize("where", ["0x1000", "0xffff888000000000"])
@pytest.mark.parametrize("verb", ["get", "pin"])
@pytest.mark.parametrize("path", ["fast", "slow"])
def test_a_call_that_gets_nothing_returns_the_error_and_holds_nothing(
    verb: str, path: str, where: str
) -> None:
    lab = started()
    result = run(lab, f"{verb} {where} {path} as p")
    assert (result.ret, result.error, result.name) == (-14, "-EFAULT", "")
    assert lab.kernel.held == ()


def test_a_write_pin_breaks_the_sharing_with_the_zero_page() -> None:
    lab = started("mmap a 1", "read a", "pin a write as p")
    assert value(lab, "p[0] != zero and p[0] == a[0].page and p[0]._refcount == 1025")


def test_a_read_pin_of_memory_shared_by_fork_gets_a_page_of_its_own() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "pin a as p")
    run(lab, "write a 0x42")
    assert value(lab, "p[0] == a[0].page and p[0].byte == 0x42")


def test_a_read_reference_to_memory_shared_by_fork_is_left_behind_by_a_write() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "get a as g")
    run(lab, "write a 0x42")
    assert value(lab, "g[0] != a[0].page and g[0].byte == 0x41")


def test_an_unpinned_address_space_shares_and_a_pinned_one_copies_at_fork() -> None:
    lab = started("mmap a 2", "write a 0x41", "pin a[0] write as p", "fork c")
    assert value(lab, "mm.has_pinned and a[0].mapcount == 1 and a[1].mapcount == 2")
    assert value(lab, "a[0].pte.write and not a[1].pte.write")


@pytest.mark.parametrize(("verb", "back"), [("get", "put"), ("pin", "unpin")])
def test_a_held_page_outlives_its_mapping_and_is_freed_once(verb: str, back: str) -> None:
    lab = started("mmap a 1", "write a 0x41", f"{verb} a as p")
    page = value(lab, "a[0].page")
    run(lab, "munmap a")
    assert value(lab, "p[0]._refcount") == (1 if verb == "get" else 1024)
    assert (value(lab, "p[0].byte"), page.flags & PG_buddy) == (0x41, 0)
    run(lab, f"{back} p")
    assert (page._refcount, page.flags & PG_buddy) == (0, PG_buddy)
    frees = [
        hit for hit in lab.machine.trace.between(0, 1 << 30) if hit.name.endswith("free")
    ]
    assert sum(dict(hit.fields)["pfn"] == page.pfn for hit in frees) == 1


def test_a_page_that_is_not_held_is_freed_with_its_mapping() -> None:
    lab = started("mmap a 1", "write a 0x41")
    page = value(lab, "a[0].page")
    run(lab, "munmap a")
    assert page.flags & PG_buddy


def test_unmapping_frees_the_page_tables_too() -> None:
    lab = started("mmap a 1", "read a")
    pgd = lab.kernel.tasks[0].mm.pgd
    assert pgd is not None
    with lab.machine:
        assert [table.level for table, _ in tables(pgd)] == ["pgd", "pud", "pmd", "pte"]
    run(lab, "munmap a")
    with lab.machine:
        assert [table.level for table, _ in tables(pgd)] == ["pgd"]
    assert value(lab, "audit.clean")


@pytest.mark.usefixtures("recorded")
def test_a_fast_call_walks_without_interrupts_and_turns_them_on_again() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a")
    assert not any(lab.kernel.irqs_disabled)
    run(lab, "back-until mm.has_pinned and vmstat.nr_foll_pin_acquired == 0")
    run(lab, "until vmstat.nr_foll_pin_acquired == 1")
    assert any(lab.kernel.irqs_disabled)


@pytest.mark.parametrize(
    "function", ["get_user_pages_fast_only", "pin_user_pages_fast_only"]
)
def test_a_fast_only_call_gets_what_is_there_and_faults_nothing_in(function: str) -> None:
    lab = started("mmap a 2", "write a[0] 0x41", kernel="v6.2")
    assert run(lab, f"gup {function} a 2 as p").ret == 1
    assert run(lab, f"gup {function} a[1] 1").ret == 0
    assert value(lab, "not a[1].mapped")


@pytest.mark.parametrize("function", ["get_user_pages_fast", "pin_user_pages_fast"])
def test_no_pages_asked_of_the_fast_path_may_overrun_the_array(function: str) -> None:
    """A count of 0 makes the walk run to the next hole, as it does in Linux."""
    lab = started("mmap a 100", "write a 0x41")
    outcome = lab.execute(f"gup {function} a 0")
    assert outcome.oops is not None
    assert "out-of-bounds" in outcome.oops.kind
    run(lab, "undo")
    assert value(lab, "audit.clean")


def leak(*lines: str) -> tuple[Lab, int]:
    """A lab after these lines, and the units of all counts that belong to nobody."""
    lab = started("mmap a 1", "write a 0x41", *lines)
    return lab, value(lab, "audit.unaccounted")


@pytest.mark.parametrize(
    ("lines", "units"),
    [
        (("get a as g",), 0),
        (("pin a as p",), 0),
        (("pin a as p", "put p"), 1023),
        (("get a as g", "unpin g"), -1023),
        (("pin a as p", "poke a[0]._refcount 5"), -1020),
        (("munmap a",), 0),
        (("fork c",), 0),
        (("fork c", "c: pin a as p", "exit c"), 0),
    ],
)
def test_the_ledger_finds_every_unit_that_belongs_to_nobody(
    lines: tuple[str, ...], units: int
) -> None:
    assert leak(*lines)[1] == units


def test_the_owners_of_a_page_add_up_to_its_count() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "get a as g", "get a as h")
    table = run(lab, "owners a[0]")
    assert sum(row[2] for row in table.rows) == value(lab, "a[0]._refcount") == 4
    assert [row[0] for row in table.rows] == [
        "mapping",
        "mapping",
        "reference",
        "reference",
    ]
