"""A machine with several zero pages, and the bugs that show only there."""

import pytest

from pintutor.linux.include.linux.mm import FOLL_PIN, page_folio
from pintutor.linux.include.linux.pgtable import zero_pages
from pintutor.linux.mm.gup import try_grab_folio
from tests.labs import Lab, refused, run, started, value

MUTATIONS = ("zero-page-0-unpinned", "zero-page-0-returned", "zero-page-0-add-pin")


def four(*lines: str, kernel: str = "v6.5") -> Lab:
    """A lab with four zero pages, one mapped at each page of `buf`."""
    return started("machine zero-pages=4", "mmap buf 8", "read buf", *lines, kernel=kernel)


def counts(lab: Lab) -> list[int]:
    """The reference count of each zero page."""
    return [page._refcount for page in zero_pages(lab.kernel)]


def test_x86_has_one_zero_page_whatever_the_address() -> None:
    lab = started("mmap buf 8", "read buf")
    found = {value(lab, f"buf[{index}].pfn") for index in range(8)}
    assert found == {value(lab, "zero.pfn")}
    assert counts(lab) == [1]


def test_the_address_chooses_the_zero_page() -> None:
    lab = four()
    shown = [lab.names.label(value(lab, f"buf[{index}].page")) for index in range(5)]
    assert shown == ["zero", "zero[1]", "zero[2]", "zero[3]", "zero"]
    assert value(lab, "zero[2].pfn == zero.pfn + 2 and zero[0].pfn == zero.pfn")


def test_every_zero_page_is_one_in_frame_number_and_reserved() -> None:
    lab = four()
    assert value(lab, "zero[3].reserved and zero[3].byte == 0 and buf[3].pte.special")
    assert value(lab, "audit.clean")


def test_a_write_replaces_a_coloured_zero_page_by_a_page_of_zeroes() -> None:
    lab = four('write buf[2]+1 "A"')
    assert value(lab, "buf[2].anon and buf[2].byte == 0 and zero[2].byte == 0")


def test_v6_4_counts_pins_of_each_colour_and_v6_5_of_none() -> None:
    old = four("pin buf[2] as p", "get buf[1] as g", kernel="v6.4")
    assert counts(old) == [1, 2, 1025, 1]
    new = four("pin buf[2] as p", "get buf[1] as g")
    assert counts(new) == [1, 2, 1, 1]
    for lab in (old, new):
        assert value(lab, "audit.clean")
        run(lab, "unpin p", "put g")
        assert counts(lab) == [1, 1, 1, 1]


def test_comparing_with_the_first_zero_page_counts_the_others() -> None:
    lab = four("apply zero-page-0-unpinned", "pin buf[0..3] slow as p")
    assert counts(lab) == [1, 1025, 1025, 1025]
    assert value(lab, "audit.clean"), "what is counted is given back as well"
    run(lab, "unpin p")
    assert counts(lab) == [1, 1, 1, 1]


def test_the_bug_is_the_same_where_try_grab_page_is_a_bool() -> None:
    lab = four("apply zero-page-unpinned", kernel="v6.1")
    run(lab, "apply zero-page-0-unpinned", "pin buf[0..2] as p")
    assert counts(lab) == [1, 1025, 1025, 1]


@pytest.mark.parametrize(("mutation", "wrong"), [("", 0), ("zero-page-0-returned", 3)])
def test_the_folio_returned_must_be_that_of_the_page(mutation: str, wrong: int) -> None:
    lab = four(*([f"apply {mutation}"] if mutation else []))
    with lab.machine:
        pages = zero_pages(lab.kernel)
        found = [try_grab_folio(page, 1, FOLL_PIN) for page in pages]
    pairs = zip(found, pages, strict=True)
    assert sum(folio is not page_folio(page) for folio, page in pairs) == wrong


def test_another_pin_must_ask_for_any_zero_page_too() -> None:
    right = four("pin buf[2] as p", "addpin p as q")
    assert counts(right) == [1, 1, 1, 1]
    lab = four("apply zero-page-0-add-pin", "pin buf[0] as a", "addpin a as b")
    assert counts(lab) == [1, 1, 1, 1] and value(lab, "dmesg.warnings") == 0
    run(lab, "pin buf[2] as p", "addpin p as q")
    assert counts(lab) == [1, 1, 1025, 1] and value(lab, "dmesg.warnings") == 1
    run(lab, "unpin p", "unpin q")
    assert counts(lab) == [1, 1, 1025, 1] and value(lab, "audit.unaccounted") == 1024


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_no_mutation_shows_on_a_machine_with_one_zero_page(mutation: str) -> None:
    pinned = ("mmap buf 4", "read buf", "pin buf as p", "addpin p as q")
    lines = (*pinned, "unpin p", "unpin q")
    plain = started(*lines, kernel="v6.5")
    lab = started(f"apply {mutation}", *lines, kernel="v6.5")
    assert counts(lab) == counts(plain) == [1]
    assert lab.kernel.vm_stat.nr_foll_pin_acquired == 0
    assert value(lab, "audit.clean")


def test_the_huge_zero_page_splits_into_all_colours() -> None:
    lab = started("machine zero-pages=4", "mmap T 512 thp", "read T", 'write T[1] "A"')
    shown = [lab.names.label(value(lab, f"T[{index}].page")) for index in (0, 2, 3, 5)]
    assert shown == ["zero", "zero[2]", "zero[3]", "zero[1]"]


@pytest.mark.parametrize("count", ["3", "0", "16", "-4", "four"])
def test_only_a_power_of_two_can_be_chosen(count: str) -> None:
    error = refused(started(), f"machine zero-pages={count}")
    assert error.at is not None and error.at.stop == len(f"machine zero-pages={count}")


def test_it_is_too_late_once_memory_is_mapped() -> None:
    lab = started("mmap buf 1")
    assert refused(lab, "machine zero-pages=4").code == "too-late"
    run(lab, "undo", "machine zero-pages=2", "mmap buf 2", "read buf")
    assert len(counts(lab)) == 2
    run(lab, "undo 3")
    assert counts(lab) == [1]


def test_a_zero_page_that_is_not_there_is_refused_by_number() -> None:
    lab = started()
    assert "zero" in refused(lab, "expect zero[1]._refcount == 1").message
