"""`pintutor explore --verdict`: whether races can end badly, kernel by kernel."""

from __future__ import annotations

import gc
from argparse import Namespace
from typing import TYPE_CHECKING

from pintutor.cli.envelope import FAILED, FINE, INCOMPLETE, Reply

if TYPE_CHECKING:
    from pintutor.content.races.combinations import Combination
    from pintutor.content.scenario import Scenario


def verdicts(options: Namespace) -> Reply:
    """Say the verdict on each race and kernel; exit code 1 when a file states another.

    A kernel that the race cannot be explored on has none, with the reason.
    """
    gc.disable()  # it would walk the modules over and over while they are loaded
    from pintutor.cli.explorer import kernels_of, races
    from pintutor.content.races.verdict import NOT_FOUND

    gc.freeze()
    gc.enable()
    lines, data, status = [], [], FINE
    for race in races(options):
        for on in kernels_of(race, options):
            found, why = _found(race, on, options.budget)
            claim = race.race.claimed(on.kernel) if race.race is not None else None
            stated = "" if claim is None or on.patches is not None else claim.verdict
            wrong = bool(stated) and stated != found != NOT_FOUND
            if wrong:
                status = FAILED
            elif found == NOT_FOUND and status == FINE:
                status = INCOMPLETE
            told = f"   stated: {stated}" if wrong else f"   {why}" if why else ""
            lines.append(f"{race.name}  {on.label}  {found or '-'}{told}")
            verdict = {"verdict": found or None, "stated": stated}
            more = {"why": why} if why else {}
            named = {"scenario": race.name, "kernel": on.label}
            data.append({**named, **verdict, **more})
    return Reply(data, lines, status)


def _found(race: Scenario, on: Combination, budget: int) -> tuple[str, str]:
    """The verdict, and the reason when there can be none."""
    from pintutor.content.races.verdict import verdict
    from pintutor.lab.errors import CommandError

    if on.refused:
        return "", on.refused
    try:
        return verdict(race, on.kernel, patches=on.patches, budget=budget), ""
    except CommandError as error:
        return "", error.message
