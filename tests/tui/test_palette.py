"""The palette finds commands, keys, panes and lessons, and does what is chosen."""

import pytest

from pintutor.lab.registry import REGISTRY
from pintutor.tui.keys import LESSON
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose
from pintutor.tui.palette import Palette
from pintutor.view.panes.catalogue import KINDS
from tests.tui.pressing import Tried, press, sitting
from tests.tui.screens import PINNED, desk


def test_every_command_pane_and_lesson_is_in_it() -> None:
    made = desk()
    palette = Palette(LESSON, made.keymap, made.lessons, choose({}))
    keys = {key for key, _, _ in palette.entries}
    for name in REGISTRY.commands:
        assert {f"run {name}", f"begin {name}"} & keys, name
    assert {f"pane {name}" for name in KINDS} <= keys
    assert {f"run lesson {one.front.id}" for one in made.lessons} <= keys


@pytest.mark.parametrize(
    ("typed", "ran", "line", "focus"),
    [
        ("given back twice", ["audit"], "", "lesson"),
        ("mprotect", [], "mprotect ", "line"),
        ("pane iter", [], "", "iter"),
        ("lesson zero-page", ["lesson zero-page"], "", "lesson"),
    ],
)
def test_what_is_chosen_is_run_or_begun(
    typed: str, ran: list[str], line: str, focus: str
) -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, Palette)
        palette.list.look_for(typed)
        await press(pilot, "enter")
        assert [item.line for item in screen.desk.log.items] == ran
        assert screen.command_line.value == line
        assert screen.focused is not None and screen.focused.id == focus

    sitting(desk(*PINNED), then)


def test_its_own_keys_move_filter_and_close_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, Palette)
        first = palette.list.key
        await press(pilot, "down")
        second = palette.list.key
        await press(pilot, "up")
        assert (palette.list.key, second != first) == (first, True)
        await press(pilot, "pagedown")
        assert palette.list.key not in (first, second)
        await press(pilot, "pageup")
        assert palette.list.key == first
        await press(pilot, "u", "n", "backspace")
        assert palette.list.filter == "u"
        await press(pilot, "escape")
        assert pilot.app.screen is screen and screen.desk.log.items == []

    sitting(desk(*PINNED), then)
