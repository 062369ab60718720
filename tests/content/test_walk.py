"""Walking through a race: turns both ways, and another way from any point."""

from __future__ import annotations

import pytest

from pintutor.content.races.points import CannotGo
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_results import Standing
from pintutor.lab.lab import Lab
from pintutor.sim.schedule import parse, text
from tests.content.races import FORK, race_named, walking, witness_of
from tests.labs import refused, run, started, value


def stand(lab: Lab) -> Standing:
    found = run(lab, "choices")
    assert isinstance(found, Standing)
    return found


def test_a_race_begins_with_nothing_run() -> None:
    lab, _ = walking()
    assert (stand(lab).at, stand(lab).of) == (0, 0)
    assert [each.state for each in stand(lab).choices] == ["ready", "ready"]


def test_a_turn_is_one_step_of_one_cpu_and_says_what_it_did() -> None:
    lab, _ = walking()
    found = run(lab, "turn P0*3")
    assert [each.told.cpu for each in found.taken] == [0, 0, 0]
    assert found.taken[1].told.place == "flags of init"
    assert found.taken[2].changes[0].subject == "mm"


def test_undo_goes_back_turn_by_turn_and_redo_forward_again() -> None:
    lab, _ = walking("turn P0*4 P1*2")
    run(lab, "undo 3")
    assert (stand(lab).at, stand(lab).of) == (3, 6)
    run(lab, "redo")
    assert stand(lab).at == 4


def test_memory_is_at_each_turn_what_it_was_when_the_race_came_there() -> None:
    lab, walk = walking("turn rest")
    seen = {}
    for at in range(len(walk.turns) + 1):
        walk.stand_at(at)
        seen[at] = value(lab, "buf[0]._refcount")
    for at in reversed(range(len(walk.turns) + 1)):
        walk.stand_at(at)
        assert value(lab, "buf[0]._refcount") == seen[at]
    assert len(set(seen.values())) > 1


def test_a_turn_can_be_stepped_line_by_line() -> None:
    lab, walk = walking("turn P0*2")
    before = lab.timeline.cursor
    run(lab, "turn P0")
    entry = lab.timeline.entries[-1]
    assert len(entry.events) > 3
    run(lab, "back 3")
    assert lab.timeline.cursor == before + entry.steps - 3
    assert walk.at == 3


def test_lines_of_a_turn_that_goes_on_in_an_open_function_are_recorded() -> None:
    lab, _ = walking("turn P0*6")
    functions = [event.function for event in lab.timeline.entries[-1].events]
    assert functions[0] == "gup_pgd_range"
    depths = [event.depth for event in lab.timeline.entries[-1].events]
    assert depths[0] == 4


def test_another_turn_in_the_past_leaves_what_lay_ahead() -> None:
    lab, walk = walking("turn P0*9 P1*5", "undo 5")
    found = run(lab, "turn P0")
    assert walk.schedule == (0,) * 10
    assert found.notes == ("left for it, from turn 9 on: `turn P1*5`",)


def test_a_turn_that_lies_ahead_anyway_leaves_nothing() -> None:
    lab, walk = walking("turn P0*9 P1*5", "undo 5")
    found = run(lab, "turn P1*2")
    assert not found.notes
    assert (walk.at, walk.text) == (11, "P0*9 P1*5")


def test_a_walk_goes_where_the_same_schedule_goes_at_once() -> None:
    schedule = parse(witness_of("race-fork", FORK).schedule)
    whole = Walk(race_named("race-fork"), FORK)
    whole.follow(schedule)
    bit_by_bit = Walk(race_named("race-fork"), FORK)
    for cpu in schedule:
        bit_by_bit.go_on((cpu,))
    assert [turn.told for turn in bit_by_bit.turns] == [turn.told for turn in whole.turns]
    assert bit_by_bit.points[-1] == whole.points[-1]


def test_the_witness_comes_to_its_condition_and_the_serial_runs_do_not() -> None:
    walk = Walk(race_named("race-fork"), FORK)
    walk.follow(parse(witness_of("race-fork", FORK).schedule))
    ends = [walk.points[-1]]
    for first in ((0,), (1,)):
        walk.follow(first, rest=True)
        ends.append(walk.points[-1])
    assert [end.final.holds for end in ends] == [True, False, False]
    assert not any(end.ready for end in ends)


def test_rest_takes_nobody_away() -> None:
    lab, walk = walking("turn P1", "turn rest")
    assert text(walk.schedule).split()[0].startswith("P1*")
    assert len(text(walk.schedule).split()) == 2
    assert stand(lab).ended


