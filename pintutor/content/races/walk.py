"""A walk: a race that is carried out turn by turn, forwards, backwards and otherwise.

Each turn is a command of the history of the race's own lab, recorded line by line, so
that everything that moves in time moves in a race. A turn that is taken somewhere
before the end carries the race out from its start again: programs cannot be rewound,
and a race takes some milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from pintutor.content.races.following import Followed, followed
from pintutor.content.races.points import CannotGo, Choice, Point, Touch, Turn
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.telling import tell
from pintutor.content.races.witness import Witness
from pintutor.content.scenario import Scenario
from pintutor.lab.changes import changes
from pintutor.lab.declaration import Command
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.places import Places
from pintutor.lab.racing import Final
from pintutor.lab.results_races import Turned
from pintutor.lab.timeline import Entry
from pintutor.sim.dependence import Footprint, footprint
from pintutor.sim.errors import Oops
from pintutor.sim.objects import KArray
from pintutor.sim.poison import is_poisoned
from pintutor.sim.recorder import Recorder
from pintutor.sim.schedule import text
from pintutor.sim.search.world import LONGEST, preferred
from pintutor.sim.threads import Cpus, Operation


class Walk:
    """One race on one kernel, as far as it has been carried out."""

    taught = True
    """A lesson may ask for what is done there."""

    def __init__(self, scenario: Scenario, kernel: str) -> None:
        self.scenario = scenario
        self.kernel = kernel
        self.witness: Witness | None = None
        """The witness that is walked through, if it began as one."""
        self.lab, self._race = race_of(scenario, kernel)
        self.turns: list[Turn] = []
        """The turns that were taken, oldest first."""
        self.points: list[Point] = []
        """The point before each turn, and the one behind the last."""
        self.known = Followed((), ())
        """The turns with what can be said of each when all are known."""
        timeline = self.lab.timeline
        start = timeline.position(timeline.total)
        begun = Entry(f"race {scenario.name}", "race", self.lab.kernel_name, start)
        begun.end = self.lab.machine.journal.position
        timeline.append(begun)
        self.first = len(timeline.entries)
        """Commands before the first turn."""
        self.follow(())

    def refusal(self) -> CommandError:
        """Why a command that would change the machine is refused."""
        return CommandError(
            f"the race `{self.scenario.name}` is under way: only its CPUs change things",
            None,
            code="race-under-way",
            hint="`turn P0` lets one go on; `leave` returns to your own machine",
        )

    def farewell(self) -> str:
        """What is said when it is left."""
        return f"the race `{self.scenario.name}` is left"

    def asked(self, lab: Lab, command: Command, line: str) -> object:
        """Nothing: a race has one machine."""
        return None

    @property
    def cpus(self) -> int:
        """How many CPUs the race has."""
        return len(self.points[0].choices)

    @property
    def schedule(self) -> tuple[int, ...]:
        """Who took each turn."""
        return tuple(turn.cpu for turn in self.turns)

    @property
    def text(self) -> str:
        """The schedule as it is read and typed."""
        return self.text_of(len(self.turns))

    def text_of(self, turns: int) -> str:
        """The first turns of the schedule."""
        return text(self.schedule[:turns])

    @property
    def at(self) -> int:
        """How many turns lie before where the lab stands; one half done counts."""
        entry = self.lab.timeline.stand().entry
        entries = self.lab.timeline.entries
        return max(0, entries.index(entry) + 1 - self.first) if entry in entries else 0

    @property
    def point(self) -> Point:
        """The point where the lab stands."""
        return self.points[self.at]

    @property
    def shown(self) -> Witness | None:
        """The witness, while the turns are those of its schedule."""
        found = self.witness
        return found if found is not None and found.schedule == self.text else None

    def stand_at(self, turns: int) -> None:
        """Go to where so many turns have been taken."""
        with self.lab.machine:
            self.lab.timeline.seek(self.step_behind(turns))

    def step_behind(self, turns: int) -> int:
        """The step at which so many turns have been taken."""
        entries = self.lab.timeline.entries[: self.first + turns]
        return sum(entry.steps for entry in entries)

    def go_on(self, schedule: Sequence[int], *, rest: bool = False) -> tuple[int, ...]:
        """Take turns from where the lab stands; returns the turns that were left for it.

        Turns that lie ahead anyway leave nothing. With `rest` everybody goes on behind
        them without another preemption.

        Errors: CannotGo; all is as it was then.
        """
        at, before = self.at, self.schedule
        if not rest and before[at : at + len(schedule)] == tuple(schedule):
            self.stand_at(at + len(schedule))
            return ()
        try:
            self.follow((*before[:at], *schedule), rest=rest)
        except CannotGo:
            self.follow(before)
            self.stand_at(at)
            raise
        return before[at:]

    def follow(self, schedule: Sequence[int], *, rest: bool = False) -> None:
        """Carry the race out from its start and stand at the schedule's end (CannotGo)."""
        lab = self.lab
        self.turns, self.points = [], []
        prints: list[Footprint] = []
        with lab.machine, Recorder(lab.machine) as recorder:
            cpus = self._race.begin(calls=True)
            lab.timeline.forget(self.first)
            try:
                self._point(cpus)
                for cpu in schedule:
                    prints.append(self._turn(recorder, cpus, cpu))
                while rest and (choices := preferred(cpus)) and len(prints) < LONGEST:
                    prints.append(self._turn(recorder, cpus, choices[0]))
            finally:
                cpus.kill()
        self.known = followed(cpus.steps, [turn.told for turn in self.turns], prints)

    def _turn(self, recorder: Recorder, cpus: Cpus, cpu: int) -> Footprint:
        choices = self.points[-1].choices
        choice = choices[cpu] if cpu < len(choices) else Choice(cpu, "missing", None, "")
        if choice.state != "ready" or choice.next is None:
            raise CannotGo(len(self.turns), choice)
        operation = cpus.pending(cpu)
        assert operation is not None, "it is ready"
        before = _value(operation)
        entry = self._recorded(recorder, cpus, cpu)
        step = footprint(cpus.machine.journal, cpus.steps[-1], self._race.scope)
        touched = self._touched(operation, before, entry, step)
        entry.result = Turned(cpu, str(choice.next))
        self.turns.append(Turn(cpu, choice.next, touched))
        self._point(cpus)
        return step

    def _recorded(self, recorder: Recorder, cpus: Cpus, cpu: int) -> Entry:
        """Let a CPU do its step, as a command of the history."""
        lab = self.lab
        journal = lab.machine.journal
        entry = Entry(f"turn P{cpu}", "turn", lab.kernel_name, journal.position)
        oopses = cpus.oopses
        frames = cpus.frames()[cpu]
        recording = recorder.record(lambda: cpus.run(cpu), within=frames)
        if recording.error is not None:
            raise recording.error
        entry.end = journal.position
        entry.events = recording.events
        entry.oops = next((each for each in cpus.oopses if each not in oopses), None)
        entry.changes = changes(lab.machine, lab.names, entry.start, entry.end)
        lab.timeline.append(entry)
        return entry

    def _touched(
        self, operation: Operation, before: object, entry: Entry, step: Footprint
    ) -> dict[tuple[int, str | int], Touch]:
        """The fields that a turn touched, with their values around it."""
        places = Places(self.lab.names)
        found: dict[tuple[int, str | int], Touch] = {}
        if operation.obj is not None:
            obj, field = operation.obj, operation.field
            name, table = places.name(obj, field), places.is_entry(obj)
            now = _value(operation)
            found[id(obj), field] = Touch(name, operation.access, before, now, table)
        for write in self.lab.machine.journal.writes(entry.start, entry.end):
            place = id(write.obj), write.field
            if place in step.writes:
                old = found[place].old if place in found else write.old
                name, table = places.name(*write[:2]), places.is_entry(write.obj)
                found[place] = Touch(name, "write", old, write.new, table)
        return found

    def _point(self, cpus: Cpus) -> None:
        """Note who could go on now, and what can be seen."""
        places = Places(self.lab.names)
        ready = cpus.enabled()
        choices = []
        for cpu, lines in enumerate(self._lines()):
            operation = cpus.awaited(cpu)
            told = None if operation is None else tell(cpu, operation, places)
            error = cpus.result(cpu) if operation is None else None
            stopped = str(error) if isinstance(error, Oops) else ""
            state = "stopped" if stopped else "ended"
            if operation is not None:
                idle = "idle" if operation.access == "idle" else "waits"
                state = "ready" if cpu in ready else idle
            choices.append(Choice(cpu, state, told, lines, stopped))
        final = self._race.final(cpus)
        assert isinstance(final, Final), "the race is a lab's"
        self.points.append(Point(tuple(choices), final))

    def _lines(self) -> list[str]:
        """The program of each CPU in a line."""
        race = self.scenario.race
        assert race is not None, "the scenario has CPUs"
        return [
            "; ".join(line.text.strip() for line in cpu if line.meant_for(self.kernel))
            for cpu in race.cpus
        ]


def _value(operation: Operation) -> object:
    """What the field of an operation holds now."""
    obj, field = operation.obj, operation.field
    if obj is None or is_poisoned(obj):
        return None
    if isinstance(obj, KArray) and isinstance(field, int):
        return obj[field]
    return getattr(obj, str(field))
