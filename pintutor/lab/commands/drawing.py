"""A command that draws a part of the machine as the screen has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pintutor.lab.kinds import OneOf
from pintutor.lab.registry import command

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PANES = (
    "source",
    "pages",
    "tables",
    "vmstat",
    "iter",
    "bio",
    "dio",
    "pipe",
    "stack",
    "devices",
    "tasks",
    "watch",
    "branches",
)
"""The panes by name; views know how to draw each."""


class Pictured(NamedTuple):
    """A pane is to be drawn, of a lab as it stands."""

    pane: str
    lab: Lab

    def to_json(self) -> dict[str, Any]:
        """What is drawn; as data, `show` tells it."""
        return {"pane": self.pane}


@command(
    "look",
    mutates=False,
    examples=("draw bio", "draw tables", "draw stack"),
    see=("show", "watches"),
)
def draw(
    lab: Lab, what: Annotated[str, OneOf(*PANES), "which pane of the screen"]
) -> Pictured:
    """Draw a part of the machine as the full screen does: bars, signs and old → new.

    `show` tells much of it as a table, and as data with `--json`.
    """
    return Pictured(what, lab)
