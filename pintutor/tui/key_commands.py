"""The command that lists the keys of the full screen, and what is wrong with one's own."""

from __future__ import annotations

from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told
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


@command("screen", mutates=False, see=("keys",))
def linear(lab: Lab) -> Told:
    """Go on in lines, one below the other, with the same keys: for screen readers."""
    return Told("linear", ("the screen gives way to lines; `pintutor` opens it again",))
