"""The learner's own keys, from the table `keys` of config.toml.

    [keys]
    step = "n,right"
    zoom = "ctrl+z"

A key that the learner gives away leaves whoever had it. Nothing in the file keeps the
tutor from starting: what is wrong with it is said in words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from textual.keys import Keys

from pintutor import directories
from pintutor.lab.errors import did_you_mean, printable
from pintutor.tui.browse_keys import BROWSE, BROWSE_SCREEN
from pintutor.tui.compare_keys import COMPARE
from pintutor.tui.keys import LESSON, NAMES, Key, named
from pintutor.tui.over_keys import HELP_KEYS, JUMP_KEYS, MENU_KEYS, PALETTE_KEYS
from pintutor.tui.race_keys import RACE

OVER = (HELP_KEYS, PALETTE_KEYS, JUMP_KEYS, MENU_KEYS)
GROUPS = (LESSON, RACE, COMPARE, BROWSE, *OVER)
"""Keys that are heard at the same time."""
FILTERING = frozenset(key.id for key in (*BROWSE_SCREEN, *PALETTE_KEYS, *MENU_KEYS))
"""What is done in lists where letters and digits filter, so that none can be a key."""
ALL = tuple(dict.fromkeys(key for group in GROUPS for key in group))
"""Every key there is."""
KNOWN = frozenset(key.value for key in Keys) | frozenset(NAMES)
MODIFIERS = frozenset(("ctrl", "shift", "alt", "super"))


class Keymap:
    """Which keys do what: the defaults, and what the learner changed."""

    def __init__(self, changed: Mapping[str, str], problems: Iterable[str]) -> None:
        self.changed = dict(changed)
        """Keys by the id of what they do, as Textual's keymap wants them."""
        self.problems = tuple(problems)
        """What is wrong with the file, or was displaced by it, in words."""

    def keys(self, key: Key) -> str:
        """The keys that do this now, with commas between them; maybe none."""
        if not self.changed:
            return key.keys  # as a rule; it is asked for at each repaint
        if key.id in self.changed:
            return self.changed[key.id]
        taken = _taken(self.changed, key)
        return ",".join(one for one in key.keys.split(",") if one not in taken)

    def names(self, key: Key) -> list[str]:
        """The keys that do this now, as they are written for a reader."""
        return named(self.keys(key))


def path() -> Path:
    """The file that the learner may write."""
    return directories.configuration() / "config.toml"


def load() -> Keymap:
    """The keys as the learner wants them; the defaults where there is no file."""
    try:
        table = tomllib.loads(path().read_text("utf-8")).get("keys", {})
    except FileNotFoundError:
        return Keymap({}, ())
    except (OSError, ValueError) as error:
        return Keymap({}, (f"{path()} cannot be read: {error}; no key is changed",))
    if not isinstance(table, dict):
        return Keymap({}, ("`keys` in config.toml is no table; no key is changed",))
    return read(table)


def read(table: Mapping[str, object]) -> Keymap:
    """The keymap that a table of the file asks for."""
    known = {key.id: key for key in ALL}
    changed: dict[str, str] = {}
    problems: list[str] = []
    for name, value in table.items():
        if name not in known:
            meant = did_you_mean(name, known)
            problems.append(f"keys: nothing is called `{printable(name)}`{meant}")
            continue
        good = [*_good(known[name], value, changed, problems)]
        if good:
            changed[name] = ",".join(good)
    return Keymap(changed, (*problems, *_displaced(changed)))


def _good(
    key: Key, value: object, changed: Mapping[str, str], problems: list[str]
) -> Iterable[str]:
    """The keys of one line of the file that can be used."""
    if not isinstance(value, str) or not value.strip():
        problems.append(f'keys: {key.id} = "KEY,KEY" is expected, as in "n,ctrl+n"')
        return
    taken = _taken(changed, key)
    for one in (part.strip() for part in value.split(",")):
        if not _is_key(one):
            problems.append(f"keys: {key.id}: no key is called `{printable(one)}`")
        elif len(one) == 1 and key.id in FILTERING:
            problems.append(f"keys: `{one}` filters the list, so it cannot be {key.id}")
        elif one in taken:
            problems.append(f"keys: `{one}` is {taken[one]} already, so not {key.id}")
        else:
            yield one


def _is_key(name: str) -> bool:
    *held, last = name.split("+") if len(name) > 1 else [name]
    whole = len(last) == 1 and last.isprintable()
    return MODIFIERS.issuperset(held) and (whole or last in KNOWN)


def _taken(changed: Mapping[str, str], key: Key) -> dict[str, str]:
    """The keys that the file gives to others which are heard together with this one."""
    others = {one.id for group in GROUPS if key in group for one in group if one != key}
    return {
        one: name
        for name, keys in changed.items()
        if name in others
        for one in keys.split(",")
    }


def _displaced(changed: Mapping[str, str]) -> Iterable[str]:
    """Which defaults lost a key to what the file says."""
    for key in ALL:
        if key.id in changed:
            continue
        taken = _taken(changed, key)
        lost = [one for one in key.keys.split(",") if one in taken]
        rest = [one for one in key.keys.split(",") if one not in taken]
        for one in lost:
            left = f"has {', '.join(named(','.join(rest)))}" if rest else "has no key now"
            shown = named(one)[0]
            yield f"keys: `{shown}` is {taken[one]} now, it was {key.id}, which {left}"
