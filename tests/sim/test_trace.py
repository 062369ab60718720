"""Tracepoints: hits belong to the history that they were made in."""

import pytest

from pintutor.sim.machine import Machine
from pintutor.sim.trace import trace_event
from tests.sim.toys import Box


def names(machine: Machine, start: int, stop: int) -> list[str]:
    """The names of the hits between two positions."""
    return [hit.name for hit in machine.trace.between(start, stop)]


def test_a_hit_keeps_its_name_and_fields_in_order(machine: Machine) -> None:
    trace_event("kmem:mm_page_alloc", pfn=3, order=0)
    hit = machine.trace.between(0, machine.journal.position)[0]
    assert (hit.name, hit.fields) == ("kmem:mm_page_alloc", (("pfn", 3), ("order", 0)))
    assert str(hit) == "kmem:mm_page_alloc pfn=3 order=0"


def test_hits_between_two_positions_are_those_made_between_them(machine: Machine) -> None:
    box = Box(0)
    trace_event("a")
    middle = machine.journal.position
    box.value = 1
    trace_event("b")
    end = machine.journal.position
    assert names(machine, 0, middle) == ["a"]
    assert names(machine, middle, end) == ["b"]
    assert names(machine, 0, end) == ["a", "b"]
    assert names(machine, end, end) == []


def test_a_hit_before_the_first_write_of_an_undone_future_is_cut(machine: Machine) -> None:
    """The position of such a hit is the one where the future was cut off."""
    trace_event("kept")
    here = machine.journal.position
    trace_event("cut")
    machine.seek(here)
    branch = machine.cut()
    trace_event("new")
    assert names(machine, 0, machine.journal.position) == ["kept", "new"]
    machine.seek(here)
    machine.cut()
    machine.graft(branch)
    machine.seek(machine.journal.end)
    assert names(machine, 0, machine.journal.position) == ["kept", "cut"]


def test_without_a_machine_hits_are_dropped() -> None:
    trace_event("nowhere")


def test_hits_go_to_the_machine_that_runs() -> None:
    first, second = Machine(), Machine()
    with first:
        trace_event("one")
        with second:
            trace_event("two")
    assert names(first, 0, 9) == ["one"]
    assert names(second, 0, 9) == ["two"]


@pytest.mark.parametrize("hits", [1, 3])
def test_undone_hits_are_not_among_those_before_now(machine: Machine, hits: int) -> None:
    for _ in range(hits):
        trace_event("hit")
    machine.seek(0)
    assert names(machine, 0, machine.journal.position) == []


def test_hits_since_a_fold_stand_where_it_began(machine: Machine) -> None:
    trace_event("before")
    start = machine.journal.position
    for _ in range(3):
        trace_event("after")
    machine.fold(start)
    end = machine.journal.position
    assert names(machine, 0, start) == ["before"]
    assert names(machine, start, end) == ["after"] * 3
    machine.seek(start)
    assert names(machine, 0, machine.journal.position) == ["before"]
