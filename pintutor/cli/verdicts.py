"""`pintutor explore --verdict`: whether races can end badly, kernel by kernel."""

from __future__ import annotations

import gc
from argparse import Namespace

from pintutor.cli.envelope import FAILED, FINE, Reply


def verdicts(options: Namespace) -> Reply:
    """Say the verdict on each race and kernel; exit code 1 when a file states another."""
    gc.disable()  # it would walk the modules over and over while they are loaded
    from pintutor.cli.explorer import races
    from pintutor.content.races.verdict import verdict

    gc.freeze()
    gc.enable()
    lines, data, status = [], [], FINE
    for race in races(options):
        for kernel in options.kernel.split(",") if options.kernel else race.kernels:
            found = verdict(race, kernel)
            claim = race.race.claimed(kernel) if race.race is not None else None
            stated = "" if claim is None else claim.verdict
            wrong = bool(stated) and stated != found
            status = FAILED if wrong else status
            told = f"   stated: {stated}" if wrong else ""
            lines.append(f"{race.name}  {kernel}  {found}{told}")
            data.append(
                {
                    "scenario": race.name,
                    "kernel": kernel,
                    "verdict": found,
                    "stated": stated,
                }
            )
    return Reply(data, lines, status)
