"""The screens on which one works have panes, keys and ways to browse in common."""

from __future__ import annotations

import pytest

from pintutor.content.races.walk_commands import under_way
from pintutor.tui.compare_screen import CompareScreen
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.pane import RowsPane
from pintutor.tui.race_screen import RaceScreen
from pintutor.tui.roaming import RoamingScreen
from pintutor.tui.screens import BrowseScreen
from tests.content.races import FORK
from tests.tui.pressing import Then, Tried, drawn, press, sitting
from tests.tui.screens import PINNED, desk

RACE = f"race race-fork kernel={FORK}"
COMPARE = "compare v6.4 v6.4+zero-page-unpinned"
OPENED = {"f2": "lessons", "f3": "patches", "f4": "letters", "f5": "glossary"}


async def over(pilot: Tried, screen: LessonScreen, line: str) -> RoamingScreen:
    """Open the screen of a line over the lesson screen."""
    screen.run_line(line)
    while pilot.app.screen is screen or not pilot.app.screen.query("#source"):
        await pilot.pause(0.01)
    await pilot.pause()
    found: object = pilot.app.screen
    assert isinstance(found, RoamingScreen)
    return found


def on(line: str, then: Then, *, size: tuple[int, int] = (120, 40)) -> None:
    """Carry something out on the screen that a line opens; empty for the lesson screen."""

    async def begin(pilot: Tried, screen: LessonScreen) -> None:
        if line:
            await over(pilot, screen, line)
        else:
            await press(pilot, "escape")
        await then(pilot, screen)

    sitting(desk(*PINNED), begin, size=size)


def shown(pilot: Tried) -> RoamingScreen:
    """The screen in sight, which must be one to work on."""
    found: object = pilot.app.screen
    assert isinstance(found, RoamingScreen)
    return found


@pytest.mark.parametrize(
    ("line", "keys"), [("", ["f2", "f5"]), (RACE, ["f3"]), (COMPARE, ["f4"])]
)
def test_what_one_browses_opens_from_every_screen_and_returns_to_it(
    line: str, keys: list[str]
) -> None:
    async def then(pilot: Tried, _: LessonScreen) -> None:
        below = shown(pilot)
        for key in keys:
            await press(pilot, key)
            browsed: object = pilot.app.screen
            assert isinstance(browsed, BrowseScreen)
            assert browsed.subject.name == OPENED[key]
            await press(pilot, "escape")
            assert below.is_current

    on(line, then)


def test_a_lesson_that_is_begun_from_a_race_is_taken_on_the_lesson_screen() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "f2", *"zero-page-0", "enter")
        for _ in range(20):
            await pilot.pause(0.01)
        assert screen.is_current
        assert screen.desk.session is not None and under_way(screen.desk.lab) is None
        assert screen.focused is screen.pane("lesson")

    on(RACE, then)


@pytest.mark.parametrize("line", ["", RACE, COMPARE])
def test_a_pane_is_jumped_to_shown_alone_and_moved_on_every_screen(line: str) -> None:
    async def then(pilot: Tried, _: LessonScreen) -> None:
        screen = shown(pilot)
        names = [*screen.arrangement.boxes(120, 40)]
        await press(pilot, "j", "abcdefgh"[names.index("pages")])
        pages = screen.pane("pages")
        assert screen.focused is pages
        await press(pilot, "z")
        assert pages.size.width == 120 and not screen.pane("source").display
        before = pages.size.height
        await press(pilot, "z")
        assert screen.pane("source").display and pages.size.height < before
        await press(pilot, "less_than_sign")
        await pilot.pause()
        assert pages.region.y < screen.pane("source").region.y
        again = type(screen.arrangement)()  # type: ignore[call-arg]
        assert again.columns == screen.arrangement.columns

    on(line, then)


def test_in_a_race_a_pane_goes_below_the_lanes_and_back() -> None:
    async def then(pilot: Tried, _: LessonScreen) -> None:
        screen = shown(pilot)
        screen.pane("pages").focus()
        await press(pilot, "left_square_bracket")
        await pilot.pause()
        assert screen.pane("pages").region.x == 0
        assert screen.pane("lanes").display
        screen.run_line("reset-panes")
        await pilot.pause()
        assert screen.pane("pages").region.x > 0

    on(RACE, then)


def test_in_a_race_on_a_narrow_screen_tab_goes_through_lanes_and_panes() -> None:
    async def then(pilot: Tried, _: LessonScreen) -> None:
        screen, seen = shown(pilot), []
        for _turn in range(6):
            await press(pilot, "tab")
            assert isinstance(screen.focused, RowsPane)
            seen.append(screen.focused.id)
        assert {"lanes", "choices", "source", "pages"} == {*seen}
        await press(pilot, "0")
        assert isinstance(screen, RaceScreen) and screen.walk.at == 1

    on(RACE, then, size=(80, 24))


def test_in_a_race_what_is_asked_is_told_in_the_log() -> None:
    async def then(pilot: Tried, _: LessonScreen) -> None:
        await press(pilot, "0", "y")
        assert "_refcount" in "\n".join(shown(pilot).pane("log").text())
        assert shown(pilot).pane("log").display and shown(pilot).pane("lanes").display

    on(RACE, then)


def test_in_a_race_any_pane_of_the_machine_can_be_asked_for_and_stays() -> None:
    async def then(pilot: Tried, _: LessonScreen) -> None:
        screen = shown(pilot)
        screen.run_line("pane tables")
        screen.run_line("pane tasks")
        await press(pilot, "0")
        assert screen.pane("tables").display and screen.pane("tasks").display

    on(RACE, then, size=(160, 45))


def test_two_kernels_show_a_pane_that_is_asked_for_of_both() -> None:
    async def then(pilot: Tried, _: LessonScreen) -> None:
        screen = shown(pilot)
        assert isinstance(screen, CompareScreen)
        screen.run_line("pane stack")
        await pilot.pause()
        await press(pilot, "i")
        assert sum("try_grab_page" in line for line in drawn(pilot)) >= 2

    on(COMPARE, then)
