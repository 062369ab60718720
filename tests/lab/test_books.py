"""The books: what a count is made of, who took it, and what belongs to nobody."""

import pytest

from pintutor.lab import books
from tests.labs import Lab, run, started, value


def shares(lab: Lab, field: str) -> list[tuple[int, str, str]]:
    """The parts of a count."""
    return [(one.units, one.kind, one.holder) for one in run(lab, f"why {field}").shares]


def test_the_zero_page_is_reserved_at_boot() -> None:
    assert shares(Lab(), "zero._refcount") == [(1, "boot", "reserved at boot")]


def test_a_mapping_a_reference_and_a_pin_are_three_parts_of_one_count() -> None:
    lab = started("mmap a 1", "write a 0x41", "get a as g", "pin a as p")
    assert [(units, kind) for units, kind, _ in shares(lab, "a[0]._refcount")] == [
        (1, "mapping"),
        (1, "reference"),
        (1024, "pin"),
    ]
    assert shares(lab, "a[0]._refcount")[1:] == [
        (1, "reference", "g[0]"),
        (1024, "pin", "p[0]"),
    ]


def test_each_part_names_the_step_and_the_function_that_took_it() -> None:
    lab = started("mmap a 1", "write a 0x41", "get a as g", "pin a slow as p")
    reference, pin = run(lab, "why a[0]._refcount").shares[1:]
    assert (reference.command, reference.function) == ("get a as g", "try_get_folio")
    assert (pin.command, pin.function) == ("pin a slow as p", "try_grab_page")
    lab.timeline.seek(pin.step)
    assert value(lab, "a[0]._refcount") == 1026
    lab.timeline.seek(pin.step - 1)
    assert value(lab, "a[0]._refcount") == 2


def test_the_last_write_is_named_whoever_holds_what_it_added() -> None:
    lab = started("mmap a 1", "write a 0x41", "get a as g", "put g")
    last = run(lab, "why a[0]._refcount").last
    assert (last.units, last.command) == (-1, "put g")


def test_what_belongs_to_nobody_is_the_rest() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p", "put p")
    why = run(lab, "why a[0]._refcount")
    assert (why.value, why.unaccounted) == (1024, 1023)


def test_a_balanced_machine_has_a_clean_audit() -> None:
    report = run(started("mmap a 3", "write a 0x41", "pin a[1..2] as p"), "audit")
    assert report.imbalances == ()
    assert report.folios > 3


def test_an_imbalance_says_which_page_which_field_and_how_much() -> None:
    lab = started("mmap a 1", "write a 0x41", "get a as g", "unpin g")
    (one,) = run(lab, "audit").imbalances
    assert (one.page, one.field, one.value, one.held) == ("a[0]", "_refcount", -1022, 1)
    assert (one.unaccounted, one.last.command) == (-1023, "unpin g")


def test_two_imbalances_that_cancel_out_are_two() -> None:
    lab = started("mmap a 2", "write a 0x41")
    run(lab, "poke a[0]._refcount 2", "poke a[1]._refcount 0")
    assert [one.unaccounted for one in run(lab, "audit").imbalances] == [1, -1]
    assert value(lab, "audit.unaccounted == 0 and not audit.clean")


def test_the_books_of_the_past_are_those_of_the_past() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p", "put p")
    assert not value(lab, "audit.clean")
    run(lab, "undo")
    assert value(lab, "audit.clean")
    assert shares(lab, "a[0]._refcount")[-1] == (1024, "pin", "p[0]")


def test_a_page_that_is_held_twice_has_two_holders() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p", "pin a as q")
    assert [name for _, _, name in shares(lab, "a[0]._refcount")[1:]] == ["p[0]", "q[0]"]


def test_the_parts_of_a_name_that_was_used_before_are_those_of_its_last_use() -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p", "unpin p", "pin a slow as p")
    assert run(lab, "why a[0]._refcount").shares[-1].command == "pin a slow as p"


@pytest.mark.parametrize(("kernel", "units"), [("v6.4", 1024), ("v6.5", 0)])
def test_a_pin_of_the_zero_page_weighs_what_the_kernel_gave_it(
    kernel: str, units: int
) -> None:
    lab = started("mmap a 1", "read a", "pin a as p", kernel=kernel)
    assert value(lab, "zero._refcount") == 1 + units
    assert value(lab, "audit.clean")
    page = lab.kernel.empty_zero_page
    assert page is not None
    with lab.machine:
        held = [owner for owner in books.owners(lab, page) if owner.kind == "pin"]
    assert [owner.units for owner in held] == [units]


@pytest.mark.parametrize("field", ["vmstat.nr_foll_pin_acquired", "a[0].pte", "a[0].flags"])
def test_a_field_without_holders_still_has_a_last_write(field: str) -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p")
    why = run(lab, f"why {field}")
    assert (why.shares, why.unaccounted) == ((), 0)
    assert why.last.step is not None
