"""The two machines of a symptom: what runs on each, and what it comes to."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache

from pintutor.content.errors import NoSuchContent
from pintutor.content.exploring import explore
from pintutor.content.reading import load
from pintutor.content.runner import wrong_with
from pintutor.content.scenario import find
from pintutor.content.symptom import Symptom
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
from pintutor.lab.scope import LabScope
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

    def value(self, text: str) -> object:
        """The value of an expression (CommandError)."""
        parsed = Expression.parse(text, 0)
        with self._inside():
            return parsed.evaluate(_Scope(self))

    def operands(self, text: str) -> dict[str, object]:
        """The parts of an expression that have a value, with their values."""
        parsed = Expression.parse(text, 0)
        with self._inside():
            return dict(parsed.operands(_Scope(self)))

    def _inside(self) -> AbstractContextManager[object]:
        return nullcontext() if self.lab is None else self.lab.machine


class _Scope:
    """The names of a machine, and the words for what became of it."""

    def __init__(self, ended: Ended) -> None:
        self._words = ended.words
        self._lab = None if ended.lab is None else LabScope(ended.lab)

    def name(self, text: str) -> object:
        """What a name stands for (LookupError)."""
        if text in self._words:
            return self._words[text]
        if self._lab is None:
            known = ", ".join(self._words)
            raise LookupError(f"nothing of a race is called `{text}`; there is {known}")
        return self._lab.name(text)

    def attribute(self, value: object, name: str) -> object:
        """An attribute of what a name stands for (LookupError)."""
        if self._lab is None:
            raise LookupError(f"a plain value has no `{name}`")
        return self._lab.attribute(value, name)

    def item(self, value: object, index: int | str) -> object:
        """One part of what a name stands for (LookupError)."""
        if self._lab is None:
            raise LookupError("a plain value has no parts")
        return self._lab.item(value, index)


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
    take = _explored if symptom.scenario else _run
    return take(symptom, without), take(symptom, with_)


def _run(symptom: Symptom, side: Side) -> Ended:
    lab = Lab(side.kernel)
    if side.first:
        lab.execute(side.first)
    words: dict[str, object] = {"stopped": False, "refused": False}
    for line in symptom.script:
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


def _explored(symptom: Symptom, side: Side) -> Ended:
    try:
        scenario = load(find(symptom.scenario))
    except NoSuchContent as error:
        raise CommandError(error.message, None, code="no-race", hint=error.hint) from None
    if scenario.race is None:
        what = f"the scenario `{symptom.scenario}` has no CPUs"
        raise CommandError(what, None, code="no-race")
    return Ended(side, None, {"verdict": explore(scenario, side.kernel).verdict})
