"""The themes of the full screen by name, and which one is wanted.

What each looks like is the screen's affair; the prompt of the REPL keeps to the sixteen
colours that the owner of the terminal chose.

The screen asks before its first paint, so nothing here imports the model.
"""

from __future__ import annotations

from collections.abc import Mapping

from pintutor.lab.errors import did_you_mean, printable
from pintutor.view.kept import kept

ABOUT = {
    "dark": "light signs on a dark ground",
    "light": "dark signs on a light ground",
    "high-contrast": "white and bright colours on black",
    "okabe-ito": "the palette of Okabe and Ito, told apart by all eyes",
    "mono": "no colours but the terminal's own two",
}
"""What each theme is."""


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