def test_a_cpu_that_waits_cannot_take_a_turn() -> None:
    lab, walk = walking("turn P0", "turn P1", race="race-pipe", kernel="v6.2+extract-v8")
    run(lab, "turn P2")
    waiting = walk.point.choices[2]
    assert waiting.state == "idle"
    error = refused(lab, "turn P0 P2")
    assert error.message.startswith("P2 waits for RequestQueue.requests")
    assert error.at is not None and (error.at.start, error.at.stop) == (8, 10)
    assert walk.schedule == (0, 1, 2)


@pytest.mark.parametrize(
    ("line", "word", "message"),
    [
        ("turn P7", "P7", "P7 is no CPU here"),
        ("turn P0*2 Q", "Q", "`Q` is no turn"),
        ("turn P0*0x", "P0*0x", "`P0*0x` is no turn"),
        ("turn P0*500", "P0*500", "P0 has ended"),
    ],
)
def test_a_turn_that_cannot_be_is_refused_at_its_word(
    line: str, word: str, message: str
) -> None:
    lab, walk = walking("turn P0*2")
    error = refused(lab, line)
    assert error.message == message
    assert error.at is not None and line[error.at.start : error.at.stop] == word
    assert walk.schedule == (0, 0) and walk.at == 2


def test_a_turn_before_any_race_is_refused() -> None:
    lab = started()
    assert refused(lab, "turn P0").code == "no-race"
    assert refused(lab, "lanes").code == "no-race"


def test_what_changes_the_machine_is_refused_while_a_race_is_under_way() -> None:
    lab, walk = walking("turn P0*2")
    assert refused(lab, "write buf 0x42").code == "race-under-way"
    assert walk.at == 2


def test_looking_works_within_a_race() -> None:
    lab, _ = walking("turn rest")
    run(lab, "why buf[0]._refcount", "show pages", "audit", "timeline", "events")


def test_leaving_returns_to_the_own_machine_as_it_was() -> None:
    lab, _ = walking("turn P0*9 P1*5")
    assert value(lab, "buf[0]._refcount") == 1
    run(lab, "leave")
    assert value(lab, "mine[0]._refcount") == 1
    assert [entry.name for entry in lab.timeline.entries] == ["mmap", "write"]
    run(lab, "write mine 0x42", "undo", "redo")


def test_a_race_within_a_race_takes_its_place() -> None:
    lab, _ = walking("turn P0*3", "race race-exit")
    assert stand(lab).race == "race-exit"
    run(lab, "leave")
    assert value(lab, "mine[0]._refcount") == 1


def test_an_oops_stops_its_cpu_and_the_others_go_on() -> None:
    found = witness_of("race-table", "v6.1+bug-flush-not-awaited")
    walk = Walk(race_named("race-table"), "v6.1+bug-flush-not-awaited")
    walk.follow(parse(found.schedule))
    states = [choice.state for choice in walk.points[-1].choices]
    assert "stopped" in states
    assert walk.lab.timeline.entries[-1].oops is not None


def test_a_deadlock_is_seen_at_the_end() -> None:
    kernel = "v5.17+bug-waiter-unlocked"
    walk = Walk(race_named("race-wake-up"), kernel)
    walk.follow(parse(witness_of("race-wake-up", kernel).schedule))
    assert walk.points[-1].stuck == (0,)


def test_following_what_cannot_be_followed_says_which_turn() -> None:
    walk = Walk(race_named("race-fork"), FORK)
    with pytest.raises(CannotGo) as error:
        walk.follow((0, 0, 5))
    assert error.value.number == 2


def test_the_kernel_of_a_race_is_the_first_where_it_can_go_wrong() -> None:
    lab, _ = walking()
    run(lab, "leave", "race race-fork")
    assert stand(lab).kernel == FORK


def test_lanes_name_the_function_that_a_field_holds() -> None:
    lab = started()
    run(lab, "witness race-pipe")
    cells = [cell for row in run(lab, "lanes").rows for cell in row[2] if cell]
    assert "iomap_dio_bio_end_io()" in {cell.new for cell in cells}


def test_a_disk_without_work_is_no_part_of_a_deadlock() -> None:
    lab = started()
    run(lab, "witness race-interrupt kernel=v6.1+bug-dirty-in-interrupt", "goto end")
    assert stand(lab).stuck == (0, 1)
