"""KObject and KArray: assignment is recorded, construction is not."""

import pytest

from pintutor.sim.errors import JournalError
from pintutor.sim.journal import Write
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray
from tests.sim.toys import Box, Labelled


def test_construction_records_nothing(machine: Machine) -> None:
    Box(1, Box(2))
    KArray([1, 2, 3])
    assert machine.journal.position == 0


def test_construction_needs_no_machine() -> None:
    box = Box(1)
    assert (box.value, box.other) == (1, None)


def test_assignment_records_object_field_old_and_new(machine: Machine) -> None:
    box = Box(1)
    box.value = 2
    assert list(machine.journal.writes(0, 1)) == [Write(box, "value", 1, 2)]


def test_assigning_the_same_value_is_recorded_too(machine: Machine) -> None:
    box = Box(1)
    box.value = 1
    assert machine.journal.position == 1


def test_augmented_assignment_is_one_write(machine: Machine) -> None:
    box = Box(1)
    box.value += 4
    assert (box.value, machine.journal.position) == (5, 1)


def test_assignment_without_a_machine_is_refused_and_changes_nothing() -> None:
    box, array = Box(1), KArray([1])
    with pytest.raises(JournalError, match="no machine is running"):
        box.value = 2
    with pytest.raises(JournalError):
        array[0] = 2
    assert (box.value, array[0]) == (1, 1)


def test_an_unknown_field_cannot_be_assigned(machine: Machine) -> None:
    with pytest.raises(AttributeError):
        Box(1).extra = 2  # type: ignore[attr-defined]
    assert machine.journal.position == 0


def test_objects_are_compared_by_identity() -> None:
    assert Box(1) != Box(1)


def test_fields_of_a_subclass_and_of_its_base_are_recorded(machine: Machine) -> None:
    box = Labelled(1, None, "a")
    box.label = "b"
    box.value = 2
    machine.journal.seek(0)
    assert (box.label, box.value) == ("a", 1)
    machine.journal.seek(2)
    assert (box.label, box.value) == ("b", 2)


def test_an_array_assigns_reads_and_counts_like_a_list(machine: Machine) -> None:
    array = KArray(["a", "b"])
    array[1] = "c"
    assert (len(array), list(array), array[1]) == (2, ["a", "c"], "c")
    assert machine.journal.position == 1


@pytest.mark.parametrize("index", [-1, 2, 1000])
def test_an_array_is_never_written_outside(machine: Machine, index: int) -> None:
    array = KArray([1, 2])
    with pytest.raises(IndexError, match=r"not in 0\.\.1"):
        array[index] = 3
    assert (list(array), machine.journal.position) == ([1, 2], 0)
