"""PanedScreen: a screen of panes that the learner arranges."""

from __future__ import annotations

from typing import ClassVar

from textual.events import MouseDown, MouseUp
from textual.geometry import Offset, Size

from pintutor.lab.lab import Outcome
from pintutor.lab.results import Told
from pintutor.tui.arranging import Arrangement
from pintutor.tui.asking import field_in
from pintutor.tui.desk import Desk
from pintutor.tui.field_menu import FieldMenu
from pintutor.tui.history import History
from pintutor.tui.jump import Jump
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.placing import Panes
from pintutor.tui.shape import WIDE, Box
from pintutor.tui.working import WorkScreen
from pintutor.view.panes import shown_pages
from pintutor.view.rows import Row

OTHER_BUTTON = 3
"""The right button of a mouse."""


class PanedScreen(WorkScreen):
    """Shows the panes that fit, in the learner's order; keys move between them."""

    home: ClassVar[str] = ""
    """The pane that keys go to as a rule; empty for the first in sight."""

    def __init__(
        self, desk: Desk, history: History, look: Look, arrangement: Arrangement
    ) -> None:
        super().__init__(desk, history, look)
        self.arrangement = arrangement
        self._boxes: dict[str, Box] = {}
        self._dragged = ""
        """The pane whose title was pressed, until the button is let go."""

    @property
    def narrow(self) -> bool:
        """True when the panes do not fit side by side."""
        return self._arranged.width < WIDE

    def fit(self, size: Size) -> None:
        """Show the panes that fit, and give each its place."""
        self.arrangement.notice(self.desk.now)
        self._boxes = self.arrangement.boxes(*size)
        self.query_one("#main", Panes).place(self._boxes)

    def rearrange(self) -> None:
        """Show the panes that are asked for now."""
        self.lay_out(self.size)
        if isinstance(self.focused, RowsPane) and self.focused.id not in self._boxes:
            self.back_to_panes()
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Draw every pane that is in sight anew, and those that came to have something."""
        if self._arranged and self.arrangement.notice(self.desk.now):
            self.rearrange()
        super().redraw()

    def back_to_panes(self) -> None:
        """Put the focus on the pane that is home, or on the first, if any is in sight."""
        home = self.home if self.home in self._boxes else next(iter(self._boxes), "")
        if home:
            self.pane(home).focus()

    def _panes(self) -> list[RowsPane]:
        """The panes in sight that can have the focus."""
        return [self.pane(name) for name in self._boxes]

    @property
    def here(self) -> str:
        """The pane with the focus; empty for none."""
        focused = self.focused
        return (focused.id or "") if isinstance(focused, RowsPane) else ""

    def heed(self, outcome: Outcome) -> None:
        """Put a pane where `pane` says, or all where they were at first."""
        super().heed(outcome)
        told = outcome.result
        if outcome.command == "reset-panes" and isinstance(told, Told):
            self.arrangement.reset()
            self.rearrange()
        elif outcome.command == "pane" and isinstance(told, Told):
            self._put(told.data["pane"], told.data["where"])

    def _put(self, name: str, where: str) -> None:
        """Show a pane, or move it; say so when that cannot be."""
        if name not in self.arrangement.names:
            self.notify(f"there is no pane {name} on this screen", markup=False)
            return
        if name not in self._boxes:
            self.show_pane(name, focus=False)
        boxes = self._boxes
        ways = {"up": -1, "down": 1, "left": -1, "right": 1}
        done = True
        if where in ("up", "down"):
            done = self.arrangement.shift(name, boxes, ways[where])
        elif where in ("left", "right"):
            done = self.arrangement.across(name, boxes, ways[where])
        elif where == "alone":
            self.arrangement.zoom(name)
        elif where:
            done = self.arrangement.place(name, where, boxes)
        if not done:
            self.notify(f"{name} can go no further there", markup=False)
        self.rearrange()

    def show_pane(self, name: str, *, focus: bool = True) -> None:
        """Bring a pane into sight; with `focus`, keys go to it."""
        if name not in self._boxes or self.narrow:
            self.arrangement.choose(name)
            self.rearrange()
        if focus or isinstance(self.focused, RowsPane):
            self.pane(name if focus else next(iter(self._boxes))).focus()

    def action_cycle(self, way: int) -> None:
        """Go to the next pane; on a narrow screen also to those out of sight."""
        shown = self._panes()
        at = shown.index(self.focused) if self.focused in shown else -1
        if 0 <= at + way < len(shown):
            shown[at + way].focus()
            return
        further = self.arrangement.beyond(way)
        if further:
            self.show_pane(further)
            shown = self._panes()
        shown[0 if way > 0 else -1].focus()

    def action_jump(self) -> None:
        """Show a letter in each pane, and go to the pane whose letter is pressed."""

        def left(pane: RowsPane | None) -> None:
            if pane is not None:
                pane.focus()

        self.app.push_screen(Jump(self._panes(), self.desk.keymap, self.look), left)

    def action_zoom(self) -> None:
        """Give the pane with the focus all the room, or give it back."""
        if self.here:
            self.arrangement.zoom(self.here)
            self.rearrange()

    def action_shift(self, way: int) -> None:
        """Let the pane with the focus change places with the one above, or below."""
        if self.arrangement.shift(self.here, self._boxes, way):
            self.rearrange()

    def action_across(self, way: int) -> None:
        """Let the pane with the focus go over into the column beside."""
        if self.arrangement.across(self.here, self._boxes, way):
            self.rearrange()

    def _pane_at(self, x: int, y: int) -> str:
        """The pane of the arrangement that is at a place of the screen."""
        return next(
            (name for name in self._boxes if self.pane(name).region.contains(x, y)),
            "",
        )

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take hold of a pane by its title."""
        name = self._pane_at(event.screen_x, event.screen_y)
        held = name and self.pane(name).region.y == event.screen_y
        self._dragged = name if held else ""

    def on_mouse_up(self, event: MouseUp) -> None:
        """Let a pane that is held take the place of the one below the pointer."""
        name, self._dragged = self._dragged, ""
        there = self._pane_at(event.screen_x, event.screen_y)
        if name and there not in ("", name):
            self.run_line(f"pane {name} {there}")

    async def on_rows_pane_clicked(self, event: RowsPane.Clicked) -> None:
        """Choose the page that was clicked; again, or with the other button, ask."""
        # What stands there is done by WorkScreen: Textual calls the handler of each class.
        click, before = event.click, self.desk.chosen
        asks = click.button == OTHER_BUTTON
        if event.pane.id == "pages" and (event.hit is None or asks):
            self._choose(event.above)
            asks = asks or before == self.desk.chosen != ""
        if asks:
            x = click.x - len(event.pane.edge)
            row = event.above[0] if event.above else ()
            field = field_in(event.pane.id or "", row, x) or self.desk.subject
            self._ask(field, click.screen_offset)

    def _choose(self, rows: tuple[Row, ...]) -> None:
        """Choose the page whose name stands in the first of these rows that has one."""
        names = set(shown_pages(self.desk.now).values())
        found = [text.strip("›~ ") for one in rows for text, _ in one]
        page = next((name for name in found if name in names), None)
        if page is not None:
            self.desk.chosen = page
            self.redraw()

    def action_field_menu(self) -> None:
        """Choose what to ask about the field in view."""
        focused = self.focused
        at = focused.region.offset if focused is not None else Offset()
        self._ask(self.desk.subject, at)

    def _ask(self, field: str, at: Offset) -> None:
        """Open the menu of a field, and run the line that is chosen."""

        def left(line: str | None) -> None:
            if line:
                self.run_line(line)

        self.app.push_screen(FieldMenu(field, at, self.desk.keymap, self.look), left)

    def on_descendant_focus(self) -> None:
        """Let the pane with the focus show more, where it has more."""
        self.desk.focus = self.focused.id or "" if self.focused is not None else ""
        self.redraw()

    def action_move(self, way: int) -> None:
        """Scroll the pane, or choose another page."""
        if self.focused is self.pane("pages"):
            self.desk.choose_page(way)
            self.pane("pages").redraw()
            self.pane("foot").redraw()
        elif isinstance(self.focused, RowsPane):
            self.focused.scroll_rows(way)

    def action_page(self, way: int) -> None:
        """Scroll the pane by its height."""
        if isinstance(self.focused, RowsPane):
            self.focused.scroll_rows(way * self.focused.page)
