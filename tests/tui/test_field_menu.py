"""What can be asked about a field: a menu of lines, by mouse and by key."""

import pytest
from textual.events import Click, MouseDown, MouseUp

from pintutor.tui.asking import field_in, field_lines, watchable
from pintutor.tui.field_menu import FieldMenu
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.view.rows import row
from tests.labs import run, started
from tests.tui.pressing import Tried, drawn, press, sitting
from tests.tui.screens import PINNED, desk, drive


@pytest.mark.parametrize(
    "field", ["zero._refcount", "buf[0].pte", "vmstat.nr_foll_pin_acquired"]
)
def test_every_line_of_a_menu_can_be_run(field: str) -> None:
    lab = started(*PINNED)
    for line in field_lines(field):
        run(lab, line)


def test_the_field_is_the_one_that_stands_under_the_pointer() -> None:
    counters = row("  ", "nr_foll_pin_acquired ", "1   ", "nr_foll_pin_released ", "0")
    assert field_in("vmstat", counters, 4) == "vmstat.nr_foll_pin_acquired"
    assert field_in("vmstat", counters, 40) == "vmstat.nr_foll_pin_released"
    entries = row("▶ ", "  PTE 0..3     ", ("buf[0..3] ", "name"), "zero r--a-")
    assert field_in("tables", entries, 0) == "buf[0].pte"
    assert field_in("tables", row("  PGD 254"), 0) == ""


def test_a_key_watches_the_field_in_view() -> None:
    assert drive(desk(*PINNED), ["escape", "W"]).ran == ["watch zero._refcount"]
    assert watchable("buf[0].pte") == "buf[0].pte.write"


def test_a_key_opens_the_menu_and_enter_runs_a_line() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "v")
        assert isinstance(pilot.app.screen, FieldMenu)
        await press(pilot, "down", "down", "up", "enter")
        assert screen.desk.log.items[-1].line == "last zero._refcount"
        await press(pilot, "v", "escape")
        assert pilot.app.screen_stack[-1] is screen

    sitting(desk(*PINNED), then)


def test_the_other_button_opens_the_menu_of_what_is_under_the_pointer() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        y, line = next((y, one) for y, one in enumerate(drawn(pilot)) if "PTE 0 " in one)
        at = line.index("PTE 0 ")
        clicked = [MouseDown, MouseUp, Click]
        await pilot._post_mouse_events(clicked, offset=(at, y), button=3)
        await pilot.pause()
        menu = pilot.app.screen
        assert isinstance(menu, FieldMenu)
        await pilot.click(menu.list, offset=(3, 2))
        await pilot.pause()
        assert screen.desk.log.items[-1].line == "watch buf[0].pte.write"

    sitting(desk(*PINNED), then)
