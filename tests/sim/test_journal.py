"""The journal: a position in a line of writes that moves both ways."""

import pytest

from pintutor.sim import journal
from pintutor.sim.errors import JournalError
from pintutor.sim.journal import Write
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray
from tests.sim.toys import Box


def test_each_write_moves_the_position_by_one(machine: Machine) -> None:
    box = Box(0)
    box.value = 1
    box.value = 2
    assert machine.journal.position == machine.journal.end == 2


def test_seeking_back_and_forth_restores_every_value_between(machine: Machine) -> None:
    box = Box(0)
    for value in range(1, 6):
        box.value = value
    for position in (0, 5, 3, 4, 1, 1, 2, 0, 5):
        machine.journal.seek(position)
        assert (box.value, machine.journal.position) == (position, position)


def test_seeking_leaves_the_end_where_it_was(machine: Machine) -> None:
    box = Box(0)
    box.value = 1
    machine.journal.seek(0)
    assert (machine.journal.position, machine.journal.end) == (0, 1)


def test_writes_of_several_objects_are_undone_in_the_right_order(machine: Machine) -> None:
    first, second, array = Box(0), Box(0), KArray([0, 0])
    first.value = 1
    second.other = first
    array[1] = 7
    first.value = 2
    machine.journal.seek(2)
    assert (first.value, second.other, array[1]) == (1, first, 0)
    machine.journal.seek(4)
    assert (first.value, array[1]) == (2, 7)


@pytest.mark.parametrize("position", [-1, 2])
def test_a_position_outside_the_history_is_refused(machine: Machine, position: int) -> None:
    box = Box(0)
    box.value = 1
    with pytest.raises(JournalError, match=r"not in 0\.\.1"):
        machine.journal.seek(position)
    assert box.value == 1


def test_writing_in_the_past_without_a_cut_poisons_the_journal(machine: Machine) -> None:
    box = Box(0)
    box.value = 1
    box.value = 2
    machine.journal.seek(1)
    box.value = 9
    with pytest.raises(JournalError, match="without cut"):
        machine.journal.seek(0)


def test_a_cut_takes_the_future_off_and_a_new_one_can_be_written(machine: Machine) -> None:
    box = Box(0)
    box.value = 1
    box.value = 2
    machine.journal.seek(1)
    tail = machine.journal.cut()
    box.value = 9
    machine.journal.seek(0)
    machine.journal.seek(2)
    assert (box.value, tail.position) == (9, 1)


def test_a_grafted_future_can_be_walked_like_before(machine: Machine) -> None:
    box = Box(0)
    for value in (1, 2, 3):
        box.value = value
    machine.journal.seek(1)
    tail = machine.journal.cut()
    box.value = 9
    machine.journal.seek(1)
    other = machine.journal.cut()
    machine.journal.graft(tail)
    machine.journal.seek(3)
    assert box.value == 3
    machine.journal.seek(1)
    machine.journal.cut()
    machine.journal.graft(other)
    machine.journal.seek(2)
    assert box.value == 9


def test_a_tail_goes_on_only_where_it_was_cut(machine: Machine) -> None:
    box = Box(0)
    box.value = 1
    box.value = 2
    machine.journal.seek(1)
    tail = machine.journal.cut()
    machine.journal.seek(0)
    machine.journal.cut()
    with pytest.raises(JournalError, match="cannot go on 0"):
        machine.journal.graft(tail)


def test_a_tail_is_not_put_over_another_future(machine: Machine) -> None:
    box = Box(0)
    box.value = 1
    machine.journal.seek(0)
    tail = machine.journal.cut()
    box.value = 2
    machine.journal.seek(0)
    with pytest.raises(JournalError):
        machine.journal.graft(tail)


def test_writes_are_listed_oldest_first_with_their_public_names(machine: Machine) -> None:
    box, array = Box(0), KArray([5])
    box.value = 1
    array[0] = 6
    box.value = 2
    assert list(machine.journal.writes(0, 3)) == [
        Write(box, "value", 0, 1),
        Write(array, 0, 5, 6),
        Write(box, "value", 1, 2),
    ]
    assert list(machine.journal.writes(1, 2)) == [Write(array, 0, 5, 6)]
    assert list(machine.journal.writes(2, 2)) == []


