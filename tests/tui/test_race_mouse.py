"""The race screen by mouse: who goes on, and where to stand."""

from pintutor.content.races.walk_commands import under_way
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.race_screen import RaceScreen
from tests.content.races import FORK
from tests.tui.pressing import Tried, click, drawn, press, sitting
from tests.tui.screens import desk

BEGIN = f"race race-fork kernel={FORK}"


def at(screen: LessonScreen) -> int:
    """How many turns have been taken."""
    walk = under_way(screen.desk.lab)
    assert walk is not None
    return walk.at


async def begun(pilot: Tried, screen: LessonScreen) -> None:
    """Wait for the race to be in sight."""
    screen.run_line(BEGIN)
    while not isinstance(pilot.app.screen, RaceScreen):
        await pilot.pause(0.01)
    await pilot.pause()


def test_a_click_on_a_cpu_lets_it_go_on() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await begun(pilot, screen)
        await click(pilot, "P1  would begin")
        await click(pilot, "P0  would begin")
        assert [item.line for item in screen.desk.log.items[-2:]] == ["turn P1", "turn P0"]
        assert at(screen) == 2

    sitting(desk(), then, size=(80, 24))


def test_a_click_on_a_turn_goes_to_where_it_was_taken() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await begun(pilot, screen)
        await press(pilot, *"0001", "l")
        await click(pilot, " 2   reads")
        assert at(screen) == 2
        assert any(line.startswith(">2 ") for line in drawn(pilot))
        await click(pilot, "4                                        begins")
        assert at(screen) == 4
        await press(pilot, "r", "pageup", "pageup", "pagedown")
        (names,) = [line for line in drawn(pilot) if "P0  pin buf write as p" in line]
        assert "P1  fork child" in names  # though the lanes have scrolled

    sitting(desk(), then, size=(80, 24))
