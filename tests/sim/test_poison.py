"""Freed objects: every access is caught, and undo brings them back."""

import pytest

from pintutor.sim import atomic
from pintutor.sim.digest import reachable
from pintutor.sim.errors import UseAfterFree
from pintutor.sim.machine import Machine
from pintutor.sim.poison import is_poisoned, poison
from tests.sim.toys import Box, Labelled


def test_reading_a_freed_object_is_a_use_after_free(machine: Machine) -> None:
    box = Box(1)
    poison(box)
    with pytest.raises(UseAfterFree, match=r"Box\.value is touched after it was freed"):
        atomic.read_once(box, "value")


def test_writing_a_freed_object_is_a_use_after_free(machine: Machine) -> None:
    box = Labelled(1)
    poison(box)
    with pytest.raises(UseAfterFree, match=r"Labelled\.label"):
        box.label = "x"


def test_freeing_twice_is_caught(machine: Machine) -> None:
    box = Box(1)
    poison(box)
    with pytest.raises(UseAfterFree, match="Box is freed twice"):
        poison(box)


def test_undo_brings_a_freed_object_back_and_redo_frees_it_again(machine: Machine) -> None:
    box = Box(7)
    poison(box)
    end = machine.journal.position
    machine.seek(0)
    assert box.value == 7 and not is_poisoned(box)
    machine.seek(end)
    assert is_poisoned(box)


def test_freeing_counts_as_a_write_to_each_field(machine: Machine) -> None:
    poison(Box(7))
    fields = [write.field for write in machine.journal.writes(0, machine.journal.position)]
    assert fields == ["value", "other", "__class__"]


def test_a_freed_object_is_still_of_its_class(machine: Machine) -> None:
    box = Box(1)
    poison(box)
    assert isinstance(box, Box) and type(box).__name__ == "Box"


def test_nothing_is_reached_through_a_freed_object(machine: Machine) -> None:
    inner = Box(1)
    outer = Box(2, inner)
    poison(outer)
    assert reachable(outer) == {id(outer)}
