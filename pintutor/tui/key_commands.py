"""The commands about the full screen itself: its keys, and where its panes stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pintutor.lab.commands.drawing import PANES
from pintutor.lab.kinds import OneOf
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told
from pintutor.lab.words import Word
from pintutor.tui.keymap import ALL, load, path


@command("screen", mutates=False, see=("theme",))
def keys(lab: Lab) -> Table:
    """List every key by the name under which it can be changed, and conflicts.

    The table `keys` of config.toml gives other keys: zoom = "ctrl+z" or step = "n,right".
    """
    keymap = load()
    rows = tuple(
        (key.id, " ".join(keymap.names(key)), key.line or key.about) for key in ALL
    )
    note = "; ".join(keymap.problems) or f"{path()} may give other keys"
    return Table("keys", ("name", "keys", "what they do"), rows, note)


NAMES = ("lesson", "log", *PANES, "lanes", "list", "about")
"""The panes of all screens by name."""
WAYS = ("up", "down", "left", "right", "alone")
"""Where a pane may be moved; `alone` gives it all the room, and again takes it back."""


@dataclass(frozen=True, slots=True)
class Among:
    """One of many words, which would be too long a list for a line of help."""

    words: OneOf
    name: str
    note: str
    raw: bool = False

    def parse(self, word: Word, lab: object) -> str:
        """The word."""
        return self.words.parse(word, lab)

    def complete(self, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
        """The words that begin so."""
        return self.words.complete(prefix, lab)


PANE = Among(OneOf(*NAMES), "PANE", "a pane of a screen")
PLACE = Among(
    OneOf(*WAYS, *NAMES),
    "WHERE",
    "up, down, left, right, alone, or the pane that makes room for it",
)


@command(
    "screen",
    mutates=False,
    examples=("pane pages", "pane pages left", "pane log lesson", "pane source alone"),
    see=("reset-panes", "keys"),
)
def pane(
    lab: Lab,
    name: Annotated[str, PANE],
    where: Annotated[str | None, PLACE] = None,
) -> Told:
    """Bring a pane of the full screen into sight, or move it; its place is kept."""
    done = f"before {where}" if where in NAMES else where or "in sight"
    data = {"pane": name, "where": where or ""}
    return Told("pane", (f"{name}: {done}, where the screen has it",), data)


@command("screen", mutates=False, see=("pane",))
def reset_panes(lab: Lab) -> Told:
    """Put every pane of the full screen where it stands before one is moved."""
    return Told(
        "reset-panes", ("the panes of this screen stand where they stood at first",)
    )


@command("screen", mutates=False, see=("keys",))
def linear(lab: Lab) -> Told:
    """Go on in lines, one below the other, with the same keys: for screen readers."""
    return Told("linear", ("the screen gives way to lines; `pintutor` opens it again",))
