"""A container that puts panes where the shape of the screen says."""

from __future__ import annotations

from collections.abc import Mapping

from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from pintutor.tui.pane import RowsPane
from pintutor.tui.shape import Box


class Placed(Layout):
    """Each child that has a box stands there."""

    name = "placed"

    def __init__(self) -> None:
        self.boxes: Mapping[str, Box] = {}

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: FBT001, FBT002  (as Textual declares it)
    ) -> ArrangeResult:
        """Where each child stands."""
        return [
            WidgetPlacement(Region(*self.boxes[child.id]), NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id is not None and child.id in self.boxes
        ]


class Panes(Container):
    """The panes in the middle of a screen."""

    BLANK = True
    DEFAULT_CSS = "Panes { height: 1fr; width: 1fr; overflow: hidden; }"

    def __init__(self, *panes: RowsPane, name: str) -> None:
        super().__init__(*panes, id=name)
        self._placed = Placed()

    @property
    def layout(self) -> Layout:
        """What places the panes: no style sheet can name it."""
        return self._placed

    def place(self, boxes: Mapping[str, Box]) -> None:
        """Show the panes that have a box, there, and no others."""
        before, self._placed.boxes = self._placed.boxes, boxes
        for pane in self.query(RowsPane):
            box = boxes.get(pane.id or "")
            pane.display = box is not None
            if box is not None:
                pane.edge = "│" if box.x else ""
                if box != before.get(pane.id or ""):
                    # A container forgets where its children stand when one of them asks.
                    pane.refresh(layout=True)
