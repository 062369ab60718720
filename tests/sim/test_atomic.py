"""Atomic operations: wrap-around, and the hook where another CPU gets in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pintutor.sim import atomic, locks
from pintutor.sim.atomic import s32
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray
from tests.sim.toys import Box

TOP = 0x7FFF_FFFF
BOTTOM = -0x8000_0000

Seen = list[tuple[Any, str | int, str, Any]]


@pytest.fixture
def seen(machine: Machine) -> Iterator[Seen]:
    """What the hook sees: object, field, kind, and the field's value then."""
    calls: Seen = []

    def hook(obj: Any, field: str | int, kind: str, ready: object) -> None:
        value = obj[field] if isinstance(field, int) else getattr(obj, field)
        calls.append((obj, field, kind, value))

    atomic.on_access(hook)
    yield calls
    atomic.on_access(None)


@pytest.mark.parametrize(
    ("value", "wrapped"),
    [
        (0, 0),
        (TOP, TOP),
        (TOP + 1, BOTTOM),
        (BOTTOM - 1, TOP),
        (0xFFFF_FFFF, -1),
        (1 << 32, 0),
        (-(1 << 40) + 5, 5),
    ],
)
def test_a_counter_holds_32_bits_with_a_sign(value: int, wrapped: int) -> None:
    assert s32(value) == wrapped


def test_adding_to_the_greatest_count_wraps_below_zero(machine: Machine) -> None:
    box = Box(TOP)
    assert atomic.atomic_add_return(1024, box, "value") == BOTTOM + 1023
    atomic.atomic_sub(1024, box, "value")
    assert box.value == TOP


def test_add_unless_leaves_the_excepted_value_alone(machine: Machine) -> None:
    box = Box(0)
    assert not atomic.atomic_add_unless(box, "value", 1, 0)
    assert (box.value, machine.journal.position) == (0, 0)
    box.value = TOP
    assert atomic.atomic_add_unless(box, "value", 1, 0)
    assert box.value == BOTTOM


def test_tests_speak_of_the_new_value(machine: Machine) -> None:
    box = Box(2)
    assert not atomic.atomic_sub_and_test(1, box, "value")
    assert atomic.atomic_sub_and_test(1, box, "value")
    assert atomic.atomic_add_negative(-1, box, "value")
    assert not atomic.atomic_add_negative(1, box, "value")


def test_exchanges_return_what_was_there(machine: Machine) -> None:
    box = Box(1)
    assert atomic.xchg(box, "value", 2) == 1
    assert atomic.cmpxchg(box, "value", 1, 3) == 2
    assert box.value == 2
    assert atomic.cmpxchg(box, "value", 2, 3) == 2
    assert box.value == 3


def test_an_element_of_an_array_is_as_good_as_a_field(machine: Machine) -> None:
    array = KArray([0, 5])
    atomic.atomic_inc(array, 1)
    atomic.atomic_dec(array, 1)
    atomic.atomic_set(array, 0, TOP + 1)
    assert list(array) == [BOTTOM, 5]


OPERATIONS: list[tuple[str, Callable[[Box], object]]] = [
    ("read", lambda box: atomic.read_once(box, "value")),
    ("read", lambda box: atomic.atomic_read(box, "value")),
    ("write", lambda box: atomic.write_once(box, "value", 5)),
    ("write", lambda box: atomic.atomic_set(box, "value", 5)),
    ("update", lambda box: atomic.xchg(box, "value", 5)),
    ("update", lambda box: atomic.cmpxchg(box, "value", 1, 5)),
    ("update", lambda box: atomic.cmpxchg(box, "value", 2, 5)),
    ("add", lambda box: atomic.atomic_add(1, box, "value")),
    ("add", lambda box: atomic.atomic_sub(1, box, "value")),
    ("add", lambda box: atomic.atomic_inc(box, "value")),
    ("add", lambda box: atomic.atomic_dec(box, "value")),
    ("update", lambda box: atomic.atomic_add_return(1, box, "value")),
    ("update", lambda box: atomic.atomic_sub_and_test(1, box, "value")),
    ("update", lambda box: atomic.atomic_add_negative(1, box, "value")),
    ("update", lambda box: atomic.atomic_add_unless(box, "value", 1, 0)),
    ("update", lambda box: atomic.atomic_add_unless(box, "value", 1, 1)),
    ("add", lambda box: locks.write_seqcount_begin(box, "value")),
    ("add", lambda box: locks.write_seqcount_end(box, "value")),
    ("read", lambda box: locks.raw_read_seqcount(box, "value")),
    ("read", lambda box: locks.read_seqcount_retry(box, "value", 1)),
]


@pytest.mark.parametrize(("kind", "operation"), OPERATIONS)
def test_the_hook_sees_each_operation_once_and_before_it_happens(
    seen: Seen, kind: str, operation: Callable[[Box], object]
) -> None:
    box = Box(1)
    operation(box)
    assert seen == [(box, "value", kind, 1)]


def test_what_the_hook_writes_is_what_the_operation_finds(machine: Machine) -> None:
    """Another CPU that gets in before an operation has come before it entirely."""
    box = Box(0)

    def intrude(obj: Any, field: str | int, kind: str, ready: object) -> None:
        obj.value = 40

    atomic.on_access(intrude)
    try:
        assert atomic.atomic_add_return(2, box, "value") == 42
    finally:
        atomic.on_access(None)


def test_plain_fields_and_arrays_are_no_preemption_points(seen: Seen) -> None:
    box, array = Box(0), KArray([0])
    box.value = 1
    box.value += 1
    array[0] = array[0] + 1
    assert seen == []


def test_taking_a_lock_is_one_operation_and_so_is_dropping_it(seen: Seen) -> None:
    box = Box(0)
    locks.spin_lock(box, "value")
    locks.spin_unlock(box, "value")
    assert [call[2:] for call in seen] == [("lock", 0), ("unlock", 1)]


def test_readers_of_a_semaphore_are_told_from_its_writer(seen: Seen) -> None:
    box = Box(0)
    locks.down_read(box, "value")
    locks.up_read(box, "value")
    locks.down_write(box, "value")
    locks.up_write(box, "value")
    assert [kind for _, _, kind, _ in seen] == ["rlock", "runlock", "lock", "unlock"]


def test_the_hook_of_a_lock_can_tell_when_it_is_free(machine: Machine) -> None:
    box = Box(locks.HELD)

    def drop(obj: Any, field: str | int, kind: str, ready: Any) -> None:
        if kind == "lock":
            assert not ready()
            obj.value = locks.FREE
            assert ready()

    atomic.on_access(drop)
    try:
        locks.spin_lock(box, "value")
    finally:
        atomic.on_access(None)
    assert box.value == locks.HELD
