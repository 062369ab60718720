"""Screens to browse in: each is opened by the command of its name."""

from __future__ import annotations

from pintutor.lab.lab import Outcome
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.log import OPENING
from pintutor.tui.looks import Look
from pintutor.tui.screens.browsing import BrowseScreen
from pintutor.tui.screens.subjects import Glossary, Lessons, Letters, Patches, Subject

__all__ = ["BrowseScreen", "opened"]


def opened(
    outcome: Outcome, desk: Desk, history: History, look: Look
) -> BrowseScreen | None:
    """The screen that a line opens, at what it asks for; None for any other line."""
    if outcome.command not in OPENING:
        return None
    asked = outcome.line.split("#")[0].partition(outcome.command)[2].strip()
    return BrowseScreen(desk, history, look, _subject(outcome.command, desk), asked=asked)


def _subject(name: str, desk: Desk) -> Subject:
    if name == "patches":
        return Patches(desk.lab)
    if name == "letters":
        return Letters()
    return Lessons() if name == "lessons" else Glossary()
