"""Commands that walk through a race: who goes on, one turn at a time, both ways."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pintutor.content.races.lanes import Lanes
from pintutor.content.races.lanes import lanes as drawn
from pintutor.content.races.points import CannotGo
from pintutor.content.races.race_commands import KERNEL_NAME, RACE, TOPIC
from pintutor.content.races.turns import REST, cannot_go, turns_of
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_results import Standing, standing
from pintutor.content.scenario import Scenario
from pintutor.lab.aside import come_back, stand_in
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.moving import moved
from pintutor.lab.registry import command
from pintutor.lab.results import Moved
from pintutor.lab.words import Word
from pintutor.sim.schedule import text


class Turns:
    """The rest of a line, as a schedule: `P1`, `P0*3 P1`, `rest`."""

    name = "TURNS"
    note = "P1, P0*3 P1, or rest: all go on, without another preemption"
    raw = True

    def parse(self, word: Word, lab: Any) -> Word:
        """The words, to be read when the race is known."""
        return word

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The CPUs that can go on, each with what it would do."""
        walk = under_way(lab)
        if walk is None:
            return
        for choice in walk.point.choices:
            if choice.state == "ready" and choice.next is not None:
                yield f"P{choice.cpu}", choice.next.wants
        yield REST, "all go on, without another preemption"


TURNS = Turns()


def under_way(lab: Lab) -> Walk | None:
    """The race that a lab stands in."""
    guest = lab.aside.guest if lab.aside is not None else None
    return guest if isinstance(guest, Walk) else None


def walk_of(lab: Lab) -> Walk:
    """The race that a lab stands in (CommandError when it stands in none)."""
    walk = under_way(lab)
    if walk is not None:
        return walk
    raise CommandError(
        "no race is under way",
        None,
        code="no-race",
        hint="`races` lists them, `race NAME` begins one, `witness NAME` shows one",
    )


def kernel_of(race: Scenario) -> str:
    """The kernel to begin a race on: the first on which it can go wrong."""
    assert race.race is not None, "the scenario has CPUs"
    claims = {kernel: race.race.claimed(kernel) for kernel in race.kernels}
    wrong = [name for name, one in claims.items() if one and one.verdict != "Never"]
    return (wrong or list(race.kernels))[0]


@command(
    TOPIC,
    mutates=False,
    examples=("race race-fork kernel=v6.1", "race"),
    see=("turn", "choices", "lanes", "leave", "witness"),
)
def race(
    lab: Lab,
    name: Annotated[Scenario | None, RACE] = None,
    *,
    kernel: Annotated[str, KERNEL_NAME] = "",
) -> Standing:
    """Begin a race by hand: nothing has run, and you say who goes on.

    Your own machine is put aside until `leave`. Without a name, say where the race
    under way stands; without a kernel, it begins where it can go wrong.
    """
    if name is None:
        return standing(walk_of(lab))
    walk = Walk(name, kernel or kernel_of(name))
    stand_in(lab, walk.lab, walk)
    return standing(walk)


@command(
    TOPIC,
    mutates=False,
    examples=("turn P1", "turn P0*3 P1", "turn rest"),
    see=("choices", "race", "undo", "redo"),
)
def turn(lab: Lab, turns: Annotated[Word, TURNS]) -> Standing:
    """Let a CPU of the race do its next step, or several by turns, from here on.

    Turns that lay ahead are left. `undo` and `redo` go turn by turn, `back` and `step`
    line by line; from anywhere another turn can be taken.
    """
    walk = walk_of(lab)
    schedule, rest, words = turns_of(turns)
    at = walk.at
    try:
        left = walk.go_on(schedule, rest=rest)
    except CannotGo as error:
        raise cannot_go(error, words, at) from None
    notes: tuple[str, ...] = ()
    if left and walk.schedule[at : at + len(left)] != left:
        notes = (f"left for it, from turn {at} on: `turn {text(left)}`",)
    return standing(walk, since=at, notes=notes)


@command(TOPIC, mutates=False, see=("turn", "lanes"))
def choices(lab: Lab) -> Standing:
    """List the CPUs of the race, and what each would do at its next turn."""
    return standing(walk_of(lab))


@command(TOPIC, mutates=False, examples=("lanes", "lanes whole"), see=("choices", "turn"))
def lanes(lab: Lab, *, whole: bool = False) -> Lanes:
    """Draw the race: a column for each CPU, and one for each field it races for.

    Turns that touch nothing of another CPU are counted only; `whole` shows each.
    """
    return drawn(walk_of(lab), whole=whole)


@command(TOPIC, mutates=False, see=("race", "witness"))
def leave(lab: Lab) -> Moved:
    """Leave the race or the comparison and return to your own machine, as it was."""
    guest = lab.aside.guest if lab.aside is not None else walk_of(lab)
    come_back(lab)
    return moved(lab, guest.farewell())
