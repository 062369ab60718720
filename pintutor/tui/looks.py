"""Looks: what each role of a row looks like on a dark, a light or a colourless terminal.

The colours are chosen so that the nearest of 16 still differs from its background.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from pintutor.view import themes
from pintutor.view.ascii import wanted as ascii_wanted


class Ink(NamedTuple):
    """The colours of one look, all as `#rrggbb`."""

    paper: str
    plain: str
    dim: str
    red: str
    green: str
    yellow: str
    blue: str
    magenta: str
    cyan: str


DARK = Ink(
    paper="#101216",
    plain="#d8dce4",
    dim="#8a919e",
    red="#ff7b72",
    green="#7ee787",
    yellow="#e3c55b",
    blue="#79b8ff",
    magenta="#d2a8ff",
    cyan="#76d9e6",
)
LIGHT = Ink(
    paper="#fbfbf8",
    plain="#1c1f24",
    dim="#676d76",
    red="#b3261e",
    green="#116329",
    yellow="#7a5000",
    blue="#0a4fb3",
    magenta="#7429a8",
    cyan="#0b6470",
)


CONTRAST = Ink(
    paper="#000000",
    plain="#ffffff",
    dim="#c8c8c8",
    red="#ff9b94",
    green="#5dff7a",
    yellow="#ffee55",
    blue="#a8d0ff",
    magenta="#f0b4ff",
    cyan="#7df3ff",
)
OKABE_ITO = Ink(
    paper="#101216",
    plain="#e6e6e6",
    dim="#999999",
    red="#d55e00",
    green="#009e73",
    yellow="#f0e442",
    blue="#56b4e9",
    magenta="#cc79a7",
    cyan="#56b4e9",
)
"""The colours as they were published, without the orange and the darker blue."""


@dataclass(frozen=True, slots=True)
class Look:
    """A theme for Textual, and the style of each role."""

    theme: Theme
    styles: Mapping[str, Style]
    ascii: bool = False
    """True when every sign is to be drawn with ASCII."""
    problem: str = ""
    """What was wrong with the theme that was asked for."""

    def style(self, role: str) -> Style:
        """The style of a role."""
        return self.styles.get(role) or self.styles["plain"]


def _coloured(name: str, ink: Ink, *, dark: bool) -> Look:
    styles = {
        "plain": Style(color=ink.plain),
        "dim": Style(color=ink.dim),
        "title": Style(color=ink.plain, bold=True),
        "name": Style(color=ink.cyan),
        "number": Style(color=ink.plain, bold=True),
        "old": Style(color=ink.dim),
        "new": Style(color=ink.yellow, bold=True),
        "delta": Style(color=ink.yellow),
        "note": Style(color=ink.magenta),
        "good": Style(color=ink.green, bold=True),
        "bad": Style(color=ink.red, bold=True),
        "current": Style(color=ink.yellow, bold=True),
        "added": Style(color=ink.green),
        "removed": Style(color=ink.red),
        "keyword": Style(color=ink.magenta),
        "string": Style(color=ink.green),
        "comment": Style(color=ink.dim, italic=True),
        "command": Style(color=ink.cyan),
        "prompt": Style(color=ink.green, bold=True),
    }
    theme = Theme(
        name=name,
        primary=ink.blue,
        foreground=ink.plain,
        background=ink.paper,
        surface=ink.paper,
        panel=ink.paper,
        dark=dark,
    )
    paper = Style(bgcolor=ink.paper)
    return Look(theme, {role: paper + style for role, style in styles.items()})


def _colourless() -> Look:
    styles = {
        "plain": Style(),
        "dim": Style(dim=True),
        "title": Style(bold=True),
        "name": Style(),
        "number": Style(bold=True),
        "old": Style(dim=True),
        "new": Style(bold=True),
        "delta": Style(bold=True),
        "note": Style(italic=True),
        "good": Style(bold=True),
        "bad": Style(bold=True, underline=True),
        "current": Style(bold=True),
        "added": Style(bold=True),
        "removed": Style(underline=True),
        "comment": Style(dim=True, italic=True),
        "prompt": Style(bold=True),
    }
    colour = "ansi_default"
    cursor = {
        "input-cursor-background": colour,
        "input-cursor-foreground": colour,
        "input-cursor-text-style": "reverse",
    }
    base = BUILTIN_THEMES["ansi-dark"]
    theme = replace(base, name="pintutor-mono", variables={**base.variables, **cursor})
    return Look(theme, styles)


def choose(environment: Mapping[str, str] | None = None) -> Look:
    """The look that fits the terminal.

    PINTUTOR_ASCII, or a terminal whose encoding has no more, asks for ASCII.
    """
    known = os.environ if environment is None else environment
    name, problem = themes.wanted(known)
    signs = ascii_wanted(sys.stdout, known)
    return replace(named(name), ascii=signs, problem=problem)


def named(name: str) -> Look:
    """The look of a theme."""
    if name == "mono":
        return _colourless()
    ink = {"light": LIGHT, "high-contrast": CONTRAST, "okabe-ito": OKABE_ITO}
    return _coloured(f"pintutor-{name}", ink.get(name, DARK), dark=name != "light")
