"""The screens to browse in: what is folded, where panes stand, and what is kept."""

from __future__ import annotations

import pytest

from pintutor.content.catalogue import lessons
from pintutor.tui.screens import BrowseScreen
from pintutor.tui.screens.place import Place, place_in
from pintutor.view.kept import path
from tests.tui.browsed import Tried, browse
from tests.tui.screens import desk


def test_row_filter_and_folds_are_there_again_in_the_next_sitting() -> None:
    browse(desk(), "lessons", ["shift+left", "down", "right", "down"])
    again = browse(desk(), "lessons")
    second = [one.front.id for one in lessons() if one.number.startswith("2.")]
    assert again.chosen == second[1] and "folded" in again.text
    browse(desk(), "glossary", [*"bias"])
    assert browse(desk(), "glossary").filter == "bias"


def test_words_of_the_line_take_the_place_of_the_filter_that_was_kept() -> None:
    browse(desk(), "patches", [*"zero", "down"])
    assert browse(desk(), "patches iomap").filter == "iomap"


@pytest.mark.parametrize(
    "kept", ["3", '{"lessons": 3}', '{"lessons": {"key": 1, "folded": "x", "filter": []}}']
)
def test_a_damaged_place_is_as_none(kept: str) -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    path().write_text(f'{{"browsed": {kept}}}')
    assert place_in("lessons") == Place()


async def _fold(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    first, second = (lessons()[n].front for n in (0, 1))
    await pilot.press("down", "left")
    assert "folded" in screen.list.text()[1] and first.title not in screen.list.text()[2]
    assert f"{first.topic} is folded away" in "".join(screen.about.text())
    await pilot.press("enter")
    assert screen.list.key == first.id
    await pilot.press("down", "shift+left")
    assert len(screen.list.lines) == len({one.front.topic for one in lessons()})
    await pilot.press(*second.id)
    assert screen.list.key == second.id
    await pilot.press("escape", "shift+right")
    assert sum(bool(line.key) for line in screen.list.lines) == len(lessons())


def test_a_part_is_folded_away_and_a_filter_looks_into_it() -> None:
    assert browse(desk(), "lessons", then=_fold).ran == []


async def _click_heading(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    before = len(screen.list.lines)
    await pilot.click("#list", offset=(4, 1))
    folded = len(screen.list.lines)
    await pilot.click("#list", offset=(4, 1))
    assert folded < before == len(screen.list.lines)


def test_a_heading_folds_its_part_when_it_is_clicked() -> None:
    assert browse(desk(), "patches", then=_click_heading).ran == []


def test_what_a_line_names_is_shown_though_its_part_was_folded_away() -> None:
    browse(desk(), "patches", ["shift+left"])
    assert browse(desk(), "patches zero-page-unpinned").chosen == "zero-page-unpinned"


async def _arrange(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    await pilot.press("f7")
    assert screen.list.size.width == 120 and not screen.about.display
    await pilot.press("f7", "f8")
    await pilot.pause()
    assert screen.about.region.x == 0 < screen.list.region.x
    await pilot.press("ctrl+o", "b")
    assert screen.focused is screen.list
    await pilot.press("f8")


def test_list_and_what_is_said_can_be_shown_alone_and_change_places() -> None:
    seen = browse(desk(), "letters", then=_arrange)
    assert seen.open and seen.ran == []


async def _look(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    screen.run_line("pane about list")
    await pilot.pause()
    assert screen.is_current and screen.about.region.x == 0


def test_a_line_about_the_screen_does_not_leave_it() -> None:
    assert browse(desk(), "letters", then=_look).open
