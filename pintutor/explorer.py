"""`pintutor explore`: what a race can come to, on one kernel or on all it names."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from pintutor.envelope import FAILED, FINE, INCOMPLETE, Problem, Reply

if TYPE_CHECKING:
    from pintutor.content.exploring import Exploration
    from pintutor.content.scenario import Scenario

FIRST = 1.0
"""Nothing is said of an exploration that is done by then [seconds]."""
PAUSE = 0.2
"""Between two messages [seconds]."""


def explore(options: Namespace) -> Reply:
    """Explore the races of scenarios."""
    from pintutor.content.reading import load
    from pintutor.content.scenario import find, scenarios

    files = [find(options.file)] if options.file else scenarios()
    races = [each for each in map(load, files) if each.race is not None]
    if not races:
        raise Problem(
            f"{options.file} is no race: it has no CPUs",
            code="no-race",
            status=FAILED,
            hint="`pintutor run` runs it",
        )
    found = [(race, _kernels(race, options)) for race in races]
    lines = _matrix(found) if options.matrix else _lines(found)
    data = [_data(race, explored) for race, explored in found]
    return Reply(data, lines, _status(found))


def _kernels(scenario: Scenario, options: Namespace) -> list[Exploration]:
    from pintutor.content.exploring import explore as explore_one

    kernels = [options.kernel] if options.kernel else scenario.kernels
    found = []
    for kernel in kernels:
        progress = _Progress(f"{scenario.name} on {kernel}")
        found.append(
            explore_one(
                scenario,
                kernel,
                strategy=options.strategy or "",
                budget=options.budget,
                progress=progress.tell,
            )
        )
        progress.end()
    return found


class _Progress:
    """Says on stderr how far an exploration is, where that is a terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._began = self._said = time.monotonic()
        self._width = 0

    def tell(self, count: int) -> None:
        """Take note of how many executions have been run."""
        now = time.monotonic()
        if now - self._began < FIRST or now - self._said < PAUSE:
            return
        self._said = now
        rate = count / (now - self._began)
        self._say(f"  {self._what}: {count:,} executions, {rate:,.0f} a second")

    def end(self) -> None:
        """Take the message away."""
        if self._width:
            self._say("")

    def _say(self, text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r" + text.ljust(self._width) + ("" if text else "\r"))
            sys.stderr.flush()
            self._width = len(text)


def _claimed(scenario: Scenario, kernel: str) -> str:
    assert scenario.race is not None, "it is a race"
    claim = scenario.race.claimed(kernel)
    return "" if claim is None else claim.verdict


def _lines(found: list[tuple[Scenario, list[Exploration]]]) -> list[str]:
    import textwrap

    from pintutor.view.races import exploration_lines

    lines = []
    for scenario, explored in found:
        about = textwrap.wrap(
            scenario.about, 78, initial_indent="  ", subsequent_indent="  "
        )
        lines += [scenario.name, *about]
        for each in explored:
            claimed = _claimed(scenario, each.kernel)
            lines += exploration_lines(each, claimed=claimed)
    return lines


def _matrix(found: list[tuple[Scenario, list[Exploration]]]) -> list[str]:
    from pintutor.view.races import matrix_lines

    return matrix_lines(found)


def _data(scenario: Scenario, explored: list[Exploration]) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "about": scenario.about,
        "kernels": [
            {**each.to_json(), "stated": _claimed(scenario, each.kernel)}
            for each in explored
        ],
    }


def _status(found: list[tuple[Scenario, list[Exploration]]]) -> int:
    status = FINE
    for scenario, explored in found:
        for each in explored:
            claimed = _claimed(scenario, each.kernel)
            if claimed and each.exhausted and claimed != each.verdict:
                return FAILED
            if not each.exhausted and claimed != each.verdict:
                status = INCOMPLETE
    return status
