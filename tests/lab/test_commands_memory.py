"""mmap, munmap, read, write, poke."""

import pytest

from pintutor.lab.errors import Span
from tests.labs import Lab, refused, run, started, value


def test_mmap_says_where_and_how_much() -> None:
    mapped = run(Lab(), "mmap a 3 r")
    assert (mapped.name, mapped.pages, mapped.flags) == ("a", 3, ("anon", "read"))
    assert mapped.start % 4096 == 0


def test_mmap_takes_an_address() -> None:
    assert run(Lab(), "mmap a 1 at=0x10000").start == 0x10000


@pytest.mark.parametrize("at", ["0x10001", "0x7ffffffff000", "0xffff888000000000", "-4096"])
def test_mmap_refuses_an_address_that_the_kernel_refuses(at: str) -> None:
    error = refused(Lab(), f"mmap a 1 at={at}")
    assert (error.code, "-E" in error.message) == ("mmap-failed", True)


def test_mmap_refuses_to_map_over_another_range() -> None:
    lab = started("mmap a 2 at=0x10000")
    assert "-ENOMEM" in refused(lab, "mmap b 2 at=0x11000").message
    run(lab, "mmap c 1 at=0x12000", "mmap d 1 at=0xf000")


def test_mmap_needs_a_name_and_a_count() -> None:
    assert refused(Lab(), "mmap").code == "missing-argument"
    assert refused(Lab(), "mmap a").code == "missing-argument"
    assert refused(Lab(), "mmap a 0").at == Span(7, 8)


def test_ranges_do_not_share_a_page_table() -> None:
    lab = started("mmap a 1", "mmap b 1", "read a", "read b")
    assert sum(row[0] == "pmd" for row in run(lab, "show pt").rows) == 2


def test_the_place_of_a_range_that_was_unmapped_is_used_again() -> None:
    lab = Lab()
    first = run(lab, "mmap a 1").start
    run(lab, "munmap a")
    assert run(lab, "mmap b 1").start == first


def test_munmap_forgets_the_name() -> None:
    lab = started("mmap a 2", "munmap a")
    assert refused(lab, "read a").code == "unknown-name"
    assert refused(lab, "munmap a").at == Span(7, 8)


def test_munmap_unmaps_in_the_task_that_runs() -> None:
    lab = started("mmap a 1", "write a 0x41", "fork c", "c: munmap a")
    assert run(lab, "read a+0:1").value == "41"
    assert run(lab, "c: read 0x7f0000000000").signal == "SIGSEGV"
    assert refused(lab, "c: munmap a").code == "not-mapped"
    run(lab, "munmap a")
    assert value(lab, "audit.clean")


def test_munmap_of_a_range_that_another_task_made_is_refused() -> None:
    lab = started("fork c", "c: mmap x 1")
    assert refused(lab, "munmap x").message == "`x` is not mapped in init"
    run(lab, "exit c")
    assert refused(lab, "munmap x").code == "unknown-name"


def test_read_shows_the_first_bytes_and_touches_every_page() -> None:
    lab = started("mmap a 3", 'write a[0] "hello"')
    result = run(lab, "read a")
    assert (result.value, result.faults) == ("68656c6c6f" + "00" * 11, 2)
    assert value(lab, "a[2].mapped")


def test_read_crosses_pages() -> None:
    lab = started("mmap a 2", "write a[0]+4095:1 0x41", "write a[1]+0:1 0x42")
    assert run(lab, "read a+4095:2").value == "4142"


@pytest.mark.parametrize(
    ("data", "written"),
    [('"AB"', "4142"), ("AB", "4142"), ("0x4142", "4142"), ("0x0041", "0041")],
)
def test_write_takes_text_or_bytes(data: str, written: str) -> None:
    lab = started("mmap a 1")
    assert run(lab, f"write a {data}").value == written
    assert run(lab, "read a+0:2").value == written


def test_write_puts_its_bytes_at_the_start_of_each_page() -> None:
    lab = started("mmap a 2", "write a 0x41")
    assert value(lab, "a[0].byte == 0x41 and a[1].byte == 0x41")


def test_poke_sets_a_count_and_undo_takes_it_back() -> None:
    lab = started("mmap a 1", "write a 0x41")
    assert run(lab, "poke a[0]._refcount 5")[1:] == (1, 5)
    run(lab, "undo")
    assert value(lab, "a[0]._refcount") == 1


@pytest.mark.parametrize(("number", "held"), [("0x80000000", -(2**31)), ("-1", -1)])
def test_poke_holds_32_bits(number: str, held: int) -> None:
    assert run(Lab(), f"poke zero._refcount {number}").new == held


@pytest.mark.parametrize(
    "field", ["a[0].pte 0", "a[0].pte 1", "a[0].flags 64", "a[0].flags -1"]
)
def test_poke_does_not_set_what_nothing_could_go_on_with(field: str) -> None:
    lab = started("mmap a 1", "write a 0x41")
    assert refused(lab, f"poke {field}").code == "bad-field"
    assert run(lab, "read a+0:1").value == "41"


def test_poke_sets_the_dirty_flag() -> None:
    lab = started("mmap a 1", "write a 0x41")
    flags = value(lab, "a[0].flags")
    run(lab, f"poke a[0].flags {flags | 8}")
    assert value(lab, "a[0].dirty")


@pytest.mark.parametrize("line", ["poke zero 1", "poke zero.pfn 1", "poke a[0].pte 1"])
def test_poke_refuses_what_is_no_field(line: str) -> None:
    assert refused(started("mmap a 1"), line).code in ("bad-field", "no-page")
