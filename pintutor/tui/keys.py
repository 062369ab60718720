"""The keys of the screen: each is a line of the command language."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.lab.registry import REGISTRY
from pintutor.view.panes import Pane
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, wrap


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and the line that it runs."""

    key: str
    """As Textual names it."""
    line: str
    """With {field} and {patch} for the page in view and the patch that is taught."""
    label: str
    """A word or two for the bar of keys; keys with the same label share it."""
    shown: str = ""
    """As it is written for a reader, if not as Textual names it."""

    @property
    def name(self) -> str:
        """The key as it is written for a reader."""
        return self.shown or self.key

    @property
    def summary(self) -> str:
        """What its command does, in the words of the command's own help."""
        command = REGISTRY.get(self.line.split()[0])
        return command.summary if command else ""


KEYS = (
    Key("space", "go", "go", "Space"),
    Key("n", "step", "step"),
    Key("b", "back", "back"),
    Key("N", "step command", "command"),
    Key("B", "back command", "command"),
    Key("f", "step function", "function"),
    Key("F", "back function", "function"),
    Key("e", "step event", "event"),
    Key("E", "back event", "event"),
    Key("o", "next", "over"),
    Key("O", "prev", "over"),
    Key("x", "finish", "out"),
    Key("u", "undo", "undo"),
    Key("r", "redo", "redo"),
    Key("a", "apply {patch}", "apply"),
    Key("d", "diff {patch}", "diff"),
    Key("y", "why {field}", "why"),
    Key("w", "last {field}", "who"),
)
"""Every key that runs a line."""

SCREEN = (
    (":", "go to the command line; also /"),
    ("Esc", "leave the command line"),
    ("Tab", "go to the next pane; Shift+Tab to the one before"),
    ("1..4", "choose a tab, where the screen is narrow"),
    ("↑ ↓", "scroll the pane; in pages, choose the page that y and w ask about"),
    ("← →", "in source: before, after and difference of a patched function"),
    ("q", "leave; the lesson is kept where it is"),
)
"""Keys that move about the screen and change nothing in the lab."""


def hints(width: int, *, lesson: bool) -> tuple[Row, ...]:
    """The bar of keys: each label behind the keys that have it."""
    found: dict[str, list[str]] = {}
    for key in KEYS:
        if key.line != "go" or lesson:
            found.setdefault(key.label, []).append(key.name)
    found |= {"type": [":"], "pane": ["Tab"], "keys": ["?"], "quit": ["q"]}
    rows: list[Row] = []
    for label, keys in found.items():
        item = row((" ".join(keys), "name"), (f" {label}", "dim"))
        last = (*rows[-1], Segment("  "), *item) if rows else ()
        if rows and columns(plain(last)) <= width:
            rows[-1] = last
        else:
            rows.append((Segment(" "), *item))
    return tuple(rows)


def keys_pane(width: int, height: int) -> Pane:
    """Every key with its line and what that does."""
    rows: list[Row] = []
    for key in KEYS:
        lead = row((f" {key.name:<7}", "name"), (f"{key.line:<16} ", "command"))
        rows += wrap((*lead, Segment(key.summary)), width - 1, indent=25)
    rows.append(())
    for name, text in SCREEN:
        rows += wrap((*row((f" {name:<7}", "name")), Segment(text)), width - 1, indent=8)
    return Pane(row("keys"), row(("Esc closes", "dim")), tuple(rows))
