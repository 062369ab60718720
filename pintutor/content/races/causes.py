"""Why an execution goes wrong: the pairs of accesses whose order decides it.

At each place where the CPUs change, what came in between is moved before earlier steps
of the CPU that was left, and behind later ones, until nothing goes wrong any more. The
accesses that must not change their order for it are the cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pintutor.content.races.following import Followed, carried_out, common
from pintutor.content.races.telling import Told
from pintutor.lab.racing import LabRace
from pintutor.sim.dependence import Place
from pintutor.sim.search.world import Execution

Judge = Callable[[Execution], str]
"""Tells what is wrong with the end of an execution, or nothing."""

Spelling = Callable[[Told], str]
"""Writes a step of the cause."""

Schedule = tuple[int, ...]


class Variants:
    """Other orders of the steps of a race: what is wrong with each. Each runs once."""

    def __init__(self, race: LabRace, judge: Judge) -> None:
        self._race = race
        self._judge = judge
        self._known: dict[Schedule, str] = {}

    def wrong(self, schedule: Schedule) -> str:
        """What is wrong when the race follows the schedule as far as it can."""
        if schedule not in self._known:
            self._known[schedule] = self._judge(carried_out(self._race, schedule))
        return self._known[schedule]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two steps: `first` has to come before `second`, or nothing goes wrong."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class _Switch:
    """A CPU is left, others do something, and it may go on: steps by their numbers."""

    before: range
    """The last steps of the CPU that is left."""
    between: range
    """What the others do."""
    after: range
    """What that CPU goes on with."""


def causes(schedule: Schedule, known: Followed, variants: Variants) -> list[Pair]:
    """The pairs that decide, in the order in which the CPUs change.

    Without a preemption the first change of CPUs that decides something is the cause.
    """
    switches = _switches(schedule)
    forced = [each for each in switches if known.told[each.before[-1]].preempted]
    found: list[Pair] = []
    for switch in forced or switches:
        if forced or not found:
            found += _decided(schedule, switch, known, variants)
    return list(dict.fromkeys(found))


def sentence(pairs: Sequence[Pair], known: Followed, spelt: Spelling) -> str:
    """The cause in words, each step spelt like that."""
    if not pairs:
        order = dict.fromkeys(f"P{each.cpu}" for each in known.told)
        return f"nobody has to be interrupted for it: {', then '.join(order)}"
    if len(pairs) == 2 and pairs[0].second == pairs[1].first:
        first, second = _both(pairs[0], known, spelt)
        third = _both(pairs[1], known, spelt)[1]
        return f"{first}, then {second}, and only then {third}"
    told = [" before ".join(_both(each, known, spelt)) for each in pairs]
    return ", and ".join(told)


def _both(pair: Pair, known: Followed, spelt: Spelling) -> tuple[str, str]:
    """Both steps; a page that has another name by then keeps its first one too."""
    one, other = known.told[pair.first], known.told[pair.second]
    prints = known.prints[pair.first], known.prints[pair.second]
    if prints[0].place == prints[1].place and one.place != other.place:
        other = replace(other, place=f"{one.place}, by then {other.place},")
    besides = known.besides[pair.first], known.besides[pair.second]
    place = common(*prints, [*besides[0], *besides[1]])
    return _with(spelt(one), besides[0], place), _with(spelt(other), besides[1], place)


def _with(step: str, besides: dict[Place, str], place: Place | None) -> str:
    """A step with what it writes on its way, where that is what matters."""
    words = besides.get(place) if place is not None else None
    return step if words is None else f"{step} and then {words}"


def _switches(schedule: Schedule) -> list[_Switch]:
    starts = [0]
    for number in range(1, len(schedule)):
        if schedule[number] != schedule[number - 1]:
            starts.append(number)
    blocks = [
        range(a, b) for a, b in zip(starts, [*starts[1:], len(schedule)], strict=True)
    ]
    found = []
    for index, before in enumerate(blocks[:-1]):
        cpu = schedule[before[0]]
        back = next(
            (each for each in blocks[index + 1 :] if schedule[each[0]] == cpu),
            range(len(schedule), len(schedule)),
        )
        found.append(_Switch(before, range(before.stop, back.start), back))
    return found


def _decided(
    schedule: Schedule, switch: _Switch, known: Followed, variants: Variants
) -> list[Pair]:
    """The pairs whose order a change of CPUs decides: at most one on each side."""
    pairs = (
        _left_for(schedule, switch, known, variants),
        _came_back(schedule, switch, known, variants),
    )
    return [each for each in pairs if each is not None]


def _left_for(
    schedule: Schedule, switch: _Switch, known: Followed, variants: Variants
) -> Pair | None:
    """The step before the change, and the one behind it that has to come later."""

    def earlier(first: int, stop: int) -> Schedule:
        return _moved(schedule, range(switch.between.start, stop), first)

    for first in _clashing(reversed(switch.before), switch.between, known):
        if variants.wrong(earlier(first, switch.between.stop)):
            continue
        behind = range(first, switch.before.stop)
        for second in _clashing(switch.between, behind, known):
            if not variants.wrong(earlier(first, second + 1)):
                return Pair(first, second)
    return None


def _came_back(
    schedule: Schedule, switch: _Switch, known: Followed, variants: Variants
) -> Pair | None:
    """The step that has to be done when the CPU comes back, and what it does then."""

    def later(start: int, last: int) -> Schedule:
        return _moved(schedule, range(start, switch.between.stop), last + 1)

    for last in _clashing(switch.after, switch.between, known):
        if variants.wrong(later(switch.between.start, last)):
            continue
        before = range(switch.after.start, last + 1)
        for first in _clashing(reversed(switch.between), before, known):
            if not variants.wrong(later(first, last)):
                return Pair(first, last)
    return None


def _clashing(some: Iterable[int], others: range, known: Followed) -> list[int]:
    """Those steps whose order with one of the others could make a difference."""
    return [one for one in some if any(known.race(one, other) for other in others)]


def _moved(schedule: Schedule, steps: range, place: int) -> Schedule:
    """The schedule with some steps moved before another one."""
    part = schedule[steps.start : steps.stop]
    if place <= steps.start:
        kept = schedule[place : steps.start] + schedule[steps.stop :]
        return schedule[:place] + part + kept
    kept = schedule[steps.stop : place]
    return schedule[: steps.start] + kept + part + schedule[place:]
