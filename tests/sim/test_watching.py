"""Watching: what is read and made is noted while somebody wants to know, and only then."""

from __future__ import annotations

from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray
from pintutor.sim.watching import Watch
from tests.sim.toys import Box


def fields(watch: Watch) -> list[object]:
    """The fields that were read, as the journal names them."""
    return watch.reads[1::3]


def test_a_field_that_is_read_is_noted_with_what_it_held() -> None:
    box, watch = Box(7), Watch()
    with watch.reading():
        assert box.value == 7
    assert watch.reads == [box, "raw_value", 7]


def test_elements_are_noted_one_by_one_however_they_are_read() -> None:
    array, watch = KArray([3, 4, 5, 6]), Watch()
    with watch.reading():
        found = array[0], array[-1], array.at(1), array.items[1:3], array.items.index(5)
    assert found == (3, 6, 4, [4, 5], 2)
    assert fields(watch) == [0, 3, 1, 1, 2, 0, 1, 2]


def test_a_loop_over_an_array_notes_what_it_came_to() -> None:
    array, watch = KArray([3, 4, 5]), Watch()
    with watch.reading():
        assert next(each for each in array if each > 3) == 4
    assert fields(watch) == [0, 1]


def test_a_write_is_no_read() -> None:
    box, watch = Box(7), Watch()
    with Machine(), watch.reading():
        box.value = 8
    assert watch.reads == []


def test_nothing_is_noted_when_nobody_watches() -> None:
    box, watch = Box(7), Watch()
    with watch.reading():
        pass
    assert box.value == 7 and watch.reads == []


def test_a_cpu_makes_the_same_objects_again() -> None:
    watch = Watch()

    def make(cpu: int) -> list[object]:
        watch.start(cpu)
        watch.anew()
        return [Box(1), KArray([0]), KArray([0, 0]), Box(2)]

    with watch:
        first, other, again = make(0), make(1), make(0)
    assert all(a is b for a, b in zip(first, again, strict=True))
    assert not any(a is b for a, b in zip(first, other, strict=True))
    assert Box(1) not in first


def test_an_array_of_another_size_is_another_object() -> None:
    watch = Watch()
    with watch:
        watch.start(0)
        first = KArray([0])
        watch.start(0)
        assert KArray([0, 0]) is not first
