"""The learner's own keys: what is wrong with them is said, and never fatal."""

from collections.abc import Mapping

import pytest

from pintutor.tui.desk import Desk
from pintutor.tui.hints import hints
from pintutor.tui.keymap import Keymap, load, path, read
from pintutor.tui.keys import LESSON, Key
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.palette import Palette
from pintutor.tui.pane import RowsPane
from pintutor.view.rows import as_text
from tests.labs import started
from tests.tui.pressing import Tried, press, sitting
from tests.tui.screens import PINNED, desk, drive

KEYS = {key.id: key for key in LESSON}


def write(text: str) -> None:
    """Make this the learner's file."""
    path().parent.mkdir(parents=True)
    path().write_text(text)


def names(keymap: Keymap, name: str) -> list[str]:
    """The keys that do something, as they are written."""
    return keymap.names(KEYS[name])


def test_without_a_file_the_keys_are_the_defaults() -> None:
    assert load().problems == ()
    assert names(load(), "step") == ["n"]


def test_a_key_of_ones_own_takes_the_place_of_the_default() -> None:
    keymap = read({"step": "ctrl+n,right"})
    assert names(keymap, "step") == ["Ctrl+N", "→"]
    assert "Ctrl+N" in as_text(hints(120, keymap, ahead="go").rows)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"stpe": "n"}, "nothing is called `stpe`; did you mean `step`?"),
        ({"step": "wibble"}, "step: no key is called `wibble`"),
        ({"step": ""}, 'step = "KEY,KEY" is expected'),
        ({"step": 3}, 'step = "KEY,KEY" is expected'),
        ({"step": "k", "back": "k"}, "`k` is step already, so not back"),
        ({"step": "z"}, "`z` is step now, it was zoom, which has no key now"),
        ({"step": "j"}, "`j` is step now, it was jump, which has Ctrl+O"),
        ({"step": "\x1b[2J"}, "no key is called `\\x1b[2J`"),
    ],
)
def test_what_is_wrong_is_said_in_words(table: Mapping[str, object], told: str) -> None:
    assert told in " ".join(read(table).problems)


@pytest.mark.parametrize("text", ["[keys", "keys = 3", 'keys = ["n"]'])
def test_a_file_that_is_none_changes_no_key_and_is_told(text: str) -> None:
    write(text)
    assert load().changed == {} and "no key is changed" in load().problems[0]


def test_keys_that_are_never_heard_together_may_be_the_same() -> None:
    assert read({"race-step": "d"}).problems == ()


def test_a_key_of_ones_own_does_its_work_and_the_default_no_more() -> None:
    write('[keys]\nback = "k"\nzoom = "n"\n')
    made = desk(*PINNED)
    seen = drive(made, ["escape", "k", "b", "z", "k"])
    assert [line for line in seen.ran if line] == ["back"]
    assert made.log.items[-1].times == 2


def test_conflicts_are_told_at_the_start_and_by_the_command_keys() -> None:
    write('[keys]\nzoom = "n"\n')
    conflict = "`n` is zoom now, it was step, which has no key now"

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        assert conflict in " ".join(" ".join(screen.pane("log").text()).split())
        await press(pilot, "escape", "2", "n")
        assert screen.arrangement.zoomed == "source"
        assert conflict in getattr(screen.desk.run("keys").result, "note", "")

    sitting(Desk(started()), then, size=(200, 60))


def test_every_key_has_an_id_that_the_file_can_name() -> None:
    assert all(isinstance(key, Key) and key.id for key in LESSON)


@pytest.mark.parametrize("name", ["palette-up", "browse-page-down"])
def test_a_letter_that_filters_a_list_cannot_be_a_key_there(name: str) -> None:
    keymap = read({name: "k,ctrl+k"})
    assert keymap.changed == {name: "ctrl+k"}
    assert f"`k` filters the list, so it cannot be {name}" in keymap.problems[0]


def test_the_keys_of_help_palette_and_jump_can_be_others() -> None:
    write('[keys]\nhelp-close = "x"\npalette-down = "ctrl+j"\npalette-close = "f9"\n')

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "question_mark", "escape")
        listed: object = pilot.app.screen
        assert isinstance(listed, KeysScreen)
        assert "x closes" in listed.query_one(RowsPane).text()[0]
        await press(pilot, "x", "ctrl+p")
        palette: object = pilot.app.screen
        assert isinstance(palette, Palette)
        assert "F9 closes" in palette.list.text()[0]
        first = palette.list.key
        await press(pilot, "down")
        assert palette.list.key == first
        await press(pilot, "ctrl+j")
        assert palette.list.key != first
        await press(pilot, "f9")
        assert screen.is_current

    sitting(desk(*PINNED), then)


def test_no_pane_has_the_letter_that_ends_a_jump() -> None:
    write('[keys]\njump-close = "a"\n')

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await press(pilot, "escape", "j")
        assert "b..g goes to the pane with that letter, a stays" in " ".join(
            pilot.app.screen.query_one("#jump", RowsPane).text()
        )
        await press(pilot, "a")
        assert pilot.app.screen is screen

    sitting(desk(*PINNED), then)


def test_the_keys_of_a_comparison_can_be_others_too() -> None:
    assert read({"compare-leave": "f10"}).problems == ()
