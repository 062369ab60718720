"""Where panes stand follows from the size; the learner may order and zoom them."""

import json
import random

import pytest

from pintutor.tui.arrangements import BrowsePanes, ComparePanes, LessonPanes, RacePanes
from pintutor.tui.arranging import Arrangement
from pintutor.tui.desk import Desk
from pintutor.tui.keys import TABS
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.shape import Wish, heights, room
from pintutor.view.kept import path
from pintutor.view.panes.catalogue import KINDS
from tests.tui.pressing import Tried, drawn, press, sitting
from tests.tui.screens import PINNED, desk, drive
from tests.tui.test_moving_panes import column

SIZES = [(200, 60), (160, 45), (120, 36), (100, 20), (80, 24), (60, 20), (40, 12)]
IO = ("disk d 64K", "file f 4 on d fs=vfat", "mmap buf 2", "dio read f 0 buf async")


def arranged(made: Desk) -> LessonPanes:
    """An arrangement that has seen where the desk stands."""
    found = LessonPanes()
    found.notice(made.now)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_no_pane_lies_over_another_and_all_the_room_is_used(size: tuple[int, int]) -> None:
    boxes = arranged(desk(*PINNED)).boxes(*size).values()
    cells = {
        (x, y)
        for box in boxes
        for x in range(box.x, box.x + box.width)
        for y in range(box.y, box.y + box.height)
    }
    assert len(cells) == sum(box.width * box.height for box in boxes)
    assert cells == {(x, y) for x in range(size[0]) for y in range(room(size[1]))}


@pytest.mark.parametrize("size", SIZES)
def test_every_pane_can_be_brought_into_sight_at_every_size(size: tuple[int, int]) -> None:
    found = arranged(desk(*PINNED))
    for name in KINDS:
        found.choose(name)
        assert name in found.boxes(*size)


def test_three_columns_two_or_tabs_follow_from_the_size() -> None:
    found = arranged(desk(*PINNED))
    edges = [len({box.x for box in found.boxes(*size).values()}) for size in SIZES]
    assert edges == [3, 3, 2, 2, 1, 1, 1]


def test_a_pane_comes_when_it_has_something_to_show_and_stays() -> None:
    made = desk(*PINNED)
    found = arranged(made)
    assert "dio" not in found.boxes(160, 45)
    for line in IO[:2]:
        made.run(line)
    made.run("mmap more 2")
    made.run("dio read f 0 more async")
    assert found.notice(made.now)
    assert "dio" in found.boxes(160, 45)
    made.run("undo 2")
    assert not found.notice(made.now)
    assert "dio" in found.boxes(160, 45)


def test_another_machine_begins_with_the_panes_that_are_always_there() -> None:
    made = desk(*IO)
    found = arranged(made)
    assert "dio" in found.boxes(160, 45)
    made.run("lab")
    found.notice(made.now)
    assert "dio" not in found.boxes(160, 45)


def test_the_order_of_panes_is_kept_for_next_time() -> None:
    found = arranged(desk(*PINNED))
    assert found.shift("pages", found.boxes(120, 40), -1)
    assert LessonPanes().columns[1][:3] == ["pages", "source", "tables"]


def test_the_first_pane_goes_no_further_up() -> None:
    found = arranged(desk(*PINNED))
    assert not found.shift("source", found.boxes(120, 40), -1)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"panes": 3}', '{"panes": ["x", 4]}', '{"panes": [["x", 4]]}']
)
def test_a_damaged_file_of_what_was_kept_is_as_none(text: str) -> None:
    path().parent.mkdir(parents=True)
    path().write_text(text)
    assert LessonPanes().columns == [["lesson", "log"], [*KINDS], []]


def across(found: Arrangement, name: str, size: tuple[int, int], way: int) -> bool:
    """Move a pane to the column beside, at a size."""
    return found.across(name, found.boxes(*size), way)


def test_a_pane_goes_over_into_the_column_beside_at_its_height_and_stays_there() -> None:
    found = arranged(desk(*PINNED))
    assert across(found, "pages", (120, 40), -1)
    assert column(found, (120, 40), 0) == ["lesson", "pages", "log"]
    assert LessonPanes().columns[0] == ["lesson", "pages", "log"]
    assert across(found, "pages", (120, 40), 1)
    assert "pages" in column(found, (120, 40), 1)


