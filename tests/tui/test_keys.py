"""Every key does what the list of keys says, and the list is what is shown."""

import pytest

from pintutor.lab.registry import REGISTRY
from pintutor.tui.compare_keys import COMPARE
from pintutor.tui.hints import hints, keys_pane
from pintutor.tui.keymap import ALL, GROUPS, Keymap
from pintutor.tui.keys import KEYS, LESSON, Key
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.pane import RowsPane
from pintutor.tui.race_keys import RACE
from pintutor.view.rows import as_text
from tests.tui.pressing import Tried, idle, press, settle, sitting
from tests.tui.screens import PINNED, desk, drive

DEFAULT = Keymap({}, ())
LEAVES = ("quit", "picture")
"""Keys with tests of their own: the one ends the tutor, the other writes files."""
FIRST = {
    "tab-lesson": "2",
    "up": "4 down",
    "down": "4",
    "page-up": "4 pagedown",
    "page-down": "4",
    "face": "2",
    "face-before": "2",
    "later": "2",
    "leftwards": "3",
    "earlier": "3",
}
"""What has to be pressed before a key has anything to do."""


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTUTOR_REDUCED_MOTION", "1")


def test_every_key_runs_its_line_and_logs_it() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        for key in (one for one in KEYS if one.id != "go"):
            for name in key.keys.split(","):
                line = screen.desk.line(key.line)
                await press(pilot, name)
                assert screen.desk.log.items[-1].line == line, key.id
                await settle(pilot, screen)

    sitting(desk(*PINNED, "back 5", lesson="zero-page"), then)


def test_every_other_key_of_the_lesson_screen_changes_what_is_in_sight() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.run_line("help")  # something to scroll
        screen.back_to_panes()
        moving = [key for key in LESSON if key.action and key.id not in LEAVES]
        lazy = [
            await idle(pilot, screen, key, before=FIRST.get(key.id, "")) for key in moving
        ]
        assert not [name for name in lazy if name]

    sitting(desk(*PINNED, "back 200", lesson="zero-page"), then, size=(120, 30))


def test_space_runs_the_next_line_of_the_lesson() -> None:
    seen = drive(desk(lesson="zero-page"), ["space"])
    assert seen.desk.lab.timeline.entries[-1].line.startswith("mmap")
    assert seen.ran == [seen.desk.lab.timeline.entries[-1].line]


def test_every_key_stands_for_a_command_that_there_is() -> None:
    desk()
    assert all(REGISTRY.get(key.line.split()[0]) for key in KEYS)
    assert all(key.summary for key in ALL)


def test_what_keys_do_has_one_name_and_no_key_does_two_things() -> None:
    for group in GROUPS:
        keys = [one for key in group for one in key.keys.split(",")]
        assert len(keys) == len(set(keys))
    assert len({key.id for key in ALL}) == len(ALL)


def test_stepping_back_and_forth_ends_where_it_began() -> None:
    seen = drive(desk(*PINNED), ["escape", *"bbbnnn", *"BN", *"Ff", *"Ee"])
    assert seen.desk.lab.timeline.cursor == seen.desk.lab.timeline.total


def test_the_same_step_again_takes_one_place_in_the_log() -> None:
    seen = drive(desk(*PINNED), ["escape", *"bbbb"])
    assert seen.ran == ["back"]
    assert seen.desk.log.items[0].times == 4


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_bar_of_keys_fits_two_rows_and_says_how_to_get_help_and_leave(
    width: int,
) -> None:
    shown = hints(width, DEFAULT, ahead="run mmap buf 2")
    assert len(shown.rows) == 2
    assert "? keys" in as_text(shown.rows) and "q quit" in as_text(shown.rows)


def test_what_can_be_clicked_in_the_bar_is_where_the_key_stands() -> None:
    shown = hints(120, DEFAULT, ahead="go")
    lines = as_text(shown.rows).splitlines()
    found = [(hit.what, lines[hit.row][hit.start : hit.stop]) for hit in shown.hits]
    assert ("zoom", "z") in found and ("zoom", "zoom") in found
    assert ("step-command", "N") in found and ("back-command", "B") in found


def test_the_list_of_keys_says_what_each_does_in_the_words_of_its_command() -> None:
    text = " ".join(as_text(keys_pane(DEFAULT, 90, 30).rows).split())
    undo = REGISTRY.get("undo")
    assert undo is not None and undo.summary in text


@pytest.mark.parametrize("group", [LESSON, COMPARE, RACE])
def test_no_two_keys_of_a_screen_are_said_to_do_the_same(group: tuple[Key, ...]) -> None:
    told = [key.summary for key in group]
    assert [one for one in set(told) if told.count(one) > 1] == []


def test_help_begins_with_the_pane_that_has_the_focus() -> None:
    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "2", "f1")
        first = pilot.app.screen.query_one(RowsPane).text()[1]
        assert first.startswith(" source shows the line of the model that ran")

    sitting(desk(), then)


def test_the_question_mark_lists_the_keys_and_escape_closes_the_list() -> None:
    assert drive(desk(), ["escape", "question_mark"]).over
    assert not drive(desk(), ["escape", "question_mark", "escape"]).over


def test_q_leaves() -> None:
    assert drive(desk(), ["escape", "q"]).result is None
