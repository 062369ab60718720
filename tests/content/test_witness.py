"""What is told of the execution that goes wrong."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

import pytest

from pintutor.content.races.following import carried_out, common, follow
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.tally import finding
from pintutor.content.races.witness import Witness
from pintutor.content.reading import load
from pintutor.content.reading import parse as read
from pintutor.content.scenario import scenarios
from pintutor.sim.dependence import Footprint
from pintutor.sim.schedule import parse
from tests.content.races import FORK, race_named, shown, witness_of

GOING_WRONG = [
    (race.name, kernel)
    for race in map(load, scenarios())
    if race.race is not None
    for kernel in race.kernels
    if (claim := race.race.claimed(kernel)) is not None and claim.verdict != "Never"
]
each_witness = pytest.mark.parametrize(("name", "kernel"), GOING_WRONG)

SITED = re.compile(r"P\d \w.+? in \w+\(\) \([\w/.-]+\.[ch], (linux|patches)/\S+\.py:\d+\)")


@cache
def witness(name: str = "race-fork", kernel: str = FORK) -> Witness:
    return witness_of(name, kernel)


def test_the_sentence_names_the_accesses_whose_order_decides() -> None:
    told = witness().short
    assert "P1 reads buf[0]._refcount in page_needs_cow_for_dma() before " in told
    assert "before P0 adds to buf[0]._refcount in try_grab_folio()" in told
    assert "before P1 writes the pte of buf[0] in copy_present_pte()" in told


def test_the_sentence_says_where_each_access_stands_in_kernel_and_model() -> None:
    told = SITED.findall(witness().sentence)
    assert len(told) == 2 * len(witness().short.split(" before ")[1:])
    assert "copy_present_pte() (mm/memory.c, linux/mm/copy_pte.py:" in witness().sentence


@each_witness
def test_every_witness_says_why(name: str, kernel: str) -> None:
    found = witness(name, kernel)
    assert found.short and found.sentence
    assert found.decisive or not found.preemptions


@each_witness
def test_decisive_accesses_in_the_other_order_do_not_go_wrong_alike(
    name: str, kernel: str
) -> None:
    found = witness(name, kernel)
    schedule = parse(found.schedule)
    lab, race = race_of(race_named(name), kernel)
    with lab.machine:
        first = found.decisive[0] if found.decisive else 0
        cpu = schedule[first]
        others = [each for each in schedule[first:] if each != cpu]
        late = (*schedule[:first], *others, *[cpu] * len(schedule))
        ends = [finding(carried_out(race, order)) for order in (late, _serial(schedule))]
        assert not found.decisive or found.finding not in ends or "" in ends


def _serial(schedule: tuple[int, ...]) -> tuple[int, ...]:
    """Whole programs, the one that came last in front."""
    order = list(dict.fromkeys(reversed(schedule)))
    return tuple(cpu for cpu in order for _ in schedule)


@each_witness
def test_a_schedule_that_was_written_down_goes_wrong_again(name: str, kernel: str) -> None:
    found = witness(name, kernel)
    lab, race = race_of(race_named(name), kernel)
    with lab.machine:
        execution = carried_out(race, parse(found.schedule))
        assert execution.schedule == parse(found.schedule)
        assert finding(execution) == found.finding
        assert follow(race, execution.schedule).told == found.steps


def test_preemptions_are_marked_on_the_steps_after_which_they_happen() -> None:
    found = witness()
    assert found.preemptions == sum(step.preempted for step in found.steps) == 2
    assert {step.cpu for step in found.steps} == {0, 1}


def test_steps_alone_touch_nothing_that_another_cpu_touches() -> None:
    places: dict[int, set[str]] = {0: set(), 1: set()}
    for step in witness().steps:
        if not step.alone and step.place:
            places[step.cpu].add(step.place)
    assert "buf[0]._refcount" in places[0] & places[1]
    own = {step.place for step in witness().steps if step.alone}
    assert "the pte of buf[0]" not in own


def test_no_schedule_with_fewer_preemptions_goes_wrong() -> None:
    found = witness()
    lab, race = race_of(race_named("race-fork"), FORK)
    steps = [step.cpu for step in found.steps]
    counts = (steps.count(0) + 5, steps.count(1) + 40)
    with lab.machine:
        for first, second in ((0, 1), (1, 0)):
            for switch in range(counts[first]):
                order = (*[first] * switch, *[second] * counts[second])
                assert not finding(carried_out(race, order))


def test_a_cpu_that_does_not_matter_is_left_to_the_end() -> None:
    race = race_named("race-fork")
    text = race.path.read_text().replace("show:", "P2:\n  mmap other 1\nshow:")
    found = shown(read(text, race.path), FORK)
    assert found.left == (2,)
    assert [word.split("*")[0] for word in found.schedule.split()].index("P2") == 4
    assert "P2" not in found.sentence


def test_a_witness_without_a_preemption_names_the_order_of_the_programs() -> None:
    zero = [each for each in product(*[GOING_WRONG]) if not witness(*each[0]).preemptions]
    assert zero
    for (one,) in zero:
        assert witness(*one).short


def test_of_two_fields_in_common_the_one_that_was_written_first_is_told() -> None:
    places = [(1, "flags"), (2, "_refcount")]
    step = Footprint(None, "read", frozenset(places), frozenset())
    assert common(step, step, places) == places[0]
    assert common(step, step, places[::-1]) == places[1]
    about = step._replace(place=places[1])
    assert common(step, about, places) == places[1]
    assert common(step, step._replace(writes=frozenset()), places) is None
