"""Commands that say what can come of a race, and which patch turned that."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from pintutor.content.errors import ContentError
from pintutor.content.races.bisecting import Bisection, turning_kernels
from pintutor.content.races.bisecting import bisect as bisected
from pintutor.content.races.combinations import with_patches
from pintutor.content.races.crew import Workers
from pintutor.content.races.explored import Explored, explore_all
from pintutor.content.races.race_commands import KERNEL_NAME, RACE, TOPIC
from pintutor.content.races.searching import BUDGET, SPLIT, Progress, Settings
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, scenarios
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.kinds import IntRange, Kind, OneOf
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import PATCH, Lookup
from pintutor.lab.progress import TELLS
from pintutor.lab.registry import command
from pintutor.lab.words import Word
from pintutor.patches.patch import Patch
from pintutor.sim.search.strategies import RUNS, STRATEGIES, Limits

MOST_WORKERS = 64
MOST_PATCHES = 5
"""Patches whose combinations are tried: each doubles the kernels."""


@dataclass(frozen=True, slots=True)
class Several:
    """Words of one kind with commas between them: `v6.1,v6.5`."""

    one: Kind
    most: int
    raw: bool = False

    @property
    def name(self) -> str:
        """`KERNEL,…`."""
        return f"{self.one.name},…"

    @property
    def note(self) -> str:
        """What may stand between the commas."""
        return f"{self.one.note}; several with commas between them"

    def parse(self, word: Word, lab: Any) -> tuple[Any, ...]:
        """What each part stands for (CommandError at the part)."""
        found = []
        at = word.start
        for part in word.text.split(","):
            found.append(self.one.parse(Word(part, at, at + len(part)), lab))
            at += len(part) + 1
        if len(found) > self.most:
            what = f"these are {len(found)}; {self.most} are the most"
            raise CommandError(what, word.span, code="too-many")
        return tuple(found)

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """What may stand after the last comma."""
        before, comma, last = prefix.rpartition(",")
        for text, meta in self.one.complete(last, lab):
            yield before + comma + text, meta


def _scenarios(lab: Any) -> dict[str, object]:
    """The scenarios that ship, by name."""
    found: dict[str, object] = {}
    for path in scenarios():
        try:
            found[path.stem] = load(path)
        except ContentError:
            continue  # `pintutor check` says what is wrong with it
    return found


SCENARIO = Lookup("SCENARIO", "a scenario that ships", "scenario", _scenarios)
KERNELS = Several(KERNEL_NAME, 32)
PATCHES = Several(PATCH, MOST_PATCHES)
STRATEGY = OneOf(*STRATEGIES)


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression whose value is asked for."""

    name: str = "EXPR"
    note: str = 'an expression, in quotes if it has spaces: "zero._refcount > 1"'
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> Expression:
        """The expression (CommandError at the part that is none)."""
        return Expression.parse(word.text, word.start)

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """Nothing: it is the learner's to choose."""
        return ()


EXPRESSION = Asked()


class Counting:
    """Tells whoever looks at the lab how far searches are, and lets them be stopped."""

    def __init__(self, lab: Lab, scenario: Scenario) -> None:
        self._lab = lab
        self._name = scenario.name
        self._before = 0
        """Executions of the searches that are done."""
        self._count = 0

    def on(self, kernel: str) -> Progress:
        """What is told of the executions on a kernel."""
        return partial(self._told, f"{self._name} on {kernel}")

    def _told(self, race: str, count: int, expected: int | None) -> None:
        if count < self._count:  # another search has begun
            self._before += self._count
        self._count = count
        whole = None if expected is None else self._before + expected
        self._lab.progress.ran(self._before + count, whole, race)
        self._lab.under_way.check()


@command(
    TOPIC,
    mutates=False,
    examples=(
        "explore race-fork",
        "explore race-dio-fork kernel=v6.4,v6.5 strategy=naive budget=500",
        "explore race-unmap kernel=v6.1 patches=bug-flush-not-awaited,bug-walk-unchecked",
        "explore race-fork &",
    ),
    see=("races", "witness", "bisect", "jobs"),
    long=True,
)
def explore(
    lab: Lab,
    race: Annotated[Scenario, RACE],
    *,
    kernel: Annotated[tuple[str, ...], KERNELS] = (),
    patches: Annotated[tuple[Patch, ...], PATCHES] = (),
    strategy: Annotated[str, STRATEGY] = "",
    budget: Annotated[int, IntRange(1, 10_000_000), "executions at most"] = BUDGET,
    preemptions: Annotated[int, IntRange(0, 100), "at most, for `bounded`"] = 2,
    runs: Annotated[int, IntRange(1, 10_000_000), "executions by chance"] = RUNS,
    seed: Annotated[int, IntRange(0, 2**64 - 1), "what chance follows from"] = 1,
    workers: Annotated[int, IntRange(1, MOST_WORKERS), "processes that search"] = 1,
) -> Explored:
    """Find everything that a race can come to, on the kernels it names or on others.

    The CPUs of the race run in every order that could make a difference, on machines
    of their own: yours stays as it is. Never and Always are proven, unless the search
    was stopped or looks at a part only, which it says. With `patches` each kernel is
    tried with every combination of them.
    """
    lab.progress.stop = TELLS
    settings = Settings(strategy, budget, Limits(preemptions, runs, seed))
    with ExitStack() as stack:
        executor = None
        if workers > 1:
            refuse_workers(strategy)
            lab.under_way.takes_long()
            executor = stack.enter_context(Workers(workers)).executor
        return explore_all(
            race,
            with_patches(kernel or race.kernels, patches),
            settings=settings,
            progress=Counting(lab, race).on,
            executor=executor,
        )


def refuse_workers(strategy: str) -> None:
    """Say when a strategy cannot be shared among processes (CommandError)."""
    if strategy not in SPLIT:
        raise CommandError(
            f"`{strategy}` cannot be shared among processes",
            None,
            code="not-shared",
            hint="`dpor` can, and so can what runs without a strategy",
        )


@command(
    TOPIC,
    mutates=False,
    examples=(
        "bisect race-dio-fork",
        "bisect zero-page from v6.1 to=v6.5",
        "bisect zero-page from v6.1 to=v6.5 value=zero._refcount",
    ),
    see=("explore", "patches", "jobs"),
    long=True,
)
def bisect(
    lab: Lab,
    scenario: Annotated[Scenario, SCENARIO],
    *,
    from_: Annotated[str, KERNEL_NAME] = "",
    to: Annotated[str, KERNEL_NAME] = "",
    value: Annotated[Expression | None, EXPRESSION] = None,
) -> Bisection:
    """Find the patch between two kernels that turned what a scenario comes to.

    A race comes to its verdict. A script holds or does not, as it stands for the first
    kernel; with `value` what counts is the value of that expression at its end. Without
    kernels they are two that the scenario says something different of.
    """
    old, new = turning_kernels(scenario)
    return bisected(
        scenario,
        from_ or old,
        to or new,
        expression=value,
        progress=Counting(lab, scenario).on(from_ or old),
    )
