"""The bar of keys at the bottom, and the screen that lists all keys, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from pintutor.tui.ahead import TASKS
from pintutor.tui.browse_keys import BROWSE_SCREEN
from pintutor.tui.command_line import WAYS
from pintutor.tui.compare_keys import COMPARE, COMPARE_KEYS, COMPARE_SCREEN
from pintutor.tui.keymap import Keymap
from pintutor.tui.keys import ARRANGE, COMMON, KEYS, PANES, SCREEN, Key, numbers
from pintutor.tui.over_keys import HELP_KEYS
from pintutor.tui.race_keys import CPUS, RACE, RACE_KEYS, RACE_SCREEN, turns
from pintutor.view.markdown import inline
from pintutor.view.panes import Hit, Pane
from pintutor.view.panes.catalogue import PaneKind
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, cut, wrap

LINES = 2
"""Rows that the bar of keys may take."""
FIRST = (
    *("step", "back", "step-command", "back-command", "why", "apply", "diff"),
    *("undo", "redo"),
)
"""Keys that come before others where there is not room for all."""
HELPED = ("hint",)
"""Keys that are of use in a task only."""
KEPT = ("help", "quit", "race-leave", "compare-leave", "browse-back")
"""Keys that stay in the bar when there is no room for all."""

Item = tuple[str, list[tuple[str, Key]]]
"""A label, and the names of the keys that have it."""


@lru_cache(maxsize=8)
def hints(width: int, keymap: Keymap, *, ahead: str) -> Pane:
    """The bar of keys: each label behind the keys that have it, what goes on first.

    `ahead` is what that does now; empty where nothing goes on.
    """
    known = {key.id: key for key in KEYS}
    go = [replace(known["go"], label=ahead)] if ahead else []
    first = [known[name] for name in (*(HELPED if ahead in TASKS else ()), *FIRST)]
    others = [key for key in KEYS if key not in first and key.id not in ("go", *HELPED)]
    return _bar([*go, *first, *others, *COMMON, *SCREEN], keymap, width)


@lru_cache(maxsize=8)
def typing_hints(width: int, keymap: Keymap, *, ahead: str) -> Pane:
    """What can be done in the command line while it is empty, to be clicked too."""
    go = next(key for key in SCREEN if key.id == "go-on")
    rows, hits = _laid_out([(ahead, [("Enter", go)])] if ahead else [], width)
    lead = (*rows[0], Segment("  ")) if rows else ()
    ways = cut((*lead, Segment(f" {WAYS}", "dim")), width)
    return Pane((), (), (ways,), hits=tuple(hits))


@lru_cache(maxsize=8)
def race_hints(width: int, keymap: Keymap, cpus: int, *, ahead: str) -> Pane:
    """The bar of keys of the race screen, what goes on with a lesson first.

    `ahead` is what that does; empty where no lesson waits, and the key takes a turn.
    """
    first = next(key for key in RACE_SCREEN if key.id == "race-go")
    go = replace(first, label=ahead or "turn")
    others = [key for key in RACE_KEYS if ahead or key.id != "race-redo"]
    ours = [go, *turns(cpus)] if ahead else [*turns(cpus), go]
    return _bar([*ours, *others, *RACE_SCREEN, *COMMON, *PANES], keymap, width)


@lru_cache(maxsize=8)
def compare_hints(width: int, keymap: Keymap) -> Pane:
    """The bar of keys of the compare screen."""
    return _bar([*COMPARE_KEYS, *COMPARE_SCREEN, *COMMON, *ARRANGE], keymap, width)


def compare_keys_pane(keymap: Keymap, width: int, height: int) -> Pane:
    """Every key of the compare screen."""
    running = [key for key in COMPARE if key.line]
    return _keys(running, [*COMPARE_SCREEN, *ARRANGE, *COMMON], keymap, width)


def browse_hints(width: int, keymap: Keymap) -> Pane:
    """The bar of keys of the screens to browse in, in one row."""
    return _bar([*BROWSE_SCREEN, *COMMON], keymap, width, lines=1)


def browse_keys_pane(keymap: Keymap, width: int, height: int) -> Pane:
    """Every key of the screens to browse in."""
    return _keys((), [*BROWSE_SCREEN, *COMMON], keymap, width)


def _bar(keys: Iterable[Key], keymap: Keymap, width: int, *, lines: int = LINES) -> Pane:
    """As many labels as there is room for, and where each key stands, to be clicked."""
    items = _items(keys, keymap)
    fixed = [item for item in items if any(key.id in KEPT for _, key in item[1])]
    others = [item for item in items if item not in fixed]
    for count in range(len(others), -1, -1):
        rows, hits = _laid_out([*others[:count], *fixed], width)
        if len(rows) <= lines:
            break
    return Pane((), (), tuple(rows), hits=tuple(hits))


def _items(keys: Iterable[Key], keymap: Keymap) -> list[Item]:
    found: dict[str, list[tuple[str, Key]]] = {}
    for key in keys:
        if key.label:
            told = ((name, key) for name in keymap.names(key)[:1])
            found.setdefault(key.label, []).extend(told)
    return [(label, who) for label, who in found.items() if who]


def _laid_out(items: Iterable[Item], width: int) -> tuple[list[Row], list[Hit]]:
    rows: list[Row] = []
    hits: list[Hit] = []
    for label, who in items:
        item = row((" ".join(name for name, _ in who), "name"), (f" {label}", "dim"))
        last = (*rows[-1], Segment("  "), *item) if rows else ()
        if rows and columns(plain(last)) <= width:
            rows[-1] = last
        else:
            rows.append((Segment(" "), *item))
        hits += _hits(len(rows) - 1, columns(plain(rows[-1])), label, who)
    return rows, hits


def _hits(row: int, end: int, label: str, who: list[tuple[str, Key]]) -> Iterable[Hit]:
    """Where each key of a label stands; the label itself is the first one's."""
    x = end - columns(label) - 1 - columns(" ".join(name for name, _ in who))
    for name, key in who:
        yield Hit(row, x, x + columns(name), "press", key.id)
        x += columns(name) + 1
    yield Hit(row, x, end, "press", who[0][1].id)


