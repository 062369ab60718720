"""PanedScreen: a screen of panes that the learner arranges."""

from __future__ import annotations

from textual.geometry import Size

from pintutor.tui.arranging import Arrangement
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.jump import Jump
from pintutor.tui.keys import TABS
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.placing import Panes
from pintutor.tui.shape import ROWS, WIDE, Box, narration_rows, time_rows
from pintutor.tui.working import WorkScreen


class PanedScreen(WorkScreen):
    """Shows the panes that fit, in the learner's order; keys move between them."""

    parts = ROWS

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        super().__init__(desk, history, look)
        self.arrangement = Arrangement()
        self._boxes: dict[str, Box] = {}

    @property
    def narrow(self) -> bool:
        """True when the panes do not fit side by side."""
        return self._arranged.width < WIDE

    def fit(self, size: Size) -> None:
        """Show the panes that fit, and give each its place."""
        width, height = size
        self.arrangement.notice(self.desk.now)
        self._boxes = self.arrangement.boxes(width, height)
        self.query_one("#main", Panes).place(self._boxes)
        self.pane("time").styles.height = time_rows(height)
        self.pane("narration").styles.height = narration_rows(height)

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
        """Put the focus on the first pane in sight, if there is room for any."""
        for pane in self._panes()[:1]:
            pane.focus()

    def _panes(self) -> list[RowsPane]:
        """The panes in sight that can have the focus."""
        return [self.pane(name) for name in self._boxes]

    def show_pane(self, name: str, *, focus: bool = True) -> None:
        """Bring a pane into sight; with `focus`, keys go to it."""
        if name not in self._boxes or self.narrow:
            self.arrangement.choose(name)
            self.rearrange()
        if focus or isinstance(self.focused, RowsPane):
            self.pane(name if focus else next(iter(self._boxes))).focus()

    def action_cycle(self, way: int) -> None:
        """Go to the next pane; on a narrow screen through all tabs."""
        shown = self._panes()
        at = shown.index(self.focused) if self.focused in shown else -1
        if 0 <= at + way < len(shown):
            shown[at + way].focus()
            return
        if self.narrow:
            tab = TABS[(TABS.index(self.arrangement.tab) + way) % len(TABS)]
            self.show_pane(self.arrangement.in_tab(tab)[0])
            shown = self._panes()
        shown[0 if way > 0 else -1].focus()

    def action_tab(self, tab: str) -> None:
        """Go to the panes that belong together under a number; again for the next."""
        names = self.arrangement.in_tab(tab)
        here = self.focused.id if self.focused is not None else None
        at = names.index(here) + 1 if here in names else 0
        self.show_pane(names[at % len(names)], focus=self.focused != self.command_line)

    def action_jump(self) -> None:
        """Show a letter in each pane, and go to the pane whose letter is pressed."""

        def left(pane: RowsPane | None) -> None:
            if pane is not None:
                pane.focus()

        self.app.push_screen(Jump(self._panes(), self.look), left)

    def action_zoom(self) -> None:
        """Give the pane with the focus all the room, or give it back."""
        if isinstance(self.focused, RowsPane):
            self.arrangement.zoom(self.focused.id or "")
            self.rearrange()

    def action_shift(self, way: int) -> None:
        """Let the pane with the focus change places with a neighbour."""
        name = self.focused.id if isinstance(self.focused, RowsPane) else None
        if name and self.arrangement.shift(name, [*self._boxes], way):
            self.rearrange()

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