def test_last_write_finds_the_write_before_a_position(machine: Machine) -> None:
    box, other, array = Box(0), Box(0), KArray([0, 0])
    box.value = 1
    other.value = 1
    array[1] = 1
    box.value = 2
    journal = machine.journal
    assert journal.last_write(box, "value", 4) == 3
    assert journal.last_write(box, "value", 3) == 0
    assert journal.last_write(box, "value", 0) is None
    assert journal.last_write(array, 1, 4) == 2
    assert journal.last_write(array, 0, 4) is None


def test_last_write_does_not_look_into_the_undone_future(machine: Machine) -> None:
    box = Box(0)
    box.value = 1
    box.value = 2
    machine.journal.seek(1)
    assert machine.journal.last_write(box, "value", 99) == 0


def test_folding_keeps_each_fields_first_and_last_value(machine: Machine) -> None:
    box, other = Box(0), Box(0)
    box.value = 1
    start = machine.journal.position
    for value in range(2, 9):
        box.value = value
        other.value = value
    machine.journal.fold(start)
    assert list(machine.journal.writes(start, machine.journal.position)) == [
        Write(box, "value", 1, 8),
        Write(other, "value", 0, 8),
    ]
    machine.seek(start)
    assert (box.value, other.value) == (1, 0)
    machine.seek(machine.journal.end)
    assert (box.value, other.value) == (8, 8)


def test_folding_drops_what_got_its_old_value_back(machine: Machine) -> None:
    array = KArray([0, 0])
    array[1] = 5
    array[1] = 0
    machine.journal.fold(0)
    assert machine.journal.position == 0


def test_a_fold_longer_than_a_chunk_undoes_and_redoes_alike(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_CHUNK", 4)
    boxes = [Box(0) for _ in range(5)]
    for value in range(1, 30):
        boxes[value // 6].value = value
    after = [box.value for box in boxes]
    machine.journal.fold(0)
    assert machine.journal.position < 29
    machine.seek(0)
    assert [box.value for box in boxes] == [0] * 5
    machine.seek(machine.journal.end)
    assert [box.value for box in boxes] == after


def test_the_writes_of_a_field_are_found_by_its_name_whatever_has_it(
    machine: Machine,
) -> None:
    first, second, array = Box(0), Box(0), KArray([0])
    first.value = 1
    second.other = first
    array[0] = 7
    second.value = 2
    first.value = 3
    found = machine.journal.of_fields
    assert found(("value",), 0) == [0, 3, 4]
    assert found(("other", "value"), 1) == [1, 3, 4]
    assert found(("nothing",), 0) == []


def test_a_state_is_met_again_at_its_position_and_nowhere_else(machine: Machine) -> None:
    box, journal = Box(0), machine.journal
    seen = {}
    for value in (0, 1, 2):
        seen[journal.state] = box.value
        box.value = value + 1
    for position in (2, 0, 1):
        journal.seek(position)
        assert seen[journal.state] == box.value == position


def test_a_state_of_another_future_is_another_state(machine: Machine) -> None:
    box, journal = Box(0), machine.journal
    seen: dict[tuple[int, int], int] = {}

    def look() -> None:
        assert seen.setdefault(journal.state, box.value) == box.value

    box.value = 1
    look()
    journal.seek(0)
    tail = journal.cut()
    box.value = 2
    look()
    journal.seek(0)
    journal.cut()
    journal.graft(tail)
    journal.seek(1)
    look()
    assert sorted(seen.values()) == [1, 1, 2]


def test_a_folded_state_is_another_state(machine: Machine) -> None:
    box, journal = Box(0), machine.journal
    seen = {}
    for value in (1, 2, 3):
        box.value = value
        seen[journal.state] = value
    journal.fold(0)
    assert (journal.position, box.value) == (1, 3)
    assert seen.get(journal.state, 3) == 3