def keys_rows(keys: Iterable[Key], keymap: Keymap, width: int) -> tuple[Row, ...]:
    """Keys with their line and what that does."""
    rows: list[Row] = []
    for key in keys:
        shown = " ".join(keymap.names(key)) or "-"
        lead = row((f" {shown:<11}", "name"), (f"{key.line:<16} ", "command"))
        if not key.line:
            lead = lead[:1]
        indent = columns(plain(lead))
        rows += wrap((*lead, *inline(key.summary)), width - 1, indent=indent)
    return tuple(rows)


def keys_pane(
    keymap: Keymap, width: int, height: int, *, pane: PaneKind | None = None
) -> Pane:
    """The pane with the focus, if it is one of the machine, and every key."""
    found = _keys(KEYS, [*numbers(), *SCREEN, *COMMON], keymap, width)
    if pane is None:
        return found
    told = inline(f" shows {pane.about}; `{pane.line}` tells the same")
    lead = (*row((f" {pane.title}", "title")), *told)
    return found._replace(rows=(*wrap(lead, width - 1, indent=1), (), *found.rows))


def race_keys_pane(keymap: Keymap, width: int, height: int, *, cpus: int = CPUS) -> Pane:
    """Every key of the race screen, for a race of so many CPUs."""
    missing = turns()[cpus:]
    running = [key for key in RACE if key.line and key not in missing]
    return _keys(running, [*RACE_SCREEN, *PANES, *COMMON], keymap, width)


def _keys(
    running: Iterable[Key], moving: Iterable[Key], keymap: Keymap, width: int
) -> Pane:
    rows = [*keys_rows(running, keymap, width), (), *keys_rows(moving, keymap, width)]
    if keymap.problems:
        rows.append(())
        for problem in keymap.problems:
            rows += wrap((*row((" ! ", "bad")), *inline(problem)), width - 1, indent=3)
    return Pane(row("keys"), row((ways(HELP_KEYS, keymap), "dim")), tuple(rows))


def ways(keys: Iterable[Key], keymap: Keymap) -> str:
    """The first key of each that has a label, with that: `Enter does it  Esc closes`."""
    found = ((keymap.names(key)[:1], key.label) for key in keys if key.label)
    return "  ".join(f"{name} {label}" for names, label in found for name in names)
