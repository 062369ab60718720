"""Locks with one CPU: what is held already can never be had."""

import pytest

from pintutor.sim import locks
from pintutor.sim.errors import Deadlock, KernelBug, Oops
from pintutor.sim.machine import Machine
from tests.sim.toys import Box


def test_a_spinlock_is_held_until_it_is_dropped(machine: Machine) -> None:
    box = Box(0)
    locks.spin_lock(box, "value")
    assert box.value == locks.HELD
    locks.spin_unlock(box, "value")
    assert box.value == locks.FREE


def test_taking_a_held_spinlock_is_a_deadlock(machine: Machine) -> None:
    box = Box(locks.HELD)
    with pytest.raises(Deadlock, match=r"Box\.value is already held"):
        locks.spin_lock(box, "value")
    assert machine.journal.position == 0


def test_dropping_a_free_spinlock_is_a_bug(machine: Machine) -> None:
    with pytest.raises(KernelBug, match="was not held"):
        locks.spin_unlock(Box(0), "value")


def test_readers_share_a_semaphore(machine: Machine) -> None:
    box = Box(0)
    locks.down_read(box, "value")
    locks.down_read(box, "value")
    assert box.value == 2
    locks.up_read(box, "value")
    locks.up_read(box, "value")
    assert box.value == locks.FREE


def test_a_reader_waits_for_ever_for_a_writer(machine: Machine) -> None:
    box = Box(0)
    locks.down_write(box, "value")
    with pytest.raises(Deadlock, match="held for writing"):
        locks.down_read(box, "value")


@pytest.mark.parametrize("holder", [locks.down_read, locks.down_write])
def test_a_writer_waits_for_ever_for_anybody(machine: Machine, holder: object) -> None:
    box = Box(0)
    holder(box, "value")  # type: ignore[operator]
    with pytest.raises(Deadlock):
        locks.down_write(box, "value")


@pytest.mark.parametrize("drop", [locks.up_read, locks.up_write])
def test_dropping_a_free_semaphore_is_a_bug(machine: Machine, drop: object) -> None:
    with pytest.raises(KernelBug):
        drop(Box(0), "value")  # type: ignore[operator]


def test_a_semaphore_held_for_writing_is_dropped_as_such(machine: Machine) -> None:
    box = Box(0)
    locks.down_write(box, "value")
    locks.up_write(box, "value")
    assert box.value == locks.FREE


def test_a_sequence_counter_is_odd_while_something_changes(machine: Machine) -> None:
    box = Box(0)
    start = locks.raw_read_seqcount(box, "value")
    assert not locks.read_seqcount_retry(box, "value", start)
    locks.write_seqcount_begin(box, "value")
    assert locks.raw_read_seqcount(box, "value") % 2 == 1
    locks.write_seqcount_end(box, "value")
    assert locks.raw_read_seqcount(box, "value") % 2 == 0
    assert locks.read_seqcount_retry(box, "value", start)


def test_what_stops_the_kernel_is_an_oops_with_a_kind() -> None:
    assert issubclass(Deadlock, Oops)
    assert issubclass(KernelBug, Oops)
    assert (Deadlock.kind, KernelBug.kind) == ("deadlock", "kernel BUG")
