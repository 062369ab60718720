"""What a key repaints: the lines that changed, all of them and no others."""

from __future__ import annotations

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip

from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.pane import RowsPane
from tests.tui.pressing import Tried, press, sitting
from tests.tui.screens import PINNED, desk

KEYS = (
    *("b", "b", "n", "B", "n", "e", "E", "o", "O", "u", "r", "tab", "tab", "down", "b"),
    *("right", "b", "right", "n", "tab", "n", "a", "u", "z", "b", "z", "1", "3", "x", "X"),
)
"""Steps of all sizes, with what else changes what panes show in between."""


def shown(screen: LessonScreen) -> dict[str, list[Strip]]:
    """The strips of every pane in sight, by the pane's name."""
    return {
        pane.id or "": [pane.render_line(y) for y in range(pane.size.height)]
        for pane in screen.query(RowsPane)
        if pane.display
    }


def test_a_step_repaints_each_line_that_it_changed_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painted: dict[str, set[int]] = {}
    ever: set[str] = set()
    wholly: list[Compositor] = []
    repaint, paint_all = RowsPane._repaint, Compositor.render_full_update

    def note(pane: RowsPane, regions: list[Region]) -> None:
        painted.setdefault(pane.id or "", set()).update(one.y for one in regions)
        repaint(pane, regions)

    def note_all(compositor: Compositor, **more: bool) -> object:
        wholly.append(compositor)
        return paint_all(compositor, **more)

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "b")
        monkeypatch.setattr(RowsPane, "_repaint", note)
        monkeypatch.setattr(Compositor, "render_full_update", note_all)
        for key in ("b", "b", "n", "o", "O", "E"):
            painted.clear()
            before = shown(screen)
            await press(pilot, key)
            after = shown(screen)
            changed = {
                name: {n for n, strip in enumerate(after[name]) if strip != old[n]}
                for name, old in before.items()
            }
            assert painted == {name: lines for name, lines in changed.items() if lines}
            ever.update(painted)
        assert {"source", "time", "log", "narration"} <= ever
        assert not wholly

    sitting(desk(*PINNED), then, size=(160, 45))


def test_after_any_key_each_pane_shows_what_it_would_when_drawn_anew() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape")
        for key in KEYS:
            await press(pilot, key)
            kept = shown(screen)
            for pane in screen.query(RowsPane):
                pane._forget()
                pane.redraw(follow=False)
            assert shown(screen) == kept, key

    sitting(desk(*PINNED), then, size=(160, 45))
