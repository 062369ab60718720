"""The screens to browse in: what their keys and the mouse do, and what they look like."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from textual.events import MouseScrollDown

from pintutor.content import catalogue
from pintutor.content.catalogue import lessons
from pintutor.patches.series import ALL
from pintutor.tui.browse_keys import BROWSE_SCREEN
from pintutor.tui.list_pane import ListPane
from pintutor.tui.looks import choose
from pintutor.tui.pane import RowsPane
from pintutor.tui.screens import BrowseScreen
from tests.tui.browsed import Tried, browse
from tests.tui.races import canvas
from tests.tui.screens import desk, snapshot

SIZES = [(120, 40), (80, 24), (60, 20), (40, 12)]
SNAPSHOTS = {
    "course-map": ("lessons zero colours", ["down"]),
    "patches": ("patches old-dio-v4", ["down", "down"]),
    "letters": ("letters v19", []),
    "glossary": ("glossary bias", []),
}


def test_the_course_map_begins_at_the_lesson_that_comes_next() -> None:
    seen = browse(desk(), "lessons")
    assert seen.chosen == lessons()[0].front.id
    assert "▶→ 1.1" in seen.text and seen.shown == len(lessons())


def test_enter_begins_the_lesson_that_is_chosen() -> None:
    seen = browse(desk(), "lessons", ["down", "enter"])
    assert seen.ran == [f"lesson {lessons()[1].front.id}"]
    assert seen.desk.session is not None and not seen.open


@pytest.mark.parametrize("typed", ["6.4", "zero-page-0-unpinned", "More than one zero"])
def test_what_is_typed_finds_a_lesson_by_number_title_and_patch(typed: str) -> None:
    seen = browse(desk(), "lessons", ["space" if x == " " else x for x in typed])
    assert seen.filter == typed and 0 < seen.shown < 9
    assert "6.4" in seen.text and "3.1 " not in seen.text


@pytest.mark.parametrize(
    ("line", "typed", "best"),
    [
        ("lessons", "zero-p", "zero-page"),
        ("patches", "zero-page", "zero-page-unpinned"),
        ("glossary", "pin", "pin"),
        ("glossary", "PIN", "pin"),
    ],
)
def test_what_is_typed_chooses_what_it_names_best(line: str, typed: str, best: str) -> None:
    assert browse(desk(), line, ["down", *typed]).chosen == best


async def _erase(pilot: Tried) -> None:
    pane = pilot.app.screen.query_one("#list", ListPane)
    assert not pane.lines and "nothing here has all these words" in pane.text()[1]
    await pilot.press(*["backspace"] * 3)


def test_what_nothing_has_shows_so_and_backspace_brings_it_back() -> None:
    assert browse(desk(), "lessons", [*"zzz"], then=_erase).shown == len(lessons())


async def _escape(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    assert screen.list.filter == "zero"
    await pilot.press("escape")
    assert screen.list.filter == "" and screen.is_current
    await pilot.press("escape")


def test_escape_takes_back_the_filter_and_then_leaves() -> None:
    assert not browse(desk(), "lessons zero", then=_escape).open


def test_the_place_is_kept() -> None:
    made = desk()
    before = browse(made, "patches", ["down"] * 7).chosen
    assert browse(made, "patches").chosen == before != ALL[0].name


async def _about(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    found = []
    for key in ("end", "home", "pagedown", "pageup", "down", "down", "up"):
        await pilot.press(key)
        found.append([one.name for one in ALL].index(screen.list.key))
    last, first, further, back, *near = found
    assert (last, first, back, near) == (len(ALL) - 1, 0, 0, [1, 2, 1])
    assert 5 < further < 50


def test_keys_choose_rows_near_and_far() -> None:
    browse(desk(), "patches", then=_about)


async def _to_and_fro(pilot: Tried) -> None:
    for key, focus in (("tab", "about"), ("shift+tab", "list"), ("tab", "about")):
        await pilot.press(key)
        assert pilot.app.screen.focused is pilot.app.screen.query_one(f"#{focus}")
    await pilot.press("escape")
    assert pilot.app.screen.focused is pilot.app.screen.query_one("#list")
    await pilot.press("tab", "down", "enter")


def test_tab_goes_to_what_is_said_and_its_lines_run() -> None:
    seen = browse(desk(), "glossary bias", then=_to_and_fro)
    assert seen.ran == ["source try_grab_folio"] and not seen.open


def test_enter_on_an_entry_without_a_line_goes_to_what_is_said_about_it() -> None:
    assert browse(desk(), "letters", ["enter"]).focus == "about"


async def _revert(pilot: Tried) -> None:
    await pilot.pause()
    shown = "\n".join(pilot.app.screen.query_one("#list", ListPane).text())
    assert "✓ zero-page-unpinned" in shown
    await pilot.press("enter")


def test_enter_applies_a_patch_and_reverts_it() -> None:
    seen = browse(desk(), "patches zero-page-unpinned", ["enter"], then=_revert)
    assert seen.ran == ["apply zero-page-unpinned", "revert zero-page-unpinned"]
    assert seen.open and "· zero-page-unpinned" in seen.text


async def _mend(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    assert "needs" in screen.pane("foot").text()[0]
    await pilot.press("escape")
    assert screen.command_line.error is None


def test_a_patch_that_is_refused_says_why_and_escape_takes_the_error_back() -> None:
    assert browse(desk(), "patches folio-add-pin", ["enter"], then=_mend).open


def test_a_patch_shows_what_it_needs_and_what_needs_it() -> None:
    text = browse(desk(), "patches zero-page-unpinned", size=(200, 120)).text
    assert "needed by" in text and "patches folio-add-pin" in text
    assert "taught by" in text and "lesson zero-page" in text
    assert re.search(r"\+ +if is_zero_page\(page\)", text)


def test_a_line_can_be_typed_and_the_keys_are_listed() -> None:
    seen = browse(desk(), "patches", ["colon", *"patches", "enter"])
    assert seen.ran == ["patches"]


async def _click(pilot: Tried) -> None:
    await pilot.click("#list", offset=(8, 4))


async def _click_twice(pilot: Tried) -> None:
    await _click(pilot)
    chosen = pilot.app.screen.query_one("#list", ListPane).key
    assert chosen == lessons()[2].front.id
    await _click(pilot)


async def _click_link(pilot: Tried) -> None:
    rows = pilot.app.screen.query_one("#about", ListPane).text()
    link = next(y for y, text in enumerate(rows) if "lesson page-counts" in text)
    await pilot.click("#about", offset=(6, link))


async def _click_back(pilot: Tried) -> None:
    keys = pilot.app.screen.query_one("#foot", RowsPane).text()[1]
    await pilot.click("#foot", offset=(keys.index("Esc"), 1))
    await pilot.pause()


async def _wheel(pilot: Tried) -> None:
    pane = pilot.app.screen.query_one("#list", ListPane)
    before = pane.text()[2]
    pane.post_message(_scrolled(pane))
    await pilot.pause()
    assert pane.text()[2] != before


def _scrolled(pane: ListPane) -> MouseScrollDown:
    return MouseScrollDown(pane, 5, 5, 0, 0, 0, False, False, False)


def test_a_click_chooses_and_another_runs() -> None:
    third = lessons()[2].front.id
    assert browse(desk(), "lessons", then=_click_twice).ran == [f"lesson {third}"]


def test_a_click_on_a_line_in_what_is_said_runs_it() -> None:
    assert browse(desk(), "lessons", then=_click_link).ran == ["lesson page-counts"]


def test_a_key_that_is_clicked_in_the_bar_is_pressed() -> None:
    assert not browse(desk(), "letters", then=_click_back).open


def test_the_wheel_scrolls_and_leaves_the_choice() -> None:
    seen = browse(desk(), "lessons", then=_wheel)
    assert seen.chosen == lessons()[0].front.id


async def _every_size(pilot: Tried) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    for size in SIZES:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        shown = canvas(screen)
        assert screen.subject.name in "\n".join(shown)
        assert max(map(len, shown)) <= size[0]
        assert not [pane for pane in screen.query(RowsPane) if pane.failure]


@pytest.mark.parametrize("line", ["lessons", "patches", "letters", "glossary"])
def test_every_screen_fits_every_size(line: str) -> None:
    assert browse(desk(), line, then=_every_size).open


async def _mash(pilot: Tried) -> None:
    chance = random.Random(1)
    screen = pilot.app.screen
    assert isinstance(screen, BrowseScreen)
    keys = [
        key.keys for key in BROWSE_SCREEN if key.id not in ("browse-back", "browse-pick")
    ]
    for _ in range(60):
        await pilot.press(chance.choice([*keys, "a", "z", "問"]))
        if len(screen.list.filter) > 1:
            await pilot.press("backspace", "backspace")
        found = [line.key for line in screen.list.lines if line.key]
        assert screen.list.key in found or not found
        assert not [pane for pane in screen.query(RowsPane) if pane.failure]


def test_no_sequence_of_keys_loses_the_choice() -> None:
    assert browse(desk(), "patches", size=(60, 20), then=_mash).open


def test_every_key_has_been_pressed_here_or_where_places_are_kept() -> None:
    files = (Path(__file__), Path(__file__).with_name("test_browse_place.py"))
    text = "".join(file.read_text("utf-8") for file in files)
    keys = {one for key in BROWSE_SCREEN for one in key.keys.split(",")}
    assert not {key for key in keys if f'"{key}"' not in text}


def test_a_screen_without_colours_and_signs_says_the_same() -> None:
    look = choose({"NO_COLOR": "1", "PINTUTOR_ASCII": "1"})
    text = browse(desk(), "patches zero-page-unpinned", ["enter"], look=look).text
    assert text.isascii() and ">+ zero-page-unpinned" in text


def _uncounted(found: re.Match[str]) -> str:
    """A title without numbers: how many there are of anything is the course's affair."""
    return re.sub(r"\d+", "#", re.sub("[─━]+", "─", found[0]))


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_screen_looks_as_it_did_when_it_was_accepted(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [one for one in lessons() if one.number.startswith(("1.", "5.", "6."))]
    monkeypatch.setattr(catalogue, "lessons", lambda: shown)
    line, keys = SNAPSHOTS[name]
    drawn = browse(desk(), line, keys, size=size).text + "\n"
    drawn = re.sub(r"(?m)^[─━].*$|\d+/\d+ applied", _uncounted, drawn)
    file = snapshot(f"{name}-{size[0]}x{size[1]}")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")
