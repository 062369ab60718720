"""Each key runs a line of the command language, and the log shows it."""

import pytest

from pintutor.lab.registry import REGISTRY
from pintutor.tui.hints import hints, keys_pane
from pintutor.tui.keymap import Keymap
from pintutor.tui.keys import KEYS
from pintutor.view.rows import as_text
from tests.tui.screens import PINNED, desk, drive

DEFAULT = Keymap({}, ())

LINES = {
    "n": "step",
    "b": "back",
    "N": "step command",
    "B": "back command",
    "f": "step function",
    "F": "back function",
    "e": "step event",
    "E": "back event",
    "o": "next",
    "O": "prev",
    "x": "finish",
    "X": "back-finish",
    "p": "run",
    "comma": "run slow",
    "full_stop": "run fast",
    "t": "branches",
    "u": "undo",
    "r": "redo",
    "a": "apply zero-page-unpinned",
    "d": "diff zero-page-unpinned",
    "y": "why zero._refcount",
    "w": "last zero._refcount",
    "h": "hint",
    "L": "lab",
    "f2": "lessons",
    "f3": "patches",
    "f4": "letters",
    "f5": "glossary",
}


@pytest.mark.parametrize(("key", "line"), LINES.items())
def test_a_key_runs_its_line_and_logs_it(key: str, line: str) -> None:
    seen = drive(desk(*PINNED, "back 5", lesson="zero-page"), [key])
    assert seen.ran == [line]


def test_space_runs_the_next_line_of_the_lesson() -> None:
    seen = drive(desk(lesson="zero-page"), ["space"])
    assert seen.desk.lab.timeline.entries[-1].line.startswith("mmap")
    assert seen.ran == [seen.desk.lab.timeline.entries[-1].line]


def test_every_key_that_runs_a_line_is_tried_here() -> None:
    assert {key.keys for key in KEYS} == {*LINES, "space"}


def test_every_key_stands_for_a_command_that_there_is() -> None:
    desk()
    assert all(REGISTRY.get(key.line.split()[0]) for key in KEYS)
    assert all(key.summary for key in KEYS)


def test_stepping_back_and_forth_ends_where_it_began() -> None:
    seen = drive(desk(*PINNED), ["escape", *"bbbnnn", *"BN", *"Ff", *"Ee"])
    assert seen.desk.lab.timeline.cursor == seen.desk.lab.timeline.total


def test_the_same_step_again_takes_one_place_in_the_log() -> None:
    seen = drive(desk(*PINNED), ["escape", *"bbbb"])
    assert seen.ran == ["back"]
    assert seen.desk.log.items[0].times == 4


def test_the_bar_of_keys_fits_two_rows_of_80_columns() -> None:
    assert len(hints(80, DEFAULT, lesson=True).rows) == 2


def test_the_list_of_keys_says_what_each_does_in_the_words_of_its_command() -> None:
    text = " ".join(as_text(keys_pane(DEFAULT, 90, 30).rows).split())
    step = REGISTRY.get("step")
    assert step is not None and step.summary in text


def test_the_question_mark_lists_the_keys_and_escape_closes_the_list() -> None:
    assert drive(desk(), ["escape", "question_mark"]).over
    assert not drive(desk(), ["escape", "question_mark", "escape"]).over


def test_q_leaves() -> None:
    assert drive(desk(), ["escape", "q"]).result is None
