"""The huge zero page: how it is counted, and what pins and writes make of it."""

import pytest

from tests.labs import run, started, value


def test_the_first_read_makes_it_for_one_user_and_the_kernel() -> None:
    lab = started("mmap T 512 thp", "read T[7]")
    assert value(lab, "kernel.huge_zero_refcount") == 2
    assert value(lab, "hugezero.order == 9 and hugezero._refcount == 1")
    assert value(lab, "T[0].page == hugezero and not T[0].pte.write")
    assert value(lab, "hugezero.mapcount == 0 and mm.rss_anon == 0")
    assert value(lab, "audit.clean")


def test_an_address_space_is_counted_once() -> None:
    lab = started(
        "mmap T 1024 thp", "read T[0]", "read T[512]", "mmap U 512 thp", "read U[0]"
    )
    assert value(lab, "kernel.huge_zero_refcount") == 2


def test_a_child_is_counted_until_it_ends() -> None:
    lab = started("mmap T 512 thp", "read T[0]", "fork child")
    assert value(lab, "kernel.huge_zero_refcount == 3 and child.T[0].page == hugezero")
    run(lab, "exit child")
    assert value(lab, "kernel.huge_zero_refcount") == 2


def test_unmapping_it_leaves_it_counted() -> None:
    lab = started("mmap T 512 thp", "read T[0]", "munmap T")
    assert value(lab, "kernel.huge_zero_refcount == 2 and hugezero._refcount == 1")


@pytest.mark.parametrize("kernel", ["v6.1", "v6.12"])
def test_a_pin_of_it_is_counted_on_every_kernel(kernel: str) -> None:
    """Only the small zero page is left alone from v6.5 on."""
    lab = started("mmap T 512 thp", "read T[0]", "pin T[0..3] as p", kernel=kernel)
    assert value(lab, "hugezero._refcount == 5 and hugezero._pincount == 4")
    assert value(lab, "vmstat.nr_foll_pin_acquired == 4 and audit.clean")


@pytest.mark.parametrize("line", ["write T[5] 0x22", "pin T[5] write as p"])
def test_a_write_splits_it_into_small_zero_pages_and_copies_one(line: str) -> None:
    lab = started("mmap T 512 thp", "read T[0]", line)
    assert value(lab, "T[0].pte.special and T[0].page == zero")
    assert value(lab, "T[5].anon_exclusive and T[5].order == 0 and mm.rss_anon == 1")
    assert value(lab, "zero._refcount == 1 and hugezero._refcount == 1 and audit.clean")


def test_a_long_term_pin_of_it_breaks_cow_from_v6_2_on() -> None:
    before = started("mmap T 512 thp", "read T[0]", "pin T[5] longterm as p", kernel="v6.1")
    after = started("mmap T 512 thp", "read T[0]", "pin T[5] longterm as p", kernel="v6.2")
    assert value(before, "hugezero._pincount") == 1
    assert value(after, "hugezero._pincount == 0 and p[0].anon_exclusive")
