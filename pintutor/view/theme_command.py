"""The command that lists the themes of the full screen and chooses one."""

from __future__ import annotations

import os
from typing import Annotated

from pintutor.lab.kinds import OneOf
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told
from pintutor.view.kept import keep
from pintutor.view.themes import ABOUT, wanted

THEME = OneOf(*ABOUT)


@command("screen", mutates=False, examples=("theme", "theme okabe-ito"))
def theme(lab: Lab, name: Annotated[str | None, THEME] = None) -> Table | Told:
    """List the themes of the full screen, or choose one, from now on and for next time."""
    if name is None:
        here, problem = wanted(os.environ)
        rows = tuple(
            ("*" if one == here else "", one, about) for one, about in ABOUT.items()
        )
        return Table("themes", ("", "theme", "what it is"), rows, problem)
    saved = keep("theme", name)
    notes = [f"the full screen is {name}"]
    if os.environ.get("NO_COLOR"):
        notes = [f"{name} is kept, but NO_COLOR is set: no colours are shown"]
    if not saved:
        notes.append("it cannot be kept for next time: the state directory is closed")
    return Told("theme", tuple(notes), {"theme": name, "kept": saved})
