"""The two machines of a symptom: what runs on each, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pintutor.content.errors import NoSuchContent
from pintutor.content.races.verdict import verdict
from pintutor.content.reading import load
from pintutor.content.runner import wrong_with
from pintutor.content.scenario import find
from pintutor.content.script import ScriptLine
from pintutor.content.situation import Situation
from pintutor.content.symptom import Symptom
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.lab import Lab
from pintutor.patches import series
from pintutor.patches.patch import Patch


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two kernels."""

    kernel: str
    """By name."""
    first: str = ""
    """A line that runs before the commands: it takes the patch out."""
    skipped: str = ""
    """The command that only the other side runs."""

    def __str__(self) -> str:
        return f"{self.kernel}, `{self.first}`" if self.first else self.kernel


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a symptom on one side."""

    side: Side
    lab: Lab | None
    """The machine after the commands; None for a race."""
    words: dict[str, object]
    """What `stopped`, `refused` and `verdict` stand for there."""
    wrong: str = ""
    """Why not all commands ran, or what one expected and was not so."""
    line: int = 0
    """Line of the file where that command stands."""

    @property
    def situation(self) -> Situation:
        """What can be asked of it."""
        return Situation(self.lab, self.words)

    def value(self, text: str) -> object:
        """The value of an expression (CommandError)."""
        return self.situation.value(text)

    def operands(self, text: str) -> dict[str, object]:
        """The parts of an expression that have a value, with their values."""
        return self.situation.operands(text)


def sides(symptom: Symptom) -> tuple[Side, Side]:
    """The kernel without the patch and the one with it.

    A kernel that has the patch is patched back, with what depends on it. One that lacks
    it gets what the patch needs on both sides, so that the patch alone differs.

    Errors: CommandError when there is no such kernel or patch, or they do not go
    together.
    """
    _, patches = releases.find(symptom.kernel)
    if symptom.patch not in series.BY_NAME:
        what = f"no patch is called `{printable(symptom.patch[:40])}`"
        what += did_you_mean(symptom.patch, series.BY_NAME)
        raise CommandError(what, None, code="unknown-patch")
    patch = series.BY_NAME[symptom.patch]
    if patch in patches:
        return _reverted(symptom)
    lacking = [each for each in _needs(patch) if each not in patches]
    base = "+".join((symptom.kernel, *(each.name for each in lacking)))
    releases.find(f"{base}+{patch.name}")
    if symptom.midway:
        return Side(base, skipped=symptom.applying), Side(base)
    return Side(base), Side(f"{base}+{patch.name}")


def _reverted(symptom: Symptom) -> tuple[Side, Side]:
    if symptom.midway or symptom.scenario:
        what = f"{symptom.kernel} has {symptom.patch} already"
        hint = "name a kernel without it; a race and an `apply` midway ask for that"
        raise CommandError(what, None, code="patch-refused", hint=hint)
    first = f"revert {symptom.patch} with-dependents"
    return Side(symptom.kernel, first), Side(symptom.kernel)


def _needs(patch: Patch) -> tuple[Patch, ...]:
    """What a patch needs, and what that needs, in the order of the series."""
    found: set[Patch] = set()
    waiting = [*patch.needs]
    while waiting:
        needed = series.BY_NAME[waiting.pop()]
        found.add(needed)
        waiting += needed.needs
    return series.in_order(tuple(found))


@lru_cache(maxsize=32)
def both(symptom: Symptom) -> tuple[Ended, Ended]:
    """What came of a symptom without the patch and with it.

    Errors: CommandError as of sides(); and when there is no such race.
    """
    without, with_ = sides(symptom)
    if symptom.scenario:
        return explored_on(without, symptom.scenario), explored_on(with_, symptom.scenario)
    return run_on(without, symptom.script), run_on(with_, symptom.script)


def run_on(side: Side, script: Sequence[ScriptLine]) -> Ended:
    """What comes of commands on one kernel; the first that goes wrong ends them."""
    lab = Lab(side.kernel)
    if side.first:
        lab.execute(side.first)
    words: dict[str, object] = {"stopped": False, "refused": False}
    for line in script:
        text = line.text.strip()
        if text == side.skipped:
            continue
        try:
            outcome = lab.execute(text)
        except CommandError as error:
            words["refused"] = True
            wrong = f"`{text}` is refused: {error.message}"
            return Ended(side, lab, words, wrong, line.number)
        wrong = wrong_with(outcome)
        if wrong:
            words["stopped"] = outcome.oops is not None
            return Ended(side, lab, words, wrong, line.number)
    return Ended(side, lab, words)


def explored_on(side: Side, name: str) -> Ended:
    """What a race comes to on one kernel (CommandError when there is no such race)."""
    try:
        scenario = load(find(name))
    except NoSuchContent as error:
        raise CommandError(error.message, None, code="no-race", hint=error.hint) from None
    if scenario.race is None:
        what = f"the scenario `{name}` has no CPUs"
        raise CommandError(what, None, code="no-race")
    return Ended(side, None, {"verdict": verdict(scenario, side.kernel)})
