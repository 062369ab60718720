"""The commands about the full screen itself: its keys, and where its panes stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pintutor.lab.commands.drawing import PANES
from pintutor.lab.errors import CommandError
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


EVERY = OneOf("lesson", "log", *PANES, "lanes", "list", "about")
"""The panes of all screens by name."""
WAYS = ("up", "down", "left", "right", "alone")
"""Where a pane may be moved; `alone` gives it all the room, and again takes it back."""


@dataclass(frozen=True, slots=True)
class PaneName:
    """The name of a pane."""

    name: str = "PANE"
    note: str = "a pane of a screen"
    raw: bool = False

    def parse(self, word: Word, lab: object) -> str:
        """The name."""
        return EVERY.parse(word, lab)

    def complete(self, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
        """The names that begin so."""
        return EVERY.complete(prefix, lab)


@command(
    "screen",
    mutates=False,
    examples=(
        "pane pages",
        "pane pages left",
        "pane log before=lesson",
        "pane source alone",
    ),
    see=("panes", "keys"),
)
def pane(
    lab: Lab,
    name: Annotated[str, PaneName()],
    where: Annotated[str | None, OneOf(*WAYS)] = None,
    *,
    before: Annotated[str | None, PaneName()] = None,
) -> Told:
    """Bring a pane of the full screen into sight, or move it; its place is kept.

    `before` names a pane that makes room for it.
    """
    if where is not None and before is not None:
        raise CommandError(
            f"{name} cannot go {where} and stand before {before}",
            None,
            code="bad-choice",
            hint="say one of the two",
        )
    done = f"before {before}" if before else where or "in sight"
    data = {"pane": name, "where": where or "", "before": before or ""}
    return Told("pane", (f"{name}: {done}, where the screen has it",), data)


@command("screen", mutates=False, see=("pane",))
def panes(lab: Lab) -> Told:
    """Put every pane of the full screen where it stands before one is moved."""
    return Told("panes", ("the panes of this screen stand where they stood at first",))


@command("screen", mutates=False, see=("keys",))
def linear(lab: Lab) -> Told:
    """Go on in lines, one below the other, with the same keys: for screen readers."""
    return Told("linear", ("the screen gives way to lines; `pintutor` opens it again",))
