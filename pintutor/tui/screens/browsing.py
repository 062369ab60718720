"""BrowseScreen: a list to choose from, and beside or below it what is chosen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from pintutor.lab.lab import Outcome
from pintutor.tui.arrangements import BrowsePanes
from pintutor.tui.bars import bar
from pintutor.tui.browse_keys import BROWSE_SCREEN
from pintutor.tui.desk import Desk
from pintutor.tui.hints import browse_hints, browse_keys_pane
from pintutor.tui.history import History
from pintutor.tui.keys import bindings
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.list_pane import ListPane
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.paned import PanedScreen
from pintutor.tui.placing import Panes
from pintutor.tui.screens.folding import FoldingList
from pintutor.tui.screens.place import Place, keep_place, place_in
from pintutor.tui.screens.subjects import Subject
from pintutor.view.browse.listing import FOLDED, Listing, text_lines
from pintutor.view.panes import Pane
from pintutor.view.rows import Row, row
from pintutor.view.wrap import cut

ARRANGING = ("pane", "reset-panes", "theme")
"""Commands about the screen itself: one goes on browsing after them."""


class BrowseScreen(PanedScreen):
    """Over the lesson screen; it closes when a line leads away from it.

    What is typed filters the list, so only keys that are no letters do anything else.
    """

    CSS = """
    BrowseScreen { layout: vertical; overflow: hidden; }
    #bar, #line, #ask, #prompt { height: 1; }
    #foot { height: 2; }
    #notice { display: none; height: 1fr; }
    #line { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(BROWSE_SCREEN)
    parts = ("bar", "main", "ask", "foot")

    def __init__(
        self, desk: Desk, history: History, look: Look, subject: Subject, *, asked: str
    ) -> None:
        super().__init__(desk, history, look, BrowsePanes())
        self.subject = subject
        self.list = FoldingList(subject.listing, look, "list", shows=subject.shows)
        self.about = ListPane(
            self._about, look, "about", shows=self._about_shows, links=True
        )
        self.outcome: Outcome | None = None
        """What came of the line that led away; None when the learner went back."""
        self._asked = asked
        self._told: Row = ()

    def compose(self) -> ComposeResult:
        """The list and what is chosen, under a bar and over the command line."""
        look = self.look
        yield RowsPane(self._bar, look, "bar", titled=False)
        yield Panes(self.list, self.about, name="main")
        yield from self.bottom()

    def on_mount(self) -> None:
        """Begin in the list, at what was asked for or where one was before."""
        self.lay_out(self.app.size)
        self.size_prompt()
        keys = [line.key for line in self.subject.listing(80).lines if line.key]
        before = place_in(self.subject.name)
        self.list.closed = frozenset(before.folded)
        if self._asked in keys:
            self.list.show(self._asked)
        elif self._asked:
            self.list.filter = self._asked
        else:
            self.list.key, self.list.filter = before.key, before.filter
        self.list.focus()

    def on_unmount(self) -> None:
        """Keep the place for next time."""
        held = self.list
        keep_place(
            self.subject.name, Place(held.key, held.filter, tuple(sorted(held.closed)))
        )

    def came(self, outcome: Outcome) -> None:
        """Go on browsing, or close and leave what came of it to the screen below."""
        if outcome.command not in ARRANGING and not self.subject.stays(outcome.command):
            self.outcome = outcome
            self.dismiss()
            return
        self.subject.renew()
        told = self.desk.log.items[-1].told if self.desk.log.items else ()
        self._told = told[0] if told else ()

    def back_to_panes(self) -> None:
        """Put the focus on the list."""
        self.list.focus()

    def quiet_enter(self) -> None:
        """Go back to the list."""
        self.back_to_panes()

    def on_list_pane_chosen(self) -> None:
        """Show what is chosen now."""
        self.about.redraw()
        self.pane("foot").redraw()

    def on_list_pane_picked(self, event: ListPane.Picked) -> None:
        """Run the line of a row; without one, go to what is said about it."""
        if event.line.key.startswith(FOLDED):
            self.list.fold(1)
        elif event.line.line:
            self.run_line(event.line.line)
        else:
            self.action_other()

    def action_pick(self) -> None:
        """Do what the chosen row stands for."""
        self._focused_list().pick()

    def action_move(self, count: int) -> None:
        """Choose another row."""
        self._focused_list().move(count)

    def action_page(self, way: int) -> None:
        """Choose a row a screenful further."""
        pane = self._focused_list()
        pane.move(way * pane.page)

    def action_edge(self, way: int) -> None:
        """Choose the first row, or the last."""
        self._focused_list().move(way * 100_000)

    def action_other(self) -> None:
        """Go between the list and what is said about it."""
        self.show_pane("about" if self._focused_list() is self.list else "list")

    def action_fold(self, way: int) -> None:
        """Fold the part away that the chosen row is in, or unfold it."""
        self.list.fold(way)

    def action_fold_all(self, way: int) -> None:
        """Fold every part away, or none."""
        self.list.fold_all(way)

    def action_erase(self) -> None:
        """Take the last sign of the filter away."""
        self.list.look_for(self.list.filter[:-1])

    def action_back(self) -> None:
        """Take back an error, the filter, or leave."""
        if self.command_line.error is not None:
            self.command_line.action_clear()
        elif self._focused_list() is self.about:
            self.action_other()
        elif self.list.filter:
            self.list.look_for("")
        else:
            self.dismiss()

    def action_keys(self) -> None:
        """Show every key."""
        self.app.push_screen(KeysScreen(self.desk.keymap, self.look, browse_keys_pane))

    def _focused_list(self) -> ListPane:
        return self.about if self.focused is self.about else self.list

    def _about_shows(self) -> object:
        return self.subject.shows(), self.list.key

    def _about(self, width: int) -> Listing:
        """What there is to say of the row that is chosen."""
        key = self.list.key
        if key.startswith(FOLDED):
            told = text_lines(f"{key.removeprefix(FOLDED)} is folded away.", width)
            return Listing((), (), tuple(told))
        lines = self.subject.about(key, width) if key else ()
        return Listing(row((key, "name")), (), lines)

    def _ways(self) -> Row:
        """What can be done here, as the row that is chosen has it."""
        line = self._focused_list().line()
        enter = row((" Enter ", "name"), (line, "command"), "  ") if line else ()
        filters = row((" type to filter", "note"))
        return (*enter, *filters, *row((f"   {self.subject.legend}", "dim")))

    def _bar(self, width: int, height: int) -> Pane:
        return bar(self.desk.status(), width, tab="")

    def draw_foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or what to do here."""
        below = self.command_line.below(self.pane("prompt").size.width, width)
        if below is not None:
            return Pane((), (), below)
        told = self._told or self._ways()
        keys = browse_hints(width, self.desk.keymap)
        hits = tuple(hit._replace(row=1) for hit in keys.hits if not hit.row)
        return Pane((), (), (cut(told, width), *keys.rows[:1]), hits=hits)
