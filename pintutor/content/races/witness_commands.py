"""The command that shows how a race goes wrong, and keeps a schedule in a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pintutor.content.races import schedule_file
from pintutor.content.races.exploring import explore
from pintutor.content.races.race_commands import KERNEL_NAME, RACE, TOPIC
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.schedule_file import Misfit
from pintutor.content.races.tally import finding
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_commands import walk_of
from pintutor.content.races.walk_results import Standing, Witnessed, standing
from pintutor.content.races.witness import Witness, first_witness
from pintutor.content.scenario import Scenario
from pintutor.lab.aside import stand_in
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.kinds import no_completions
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word
from pintutor.sim.schedule import parse

QUICK = 2_000
"""Executions in which a witness is looked for before everything is explored."""

FILES = {
    "save": "keep the schedule of the race under way in a file",
    "load": "stand at the first turn of the schedule in a file",
}


class Source:
    """A race to look for a witness in, or what to do with a file."""

    name = "RACE|save|load"
    note = "a race that ships, or save or load and a file"
    raw = False

    def parse(self, word: Word, lab: Any) -> object:
        """The race, or the word."""
        return word.text if word.text in FILES else RACE.parse(word, lab)

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The races, and the words."""
        yield from RACE.complete(prefix, lab)
        for word, meaning in FILES.items():
            if word.startswith(prefix):
                yield word, meaning


class FileName:
    """The name of a file."""

    name = "FILE"
    note = "the file to save to, or to load"
    raw = False

    def parse(self, word: Word, lab: Any) -> Word:
        """The word."""
        return word

    complete = no_completions


SOURCE = Source()
FILE_NAME = FileName()


@command(
    TOPIC,
    mutates=False,
    examples=("witness race-fork", "witness save FILE", "witness load FILE"),
    see=("explore", "race", "lanes", "turn"),
)
def witness(
    lab: Lab,
    race: Annotated[Scenario | Literal["save", "load"], SOURCE],
    file: Annotated[Word | None, FILE_NAME] = None,
    *,
    kernel: Annotated[str, KERNEL_NAME] = "",
) -> Witnessed | Standing | Told:
    """Show how a race goes wrong, with the fewest preemptions, and stand at its start.

    Then `redo` and `undo` go turn by turn, `step` and `back` line by line, `lanes` draws
    it, and `turn` takes it another way. Your own machine is put aside until `leave`.
    Without a kernel it is the first of the race's kernels on which it goes wrong.

    `witness save FILE` keeps the schedule of the race under way, with what it is a
    schedule of, and `witness load FILE` replays it there or on another machine.
    """
    if isinstance(race, Scenario):
        _refuse(file)
        return _found(lab, race, kernel)
    if file is None:
        raise CommandError(f"`witness {race}` needs a file", None, code="no-file")
    try:
        return _saved(lab, file) if race == "save" else _loaded(lab, file)
    except Misfit as error:
        raise CommandError(
            error.message, file.span, code="misfit", hint=error.hint
        ) from None


def _refuse(file: Word | None) -> None:
    if file is not None:
        hint = "`witness save FILE` and `witness load FILE` take one"
        raise CommandError(
            "no file belongs here", file.span, code="unexpected-word", hint=hint
        )


def _found(lab: Lab, race: Scenario, kernel: str) -> Witnessed:
    """The witness of the first kernel that has one; the lab stands at its first turn."""
    kernels = (kernel,) if kernel else sorted(race.kernels, key=lambda k: _never(race, k))
    for each in kernels:
        found = _searched(lab, race, each)
        if found is not None:
            walk = Walk(race, each)
            walk.follow(parse(found.schedule))
            walk.witness = found
            walk.stand_at(0)
            stand_in(lab, walk.lab, walk)
            return Witnessed(race.name, each, found)
    where = f"on {kernel}" if kernel else "on any kernel that it names"
    raise CommandError(
        f"nothing goes wrong with `{race.name}` {where}",
        None,
        code="no-witness",
        hint=f"`explore {race.name}` says what it comes to",
    )


def _never(race: Scenario, kernel: str) -> bool:
    """Whether the race states that nothing goes wrong there: looked at last."""
    assert race.race is not None, "the scenario has CPUs"
    claim = race.race.claimed(kernel)
    return claim is not None and claim.verdict == "Never"


def _searched(lab: Lab, race: Scenario, kernel: str) -> Witness | None:
    """The witness, straight away where that is quick, else when all has been seen."""

    def progress(count: int, expected: int | None) -> None:
        lab.progress.ran(count, expected, f"{race.name} on {kernel}")
        lab.under_way.check()

    if not _never(race, kernel):
        other, world = race_of(race, kernel)
        with other.machine:
            found = first_witness(
                world, finding, budget=QUICK, heed=lambda count: progress(count, None)
            )
        if found is not None:
            return found
    explored = explore(race, kernel, progress=progress)
    if explored.stopped == "interrupt":
        raise KeyboardInterrupt
    return explored.witness


def _saved(lab: Lab, file: Word) -> Told:
    saved = schedule_file.of(walk_of(lab))
    schedule_file.save_file(Path(file.text), saved)
    told = f"{printable(file.text)} keeps the schedule `{saved.schedule}`"
    return Told("", (told,), {"file": file.text, "schedule": saved.schedule})


def _loaded(lab: Lab, file: Word) -> Standing:
    walk = schedule_file.replay(schedule_file.open_file(Path(file.text)))
    walk.stand_at(0)
    stand_in(lab, walk.lab, walk)
    return standing(walk)
