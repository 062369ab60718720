"""Panes are moved by lines, by keys and by the mouse."""

from __future__ import annotations

import pytest

from pintutor.lab.errors import CommandError
from pintutor.tui.arranging import Arrangement
from pintutor.tui.lesson_screen import LessonScreen
from tests.tui.pressing import Tried, press, sitting
from tests.tui.screens import PINNED, desk


def column(found: Arrangement, size: tuple[int, int], number: int) -> list[str]:
    """The panes of a column, from the top."""
    boxes = found.boxes(*size)
    edge = sorted({box.x for box in boxes.values()})[number]
    return [name for name, box in boxes.items() if box.x == edge]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("pane pages left", ["lesson", "pages", "log"]),
        ("pane log lesson", ["log", "lesson"]),
        ("pane log up", ["log", "lesson"]),
    ],
)
def test_a_line_moves_a_pane_and_another_brings_all_back(
    line: str, names: list[str]
) -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.run_line(line)
        await pilot.pause()
        assert column(screen.panes, (120, 40), 0) == names
        screen.run_line("reset-panes")
        await pilot.pause()
        assert column(screen.panes, (120, 40), 0) == ["lesson", "log"]

    sitting(desk(*PINNED), then)


def test_a_line_shows_a_pane_alone_and_brings_it_into_sight() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.run_line("pane stack")
        await pilot.pause()
        assert screen.pane("stack").display
        screen.run_line("pane pages alone")
        await pilot.pause()
        assert screen.pane("pages").size.width == 120

    sitting(desk(*PINNED), then)


@pytest.mark.parametrize(
    ("line", "word", "meant"),
    [
        ("pane pagse", "pagse", "pages"),
        ("pane pages rihgt", "rihgt", "right"),
        ("pane pages suorce", "suorce", "source"),
    ],
)
def test_a_place_that_there_is_not_is_told_at_its_word(
    line: str, word: str, meant: str
) -> None:
    with pytest.raises(CommandError) as error:
        desk().run(line)
    at = error.value.at
    assert at is not None and line[at.start : at.stop] == word
    assert f"did you mean `{meant}`?" in f"{error.value}"


def test_a_pane_that_another_screen_has_is_told() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.run_line("pane lanes")
        screen.run_line("pane lesson up")
        await pilot.pause()
        told = " ".join(each.message for each in pilot.app._notifications)
        assert "no pane lanes on this screen" in told
        assert "lesson can go no further there" in told

    sitting(desk(), then)


def test_brackets_move_a_pane_across_and_a_drag_puts_it_where_it_is_dropped() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "3", "left_square_bracket")
        assert "pages" in column(screen.panes, (120, 40), 0)
        await press(pilot, "right_square_bracket")
        assert "pages" in column(screen.panes, (120, 40), 1)
        title, there = screen.pane("vmstat").region, screen.pane("source").region
        await pilot.mouse_down(offset=(title.x + 5, title.y))
        await pilot.mouse_up(offset=(there.x + 5, there.y + 3))
        await pilot.pause()
        assert screen.desk.log.items[-1].line == "pane vmstat source"
        assert column(screen.panes, (120, 40), 1)[0] == "vmstat"
        assert screen.pane("vmstat").region.y == there.y

    sitting(desk(*PINNED), then)
