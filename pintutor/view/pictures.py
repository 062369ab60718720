"""Panes of the screen as the result of a command.

Importing this adds `Pictured` to `result_rows`.
"""

from __future__ import annotations

from pintutor.lab.commands.drawing import Pictured
from pintutor.view.results import result_rows
from pintutor.view.rows import Row

HEIGHT = 40
"""Rows that a pane may fill where it stands alone."""


@result_rows.register
def _(result: Pictured, width: int) -> tuple[Row, ...]:
    # Panes are many modules: they are read in when the first one is drawn.
    from pintutor.view.panes.asked import Asked
    from pintutor.view.panes.catalogue import KINDS
    from pintutor.view.panes.moment import moment

    asked = Asked(focus=result.pane)
    drawn = KINDS[result.pane].draw(moment(result.lab), asked, width, HEIGHT)
    return tuple(one for one in drawn.rows if one)
