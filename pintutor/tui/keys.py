"""The keys of the screen: each is a line of the command language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pintutor.lab.registry import REGISTRY
from pintutor.view.markdown import inline
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

RACE_KEYS = (
    Key("space", "redo", "turn", "Space"),
    Key("N", "redo", "turn"),
    Key("backspace", "undo", "turn", "⌫"),
    Key("B", "undo", "turn"),
    Key("n", "step", "line"),
    Key("b", "back", "line"),
    Key("f", "step function", "function"),
    Key("F", "back function", "function"),
    Key("r", "turn rest", "rest"),
    Key("escape", "leave", "leave", "Esc"),
    Key("q", "leave", "leave"),
)
"""The keys of the race screen that run a line, besides the number of each CPU."""

RACE_SCREEN = (
    ("0..7", "`turn P0` and so on: let that CPU do its next step"),
    ("l", "show the turns that touch nothing of another CPU one by one, or counted"),
    ("s", "begin `witness save FILE`"),
    ("↑ ↓", "scroll the lanes"),
)
"""Keys of the race screen that move about, or begin a line."""

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
    shown = [key for key in KEYS if key.line != "go" or lesson]
    found = _labelled(shown)
    return _bar(
        found | {"type": [":"], "pane": ["Tab"], "keys": ["?"], "quit": ["q"]}, width
    )


def race_hints(width: int, cpus: int) -> tuple[Row, ...]:
    """The bar of keys of the race screen."""
    who = {f"P{cpu}": [str(cpu)] for cpu in range(cpus)}
    more = {"whole": ["l"], "save": ["s"], "type": [":"], "keys": ["?"]}
    return _bar(who | _labelled(RACE_KEYS) | more, width)


def _labelled(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The names of keys by what the bar calls them."""
    found: dict[str, list[str]] = {}
    for key in keys:
        found.setdefault(key.label, []).append(key.name)
    return found


def _bar(found: dict[str, list[str]], width: int) -> tuple[Row, ...]:
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
    return _keys(KEYS, SCREEN, width)


def race_keys_pane(width: int, height: int) -> Pane:
    """Every key of the race screen."""
    return _keys(RACE_KEYS, RACE_SCREEN, width)


def _keys(keys: Iterable[Key], screen: Iterable[tuple[str, str]], width: int) -> Pane:
    rows: list[Row] = []
    for key in keys:
        lead = row((f" {key.name:<7}", "name"), (f"{key.line:<16} ", "command"))
        rows += wrap((*lead, Segment(key.summary)), width - 1, indent=25)
    rows.append(())
    for name, text in screen:
        told = inline(text)
        rows += wrap((*row((f" {name:<7}", "name")), *told), width - 1, indent=8)
    return Pane(row("keys"), row(("Esc closes", "dim")), tuple(rows))
