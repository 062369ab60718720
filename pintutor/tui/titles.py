"""Titles of panes: a rule with the name, and at its right end what else is told."""

from typing import NamedTuple

from pintutor.view.rows import Row, Segment, plain
from pintutor.view.wrap import columns


class Title(NamedTuple):
    """What stands over a pane."""

    name: Row
    aside: Row
    """What stands at the right end, where there is room."""
    sign: str
    """The key that goes to the pane, while keys are shown; else empty."""
    edge: str
    """What stands left of the rows below."""

    def row(self, width: int, *, focus: bool) -> Row:
        """The title in a rule: a heavy one where the focus is."""
        rule = "━" if focus else "─"
        start = self.edge.strip() and ("┝" if focus else "├")
        left: Row = (
            Segment(f"{start}{rule} ", "dim"),
            *((Segment(f"[{self.sign}] ", "current"),) if self.sign else ()),
            *(
                Segment(text, "title" if role == "plain" else role)
                for text, role in self.name
            ),
            Segment(" ", "dim"),
        )
        room = width - columns(plain(left)) - 2
        aside = self.aside
        while aside and columns(plain(aside)) > room:
            aside = aside[1:]
        space = max(0, room - columns(plain(aside)) + (0 if aside else 2))
        fill = Segment(rule * space + (" " if aside else ""), "dim")
        return (*left, fill, *aside)
