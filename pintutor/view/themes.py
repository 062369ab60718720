"""The themes of the full screen by name, which one is wanted, and the command for it.

What each looks like is the screen's affair; the prompt of the REPL keeps to the sixteen
colours that the owner of the terminal chose.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated

from pintutor.lab.errors import did_you_mean, printable
from pintutor.lab.kinds import OneOf
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told
from pintutor.view.kept import keep, kept

ABOUT = {
    "dark": "light signs on a dark ground",
    "light": "dark signs on a light ground",
    "high-contrast": "white and bright colours on black",
    "okabe-ito": "the palette of Okabe and Ito, told apart by all eyes",
    "mono": "no colours but the terminal's own two",
}
"""What each theme is."""
THEME = OneOf(*ABOUT)


def wanted(environment: Mapping[str, str]) -> tuple[str, str]:
    """The theme for a terminal, and what is wrong with what was asked for, if anything.

    NO_COLOR asks for no colours. Else PINTUTOR_THEME decides, then what `theme` kept,
    then the background that COLORFGBG names; dark is the default.
    """
    if environment.get("NO_COLOR"):
        return "mono", ""
    asked = environment.get("PINTUTOR_THEME", "")
    if asked in ABOUT:
        return asked, ""
    problem = ""
    if asked:
        meant = did_you_mean(asked, ABOUT)
        problem = f"PINTUTOR_THEME: no theme is called `{printable(asked)}`{meant}"
    chosen = kept("theme")
    if isinstance(chosen, str) and chosen in ABOUT:
        return chosen, problem
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in ("7", "15") else "dark", problem


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
