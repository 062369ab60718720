"""Machines: each with a journal, patches and a trace of its own."""

import pytest

from pintutor.sim.errors import JournalError
from pintutor.sim.machine import Machine, this_machine
from pintutor.sim.trace import trace_event
from tests.sim.toys import ADD, Box, Layered, add_twice


def doubling() -> Layered:
    """A layer under which `add` adds twice."""
    layer = Layered()
    layer.put(ADD, add_twice)
    return layer


def test_no_machine_runs_outside_a_with_block() -> None:
    with pytest.raises(JournalError, match="no machine is running"):
        this_machine()


def test_the_innermost_machine_runs_and_the_outer_one_runs_again_after() -> None:
    first, second = Machine(), Machine()
    box = Box(0)
    with first:
        box.value = 1
        with second:
            assert this_machine() is second
            box.value = 2
        assert this_machine() is first
        box.value = 3
    assert (first.journal.position, second.journal.position) == (2, 1)


def test_two_machines_side_by_side_are_undone_apart() -> None:
    first, second = Machine(), Machine()
    one, two = Box(0), Box(0)
    with first:
        one.value = 1
    with second:
        two.value = 1
    with first:
        one.value = 2
    second.seek(0)
    assert (one.value, two.value) == (2, 0)
    first.seek(1)
    assert (one.value, two.value) == (1, 0)


def test_each_machine_runs_its_own_patches() -> None:
    plain, patched = Machine(), Machine()
    with patched:
        patched.set_patches((doubling(),))
    with plain:
        assert ADD(Box(0), 3) == 3
    with patched:
        assert ADD(Box(0), 3) == 6
    assert this_bodies_are_base()


def this_bodies_are_base() -> bool:
    """True when outside every machine the base bodies run."""
    with Machine():
        return ADD(Box(0), 1) == 1


def test_undo_crosses_the_application_of_a_patch() -> None:
    machine = Machine()
    with machine:
        machine.set_patches((doubling(),))
        assert ADD(Box(0), 1) == 2
        machine.seek(0)
        assert machine.patches == ()
        machine.cut()
        assert ADD(Box(0), 1) == 1


def test_seeking_a_machine_that_does_not_run_leaves_the_running_bodies_alone() -> None:
    running, other = Machine(), Machine()
    with other:
        other.set_patches((doubling(),))
    with running:
        other.seek(0)
        other.seek(1)
        assert ADD(Box(0), 1) == 1


def test_redo_applies_the_patch_again() -> None:
    machine = Machine()
    with machine:
        machine.set_patches((doubling(),))
        machine.seek(0)
        machine.seek(1)
        machine.cut()
        assert ADD(Box(0), 1) == 2


def test_a_cut_takes_writes_and_trace_hits_and_a_graft_brings_them_back() -> None:
    machine = Machine()
    box = Box(0)
    with machine:
        box.value = 1
        trace_event("first")
        box.value = 2
        trace_event("second")
        end = machine.journal.position
        machine.seek(1)
        branch = machine.cut()
        assert names(machine) == []
        machine.graft(branch)
        machine.seek(end)
    assert (box.value, names(machine)) == (2, ["first", "second"])


def names(machine: Machine) -> list[str]:
    """The names of the hits before now."""
    hits = machine.trace.between(0, machine.journal.position)
    return [hit.name for hit in hits]