def test_a_pane_leaves_the_third_column_and_returns_and_the_others_stay() -> None:
    found = arranged(desk(*PINNED))
    middle, third = (column(found, (160, 45), number) for number in (1, 2))
    assert across(found, third[0], (160, 45), -1)
    assert {*column(found, (160, 45), 1)} == {*middle, third[0]}
    assert column(found, (160, 45), 2) == third[1:]
    assert across(found, third[0], (160, 45), 1)
    assert [column(found, (160, 45), number) for number in (1, 2)] == [middle, third]


def test_a_column_keeps_one_pane_and_there_is_none_beyond_the_last() -> None:
    found = arranged(desk(*PINNED))
    assert not across(found, "log", (120, 40), -1)
    assert across(found, "log", (120, 40), 1)
    assert not across(found, "lesson", (120, 40), 1)


@pytest.mark.parametrize("size", [(200, 60), (160, 45), (120, 36)])
def test_no_pane_is_lost_however_panes_are_moved(size: tuple[int, int]) -> None:
    found = arranged(desk(*IO))
    every = sorted(found.names)
    chance = random.Random(7)
    for _ in range(60):
        boxes = found.boxes(*size)
        name, other = chance.choice([*boxes]), chance.choice([*boxes])
        way = chance.choice((-1, 1))
        move = chance.choice(("across", "shift", "place"))
        if move == "place":
            found.place(name, other, boxes)
        else:
            getattr(found, move)(name, boxes, way)
        assert sorted(found.names) == every
        edges = {box.x for box in found.boxes(*size).values()}
        assert len(edges) == len({box.x for box in boxes.values()})
    found.reset()
    assert found.columns == LessonPanes().columns == arranged(desk()).columns


def test_a_pane_takes_the_place_of_another() -> None:
    found = arranged(desk(*PINNED))
    assert found.place("vmstat", "source", found.boxes(120, 40))
    assert column(found, (120, 40), 1)[:2] == ["vmstat", "source"]
    assert found.place("vmstat", "source", found.boxes(120, 40))
    assert column(found, (120, 40), 1)[:2] == ["source", "vmstat"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("made", [RacePanes, ComparePanes])
def test_the_other_screens_use_all_their_room_and_can_show_every_pane(
    made: type[RacePanes] | type[ComparePanes], size: tuple[int, int]
) -> None:
    found = made()
    for name in found.names:
        found.choose(name)
        boxes = found.boxes(*size)
        assert name in boxes
        rows = max(box.y + box.height for box in boxes.values())
        assert sum(box.width * box.height for box in boxes.values()) == size[0] * rows


def test_list_and_what_is_said_change_places() -> None:
    found = BrowsePanes()
    assert found.across("list", found.boxes(120, 40), 1)
    assert BrowsePanes().boxes(120, 40)["about"].x == 0
    assert BrowsePanes().boxes(80, 24)["about"].y == 0


def test_what_else_was_kept_stays_in_the_file() -> None:
    desk().run("theme light")
    found = arranged(desk(*PINNED))
    found.shift("pages", found.boxes(120, 40), -1)
    assert json.loads(path().read_text())["theme"] == "light"


def test_a_pane_that_does_not_fit_is_left_out_for_those_before_it() -> None:
    wishes = [Wish("a", 5, 9), Wish("b", 4, 4), Wish("c", 3, 3)]
    assert heights(wishes, 8) == {"a": 5, "c": 3}
    assert heights(wishes, 8, "b") == {"b": 5, "c": 3}


def test_zoom_gives_a_pane_all_the_room_and_takes_it_back() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        before = drawn(pilot)
        await press(pilot, "2", "z")
        assert screen.pane("source").size.width == 120
        await press(pilot, "z", "1")
        assert drawn(pilot) == before

    sitting(desk(*PINNED, lesson="zero-page"), then)


def test_a_letter_stands_in_each_pane_while_one_jumps() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "ctrl+o")
        assert screen.pane("source").text()[0].startswith("├─ [c]")
        await press(pilot, "d")
        assert screen.focused is screen.pane("pages")
        assert "[c]" not in screen.pane("source").text()[0]

    sitting(desk(*PINNED), then)


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (40, 12)])
def test_the_numbers_go_to_every_tab_at_every_size(size: tuple[int, int]) -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape")
        for number, tab in enumerate(TABS, 1):
            await press(pilot, str(number))
            here = screen.focused.id if screen.focused else None
            assert here in screen.panes.in_tab(tab)

    sitting(desk(*PINNED), then, size=size)


def test_lab_leaves_the_lesson_for_a_machine_of_ones_own() -> None:
    seen = drive(desk(lesson="zero-page"), ["L"])
    assert seen.desk.session is None
    assert "mmap buf 2  two pages of memory" in seen.text
