"""The palette: every command, key, pane and lesson, found by what it says.

It is made from the registry of commands, the list of keys, the catalogue of panes and
that of lessons, so nothing has to be entered here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from pintutor.content.catalogue import Listed
from pintutor.lab.declaration import Command
from pintutor.lab.registry import topics
from pintutor.tui.keymap import Keymap
from pintutor.tui.keys import Key
from pintutor.tui.list_pane import ListPane
from pintutor.tui.looks import Look
from pintutor.view.browse.listing import Line, Listing
from pintutor.view.panes.catalogue import CATALOGUE
from pintutor.view.rows import Segment, row
from pintutor.view.wrap import columns, cut

WORD = 26
"""Columns of what is run, before what it does."""

Chosen = tuple[str, str]
"""What to do: run, begin, press or pane; and with what."""


class Palette(Screen[Chosen | None]):
    """Over the screen that it acts on; Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False, id="palette-close"),
        Binding("enter", "pick", show=False, id="palette-pick"),
        Binding("up", "move(-1)", show=False, id="palette-up"),
        Binding("down", "move(1)", show=False, id="palette-down"),
        Binding("pageup", "move(-10)", show=False, id="palette-page-up"),
        Binding("pagedown", "move(10)", show=False, id="palette-page-down"),
        Binding("backspace", "erase", show=False, id="palette-erase"),
    ]

    def __init__(
        self, keys: Iterable[Key], keymap: Keymap, lessons: Iterable[Listed], look: Look
    ) -> None:
        super().__init__()
        self.entries = [
            *_actions(keys, keymap),
            *_commands(keys, keymap),
            *_panes(),
            *_lessons(lessons),
        ]
        self.list = ListPane(partial(_listing, self.entries), look, "palette", shows=str)

    def compose(self) -> ComposeResult:
        """One list."""
        yield self.list

    def on_mount(self) -> None:
        """Begin in the list, where what is typed filters it."""
        self.list.focus()

    def on_list_pane_picked(self, event: ListPane.Picked) -> None:
        """Close, and let the screen below do it."""
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


def _listing(entries: list[tuple[str, str, str]], width: int) -> Listing:
    lines = []
    for key, name, about in entries:
        lead = f" {name} " + " " * (WORD - columns(name))
        shown = cut((Segment(lead, "command"), Segment(about)), width)
        lines.append(Line(shown, key, f"{name} {about}"))
    aside = row(("type to find  Enter does it  Esc closes ", "dim"))
    return Listing(row("find"), aside, tuple(lines))


def _actions(keys: Iterable[Key], keymap: Keymap) -> Iterable[tuple[str, str, str]]:
    """What keys do on the screen."""
    for key in keys:
        if key.action and key.id not in ("palette", "command-line"):
            yield f"press {key.id}", " ".join(keymap.names(key)) or key.id, key.about


def _panes() -> Iterable[tuple[str, str, str]]:
    for kind in CATALOGUE:
        yield f"pane {kind.name}", f"pane {kind.name}", kind.about


def _commands(keys: Iterable[Key], keymap: Keymap) -> Iterable[tuple[str, str, str]]:
    """Every command: run at once when it needs no word, begun when it does."""
    known = {key.line: " ".join(keymap.names(key)) for key in keys if key.line}
    for held in topics().values():
        for command in held:
            pressed = f"  [{known[command.name]}]" if command.name in known else ""
            does = "begin" if _needs(command) else "run"
            yield f"{does} {command.name}", command.name, f"{command.summary}{pressed}"


def _needs(command: Command) -> bool:
    return any(one.required for one in command.parameters)


def _lessons(lessons: Iterable[Listed]) -> Iterable[tuple[str, str, str]]:
    for one in lessons:
        line = f"lesson {one.front.id}"
        yield f"run {line}", line, f"{one.number} {one.front.title}"
