"""The tutor on a real terminal: what is painted, and in which colours."""

from collections import Counter

import pytest

from tests.terminal import Cell, Terminal, script

TUTOR = [script("pintutor"), "tui", "zero-page"]
LOOKS = {
    "high contrast": {"PINTUTOR_THEME": "high-contrast"},
    "16 colours, Okabe and Ito": {
        "TERM": "xterm",
        "COLORTERM": "",
        "PINTUTOR_THEME": "okabe-ito",
    },
    "mono": {"PINTUTOR_THEME": "mono"},
    "dark": {"PINTUTOR_THEME": "dark"},
    "light": {"PINTUTOR_THEME": "light"},
    "16 colours": {"TERM": "xterm", "COLORTERM": ""},
    "no colour": {"NO_COLOR": "1"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_lesson_is_walked_on_a_terminal(look: str) -> None:
    with Terminal(TUTOR, rows=40, columns=120, env=LOOKS[look]) as terminal:
        terminal.wait_for("The page nobody may pin")
        terminal.send(" ")
        terminal.wait_for("▸ mmap buf")
        terminal.send("b")
        terminal.wait_for("▶")
        painted = _painted(terminal)
        assert not [
            cell for cell in painted if cell.foreground == cell.background != "default"
        ]
        if look in ("no colour", "mono"):
            assert {cell.foreground for cell in painted} == {"default"}
            assert {cell.background for cell in painted} == {"default"}
        terminal.send("q")
        assert terminal.wait_end() == 0


def _painted(terminal: Terminal) -> Counter[Cell]:
    """The cells with something in them, how often each."""
    cells = (terminal.cell(row, column) for row in range(40) for column in range(120))
    return Counter(cell for cell in cells if cell.char.strip())


def test_an_unknown_lesson_is_refused_before_the_screen_opens() -> None:
    with Terminal([script("pintutor"), "tui", "zero-pgae"]) as terminal:
        assert terminal.wait_end() == 4
        assert "did you mean `zero-page`?" in terminal.text()


def test_what_is_typed_while_the_model_is_loaded_is_kept() -> None:
    with Terminal([script("pintutor"), "tui"], rows=40, columns=120) as terminal:
        terminal.send("mmap early 2\r")
        terminal.wait_for("early  0x7f")
        terminal.send("quit\r")
        assert terminal.wait_end() == 0
