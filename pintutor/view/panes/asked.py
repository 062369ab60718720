"""Asked: what a learner chose to look at, which no machine knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """What the panes are asked to show."""

    page: str = ""
    """The page that questions are about, by its name; empty for none."""
    face: str = ""
    """The face of the source, one of FACES; empty for what ran."""
    prefer: tuple[str, ...] = ()
    """Patches to compare the source with, before others."""
    function: str = ""
    """A function to show in place of the one at the cursor."""
    focus: str = ""
    """The pane that has the focus, by its name: there is room for more in it."""
