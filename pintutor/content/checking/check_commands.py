"""The command that checks the course: what `pintutor check` does, from within."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pintutor.content.errors import NoSuchContent
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import RAW
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word

LEAST_JOBS = 2
"""So that the lab's own machine is in another process than what is checked."""


@command(
    "testing",
    mutates=False,
    examples=("check-course", "check-course lessons/06-old-direct-io"),
    see=("check", "explore", "jobs"),
    long=True,
)
def check_course(
    lab: Lab, path: Annotated[Word | None, RAW, "a lesson, a scenario or a folder"] = None
) -> Told:
    """Take every lesson and run every scenario, and say what must be put right.

    Other processes do the work; your own machine stays as it is. It says how far it is
    and about how long it will take, and it can be stopped.
    """

    from pintutor.content.checking.check import (
        check,  # which needs every command, this one too
    )

    def told(done: int, count: int, _: Path) -> None:
        lab.progress.counted(done, count, "lessons and scenarios")

    lab.under_way.takes_long()
    place = Path(path.text.strip()) if path else None
    jobs = max(LEAST_JOBS, os.cpu_count() or 1)
    try:
        findings = check(place, jobs=jobs, told=told, pulse=lab.under_way.check)
    except NoSuchContent as error:
        at = path.span if path else None
        raise CommandError(str(error), at, code="no-content", hint=error.hint) from None
    lines = [part for each in findings for part in (str(each), each.hint) if part]
    count = len(findings)
    title = f"{count} to put right" if count else "nothing to put right"
    data = {"findings": [each.to_json() for each in findings]}
    return Told(title, tuple(lines), data)
