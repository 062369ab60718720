"""What is gone through on what is known is what happens when programs run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from pintutor.sim import atomic
from pintutor.sim.dependence import footprint
from pintutor.sim.poison import look, poison
from pintutor.sim.search.course import Course
from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.learned import Programs
from tests.sim.races import Made, Race, random_freeing_race, random_race
from tests.sim.toys import Box


def looked_at() -> Made:
    """One CPU looks at what the other frees, and says so."""
    box, thing = Box(0), Box(7)

    def see() -> None:
        atomic.read_once(box, "value")
        look(thing)

    def free() -> None:
        atomic.write_once(box, "value", 1)
        poison(thing)

    return [box, thing], [see, free]


@pytest.mark.parametrize(
    "make",
    [
        looked_at,
        *(partial(random_race(seed)) for seed in range(6)),
        *(partial(random_freeing_race(seed)) for seed in range(6)),
    ],
)
def test_a_known_step_touches_what_it_touches_when_it_is_run(
    make: Callable[[], Made],
) -> None:
    race = Race(make)
    with race.machine:
        programs = Programs(race)
        for execution in filter(None, list(dpor(race, programs=programs))):
            course = Course(programs)
            known = [(course.enabled(), course.run(cpu)) for cpu in execution.schedule]
            cpus = race.begin()
            real = []
            for cpu in execution.schedule:
                enabled, step = cpus.enabled(), cpus.run(cpu)
                real.append((enabled, footprint(race.machine.journal, step, race.scope)))
            cpus.kill()
            assert known == real


def test_steps_that_are_taken_back_can_be_done_in_another_order() -> None:
    race = Race(looked_at)
    with race.machine:
        course = Course(Programs(race))
        for cpu in (0, 0, 1, 1):
            course.run(cpu)
        first = course.end()
        course.cut(1)
        for cpu in (1, 1, 0):
            course.run(cpu)
        assert course.end().schedule == (0, 1, 1, 0)
        assert first.schedule == (0, 0, 1, 1) and first.final != course.end().final
