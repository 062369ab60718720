"""A race set up: a lab where the lines before it have run."""

from __future__ import annotations

from collections.abc import Iterable

from pintutor.content.scenario import Race, Scenario
from pintutor.lab import releases
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.racing import LabRace
from pintutor.patches import series


def lab_on(kernel: str, patches: Iterable[str] | None = None) -> Lab:
    """A fresh lab on a kernel, or on its release with other patches, by name.

    Errors: CommandError for an unknown kernel.
    """
    lab = Lab(kernel)
    if patches is not None:
        chosen = series.in_order(tuple(series.BY_NAME[name] for name in patches))
        refused = releases.misfit(chosen)
        if refused is not None:
            raise CommandError(str(refused), None, code="patch-refused")
        with lab.machine:
            lab.chosen.patches = chosen
            lab.machine.set_patches(chosen)
    return lab


def race_of(
    scenario: Scenario, kernel: str, *, patches: Iterable[str] | None = None
) -> tuple[Lab, LabRace]:
    """A lab where the scenario's setup has run, and its race.

    `patches` are the names of those that it has instead of the kernel's own; the lines
    are still those for that kernel.

    Errors: CommandError when the setup cannot be carried out there.
    """
    race = scenario.race
    assert race is not None, "the scenario has CPUs"
    lab = lab_on(kernel, patches)
    for line in scenario.setup:
        if line.meant_for(kernel):
            outcome = lab.execute(line.text)
            if outcome.oops is not None:
                what = f"the setup stops in `{line.text.strip()}`: {outcome.oops}"
                raise CommandError(what, None, code="kernel-stopped")
    with lab.machine:
        return lab, LabRace(
            lab,
            _lines(race, kernel),
            condition=race.exists,
            looked_at=race.shows,
            interrupts=dict(race.interrupts),
        )


def _lines(race: Race, kernel: str) -> list[list[str]]:
    return [[line.text for line in cpu if line.meant_for(kernel)] for cpu in race.cpus]
