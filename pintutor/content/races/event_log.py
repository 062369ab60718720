"""Every step that matters of a scenario, as records (lab/events.py)."""

from __future__ import annotations

from typing import Any

from pintutor.content.reading import load
from pintutor.content.scenario import find
from pintutor.lab.events import records
from pintutor.lab.lab import Lab


def event_log(name: str, *, kernel: str | None = None) -> list[dict[str, Any]]:
    """The records of a scenario by name or path, on its kernels or on one.

    Errors: NoSuchContent, ContentError; CommandError for a line that cannot be carried
    out, or for an unknown kernel.
    """
    scenario = load(find(name))
    kernels = scenario.kernels if kernel is None else (kernel,)
    found: list[dict[str, Any]] = []
    for each in kernels:
        lab = Lab(each)
        for line in (*scenario.setup, *scenario.run):
            if line.meant_for(each):
                found += _of_line(lab, line.text, each)
    return [{**record, "t": number} for number, record in enumerate(found)]


def _of_line(lab: Lab, text: str, kernel: str) -> list[dict[str, Any]]:
    """The records of one line; of one that only looks there are none."""
    before = len(lab.timeline.entries)
    lab.execute(text)
    entries = lab.timeline.entries[before:]
    with lab.machine:
        return [
            {"kernel": kernel, **record}
            for entry in entries
            for record in records(lab, entry)
        ]
