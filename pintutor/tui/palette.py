"""The palette: every command, setting, key, pane and lesson, found by what it says.

It is made from the registry of commands, the list of keys, the catalogue of panes and
that of lessons, so nothing has to be entered here. The best match stands first.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Click
from textual.screen import Screen

from pintutor.content.catalogue import Listed
from pintutor.lab.declaration import Command
from pintutor.lab.kinds import OneOf
from pintutor.lab.registry import topics
from pintutor.tui.hints import ways
from pintutor.tui.keymap import Keymap
from pintutor.tui.keys import Key, bindings
from pintutor.tui.list_pane import ListPane
from pintutor.tui.looks import Look
from pintutor.tui.over_keys import PALETTE_KEYS
from pintutor.tui.ranking import Entry, ranked, used
from pintutor.view.browse.listing import Line, Listing
from pintutor.view.kept import keep, kept
from pintutor.view.panes.catalogue import CATALOGUE
from pintutor.view.rows import Segment, row
from pintutor.view.wrap import columns, cut

WORD = 26
"""Columns of what is run, before what it does."""

SCREENS = {
    "lessons": "screen: the course map. ",
    "patches": "screen: the patch browser. ",
    "letters": "screen: what the letters say. ",
    "glossary": "screen: the terms. ",
    "race": "screen: lanes of a race. ",
    "witness": "screen: lanes of a race. ",
    "compare": "screen: two kernels side by side. ",
}
"""What the screen is called that a command opens."""
KEPT = "palette"
"""The name under which it is kept what was used."""

Chosen = tuple[str, str]
"""What to do: run, begin, press or pane; and with what."""


class Palette(Screen[Chosen | None]):
    """Over the screen that it acts on; Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(PALETTE_KEYS)

    def __init__(
        self, keys: Iterable[Key], keymap: Keymap, lessons: Iterable[Listed], look: Look
    ) -> None:
        super().__init__()
        self.entries = [
            *_actions(keys, keymap),
            *_commands(keys, keymap),
            *_settings(),
            *_panes(),
            *_lessons(lessons),
        ]
        self.list = Ranked(self.entries, ways(PALETTE_KEYS, keymap), look)

    def compose(self) -> ComposeResult:
        """One list."""
        yield self.list

    def on_mount(self) -> None:
        """Begin in the list, where what is typed filters it."""
        self.list.focus()

    def on_list_pane_picked(self, event: ListPane.Picked) -> None:
        """Close, and let the screen below do it."""
        keep(KEPT, used(event.line.key, self.list.recent))
        does, _, what = event.line.key.partition(" ")
        self.dismiss((does, what))

    def action_pick(self) -> None:
        """Do what is chosen."""
        self.list.pick()

    def action_move(self, count: int) -> None:
        """Choose another entry."""
        self.list.move(count)

    def action_erase(self) -> None:
        """Take back the last sign of what was typed."""
        self.list.look_for(self.list.filter[:-1])


class Ranked(ListPane):
    """The entries, those that fit best to what is typed first."""

    def __init__(self, entries: list[Entry], ways: str, look: Look) -> None:
        super().__init__(partial(_listing, entries, ways), look, "palette", shows=str)
        self.entries = entries
        before = kept(KEPT)
        self.recent = [str(key) for key in before] if isinstance(before, list) else []
        """Keys of what was used, the last first."""

    def on_click(self, event: Click) -> None:
        """Close the palette by a click on its title; rows do what ListPane says."""
        if event.y < self.titled:
            event.stop()
            event.prevent_default()
            self.screen.dismiss(None)

    def look_for(self, text: str) -> None:
        """Rank anew, and choose what fits best."""
        self.key, self.lines = "", ()
        super().look_for(text)

    def sifted(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines of the entries that fit, in their order."""
        by_key = {line.key: line for line in lines}
        found = ranked(self.entries, self.filter, self.recent)
        return tuple(by_key[entry.key] for entry in found)

    def best(self, lines: tuple[Line, ...]) -> int:
        """The first: they are in that order."""
        return 0 if lines else -1


def _listing(entries: list[Entry], ways: str, width: int) -> Listing:
    lines = []
    for key, name, about in entries:
        lead = f" {name} " + " " * (WORD - columns(name))
        shown = cut((Segment(lead, "command"), Segment(about)), width)
        lines.append(Line(shown, key, f"{name} {about}"))
    aside = row((f"type to find  {ways} ", "dim"))
    return Listing(row("find"), aside, tuple(lines))


def _actions(keys: Iterable[Key], keymap: Keymap) -> Iterable[Entry]:
    """What keys do on the screen."""
    for key in keys:
        if key.action and key.id not in ("palette", "command-line"):
            pressed = " ".join(keymap.names(key))
            yield Entry(f"press {key.id}", pressed or key.id, key.about)


def _panes() -> Iterable[Entry]:
    for kind in CATALOGUE:
        yield Entry(f"pane {kind.name}", f"pane {kind.name}", kind.about)


def _settings() -> Iterable[Entry]:
    """What can be chosen for the screen: each choice of a command about it."""
    for command in topics()["screen"]:
        for one in command.parameters:
            for choice in one.kind.choices if isinstance(one.kind, OneOf) else ():
                line = f"{command.name} {choice}"
                yield Entry(f"run {line}", line, f"setting: {command.summary}")


def _commands(keys: Iterable[Key], keymap: Keymap) -> Iterable[Entry]:
    """Every command: run at once when it needs no word, begun when it does."""
    known = {key.line: " ".join(keymap.names(key)) for key in keys if key.line}
    for held in topics().values():
        for command in held:
            pressed = f"  [{known[command.name]}]" if command.name in known else ""
            does = "begin" if _needs(command) else "run"
            screen = SCREENS.get(command.name, "")
            about = f"{screen}{command.summary}{pressed}"
            yield Entry(f"{does} {command.name}", command.name, about)


def _needs(command: Command) -> bool:
    return any(one.required for one in command.parameters)


def _lessons(lessons: Iterable[Listed]) -> Iterable[Entry]:
    for one in lessons:
        line = f"lesson {one.front.id}"
        yield Entry(f"run {line}", line, f"{one.number} {one.front.title}")
