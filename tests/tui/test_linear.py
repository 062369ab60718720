"""The linear mode: the same keys, each change one line, nothing drawn in place."""

import pytest

from pintutor.tui.keys import LESSON
from pintutor.tui.linear import announced, key_name, keys_told, spoken, tab_told
from pintutor.view.rows import row
from tests.terminal import Terminal, script
from tests.tui.screens import PINNED, desk

LINEAR = [script("pintutor"), "tui", "zero-page", "--linear"]


def test_each_change_of_a_line_is_a_line_of_its_own() -> None:
    made = desk("mmap buf 2", "read buf")
    outcome = made.run("pin buf[0] as p")
    told = announced(made, outcome)
    assert told[0] == "pin buf[0] as p"
    assert sum("zero's count rose by one pin" in line for line in told) == 1
    assert len(told) == 2 + len(outcome.changes)


def test_a_step_says_where_it_is_and_what_it_did() -> None:
    made = desk(*PINNED)
    told = announced(made, made.run("back 3"))
    assert len(told) == 2 and "pin buf[0] as p" in told[0]


def test_what_is_only_drawn_is_not_said() -> None:
    assert spoken([row("├─ pages ───"), (), row("│ zero")]) == ["pages", "zero"]


def test_a_number_reads_the_panes_of_its_tab() -> None:
    told = tab_told(desk(*PINNED), "memory")
    assert any("1025 = 1 boot" in line for line in told)
    assert any(line.startswith("PTE 0") or "PTE 0" in line for line in told)


def test_the_list_of_keys_names_all_that_run_a_line() -> None:
    made = desk()
    told = " ".join(keys_told(made, LESSON[0]))
    assert all(key.line in told for key in LESSON if key.line)


@pytest.mark.parametrize(
    ("sign", "name"),
    [(" ", "space"), ("?", "question_mark"), (":", "colon"), ("\r", "enter"), ("", "q")],
)
def test_a_sign_is_the_key_that_textual_names(sign: str, name: str) -> None:
    assert key_name(sign) == name


def test_a_lesson_is_followed_in_lines_and_no_line_is_painted_over() -> None:
    with Terminal(LINEAR, rows=40, columns=100) as terminal:
        terminal.wait_for("`go` runs `mmap buf 4`")
        terminal.send(" ")
        terminal.wait_for("`go` runs `read buf`")
        terminal.send("b")
        terminal.wait_for("line .* of ")
        terminal.send(":")
        terminal.wait_for("v6.4 >")
        terminal.send("pin bff\r")
        terminal.wait_for("no range is called `bff`; did you mean `buf`")
        terminal.send("\x1b[A")
        terminal.settle()
        terminal.send("Z")
        terminal.wait_for("Z does nothing here")
        terminal.send("q")
        assert terminal.wait_end() == 0
        assert b"\x1b" not in terminal.raw


def test_the_command_linear_goes_over_to_lines_where_the_screen_stood() -> None:
    tui = [script("pintutor"), "tui", "zero-page"]
    with Terminal(tui, rows=30, columns=100, env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Space run")
        terminal.send(" ")
        terminal.wait_for("▸ mmap buf 4 .*✓")
        terminal.send(":linear\r")
        terminal.wait_for("linear mode: the keys of the full screen")
        terminal.wait_for("`go` runs `read buf`")
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_the_environment_asks_for_lines_too() -> None:
    with Terminal(LINEAR[:2], env={"PINTUTOR_SPEAK": "1"}) as terminal:
        terminal.wait_for("linear mode")
        terminal.send("q")
        assert terminal.wait_end() == 0
