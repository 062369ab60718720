"""A schedule as a file: what it is a schedule of, and whether it still fits.

    format: pintutor schedule 1
    scenario: race-fork
    commands: sha256:5a3f…
    kernel: v6.1+bug-fork-unnoticed
    patches: sha256:77c0…
    turns: 58 sha256:0b1e…
    finding: the condition holds
    schedule: P0*9 P1*33 P0*9 P1*7

The hashes are of the commands that the scenario carries out and looks at, of the names
of the kernel's patches in their order, and of what each turn does, without its line:
where one of them differs, the schedule would replay something else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pintutor.content.errors import NoSuchContent
from pintutor.content.races.points import CannotGo
from pintutor.content.races.walk import Walk
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, find
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, printable
from pintutor.sim.schedule import parse

FORMAT = "pintutor schedule 1"
KEYS = (
    "format",
    "scenario",
    "commands",
    "kernel",
    "patches",
    "turns",
    "finding",
    "schedule",
)
LONGEST = 100_000
"""A longer file is none of ours [bytes]."""


class Misfit(Exception):
    """Why a schedule cannot be replayed."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        """What to try."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a schedule file says."""

    scenario: str
    commands: str
    kernel: str
    patches: str
    turns: str
    finding: str
    schedule: str

    @property
    def text(self) -> str:
        """The file."""
        values = (FORMAT, *(getattr(self, key) for key in KEYS[1:]))
        lines = (f"{key}: {value}" for key, value in zip(KEYS, values, strict=True))
        return "\n".join(lines) + "\n"


def of(walk: Walk) -> Saved:
    """The schedule of a walk, with what it is a schedule of."""
    scenario = walk.scenario
    finding = walk.shown.finding if walk.shown else ""
    return Saved(
        _name(scenario),
        _commands(scenario),
        walk.kernel,
        _patches(walk.kernel),
        f"{len(walk.turns)} {_turns(walk)}",
        finding or "-",
        walk.text,
    )


def read(text: str) -> Saved:
    """What the text of a file says (Misfit for one that is none of ours)."""
    found: dict[str, str] = {}
    for line in text[:LONGEST].splitlines():
        key, colon, value = line.partition(":")
        if line.strip() and not line.startswith("#"):
            if not colon or key not in KEYS or key in found:
                raise Misfit(f"this line is in no schedule: {printable(line[:60])}")
            found[key] = value.strip()
    missing = [key for key in KEYS if key not in found]
    if missing:
        raise Misfit(f"this is no schedule: `{missing[0]}:` is missing")
    if found.pop("format") != FORMAT:
        raise Misfit(f"this is not `{FORMAT}`", "another pintutor wrote it")
    return Saved(**found)


def open_file(path: Path) -> Saved:
    """The schedule in a file (Misfit)."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return read(file.read(LONGEST))
    except OSError as error:
        raise Misfit(f"the schedule cannot be read: {error.strerror}") from None


def save_file(path: Path, saved: Saved) -> None:
    """Write a schedule; a file that is no schedule is not written over (Misfit)."""
    if path.exists():
        try:
            open_file(path)
        except Misfit:
            what = f"`{printable(str(path)[:60])}` is there and is no schedule"
            raise Misfit(what, "choose another name") from None
    try:
        path.write_text(saved.text, encoding="utf-8")
    except OSError as error:
        raise Misfit(f"the schedule cannot be written: {error.strerror}") from None


def replay(saved: Saved) -> Walk:
    """The walk that a schedule says, at its end (Misfit naming what differs)."""
    try:
        scenario = load(find(saved.scenario))
    except NoSuchContent as error:
        raise Misfit(str(error), error.hint) from None
    name = saved.scenario
    if scenario.race is None:
        raise Misfit(f"`{name}` is no race any more")
    _same(saved.commands, _commands(scenario), f"the commands of `{name}` are others")
    try:
        _same(saved.patches, _patches(saved.kernel), f"{saved.kernel} has other patches")
        walk = Walk(scenario, saved.kernel)
    except CommandError as error:
        raise Misfit(f"on {printable(saved.kernel[:60])}: {error.message}") from None
    try:
        walk.follow(parse(saved.schedule))
    except ValueError as error:
        raise Misfit(f"`{printable(str(error)[:40])}` is no part of a schedule") from None
    except CannotGo as error:
        raise Misfit(f"the model has changed: {error}") from None
    turns = f"{len(walk.turns)} {_turns(walk)}"
    _same(saved.turns, turns, "the model has changed: the turns do other things")
    return walk


def _same(saved: str, now: str, what: str) -> None:
    if saved != now:
        detail = f"the schedule is for {printable(saved[:40])}, this is {now}"
        raise Misfit(f"{what} than when the schedule was saved", detail)


def _name(scenario: Scenario) -> str:
    """What finds the scenario again: its name, or its path where it does not ship."""
    try:
        ships = find(scenario.name).samefile(scenario.path)
    except (NoSuchContent, OSError):
        ships = False
    return scenario.name if ships else str(scenario.path)


def _commands(scenario: Scenario) -> str:
    race = scenario.race
    assert race is not None, "the scenario has CPUs"
    parts = [
        " ".join((*(word.text for word in line.kernels), line.text.strip()))
        for line in scenario.lines
    ]
    parts += [str(len(cpu)) for cpu in race.cpus]
    parts += [each.text for each in (*race.shows, race.exists)]
    parts += [f"P{comes} on P{on}" for comes, on in race.interrupts]
    return _hash(parts)


def _patches(kernel: str) -> str:
    return _hash(patch.name for patch in releases.find(kernel)[1])


def _turns(walk: Walk) -> str:
    return _hash(str(turn.told) for turn in walk.turns)


def _hash(parts: Iterable[str]) -> str:
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass"))
    return f"sha256:{digest.hexdigest()[:16]}"
