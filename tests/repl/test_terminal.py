"""The prompt in a real pseudo-terminal."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal

REPL = [sys.executable, "-m", "pintutor", "repl", "--kernel", "v6.4"]


def say(terminal: Terminal, line: str, answer: str) -> None:
    """Type a line, wait until all of it is there, press Enter, wait for the answer."""
    terminal.send(line)
    terminal.settle()
    terminal.send("\r")
    terminal.wait_for(answer)
    terminal.settle()


def test_a_session_in_eighty_columns_tells_its_story() -> None:
    with Terminal(REPL, rows=24, columns=80) as terminal:
        terminal.wait_for("Tab completes")
        say(terminal, "mmap buf 2", "nothing there yet")
        say(terminal, "read buf[0]", "special entry is no reference")
        say(terminal, "pin buf[0] as p", r"1 → 1025  \+1024  GUP_PIN_COUNTING_BIAS")
        terminal.send("pni buf[0]\r")
        terminal.wait_for(r"column 1: no such command; did you mean `pin`\?")
        terminal.send("\r")
        terminal.wait_for(r"\^\^\^ no such command")
        # Between two prompts the terminal itself would take the Ctrl+D away.
        terminal.settle()
        terminal.send("\x04")
        assert terminal.wait_end() == 0


def test_completion_shows_what_could_stand_there() -> None:
    with Terminal(REPL) as terminal:
        terminal.wait_for("Tab completes")
        terminal.send("unp")
        terminal.wait_for(r"unpin\s+Give back pins that `pin` took")


def test_ctrl_c_clears_the_line_and_the_session_goes_on() -> None:
    with Terminal(REPL) as terminal:
        terminal.wait_for("Tab completes")
        terminal.send("half a li")
        terminal.wait_for("half a li")
        terminal.send("\x03")
        terminal.settle()
        say(terminal, "mmap buf 2", "nothing there yet")


def test_no_color_paints_nothing_in_colour() -> None:
    with Terminal(REPL, env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Tab completes")
        say(terminal, "audit", "clean")
        screen = terminal.screen
        cells = [screen.buffer[y][x] for y in range(24) for x in range(80)]
        assert {(cell.fg, cell.bg) for cell in cells} == {("default", "default")}


def test_ascii_draws_with_ascii_only() -> None:
    with Terminal(REPL, env={"PINTUTOR_ASCII": "1"}) as terminal:
        terminal.wait_for("Tab completes")
        say(terminal, "mmap buf 1", "nothing there yet")
        say(terminal, "pin buf as p", r"1 -> 1025  \+1024  GUP_PIN_COUNTING_BIAS")
        assert terminal.text().isascii()


def test_a_dumb_terminal_gets_the_same_answers_line_by_line() -> None:
    with Terminal(REPL, env={"TERM": "dumb"}) as terminal:
        terminal.wait_for("v6.4 ▸")
        terminal.send("mmap buf 2\n")
        terminal.wait_for("2 pages")
        terminal.send("pni\n")
        terminal.wait_for(r"\^\^\^ no such command")
        terminal.send("quit\n")
        assert terminal.wait_end() == 0
        assert b"\x1b" not in terminal.raw


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGHUP])
def test_a_prompt_that_was_killed_or_lost_its_terminal_is_gone_on_with(
    tmp_path: Path, blow: signal.Signals
) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path)}
    with Terminal(REPL, env=state) as terminal:
        terminal.wait_for("Tab completes")
        say(terminal, "mmap buf 2", "nothing there yet")
        os.kill(terminal.child.pid, blow)
        terminal.wait_end()
    with Terminal(REPL, env=state) as terminal:
        terminal.wait_for("`resume` goes on where you were: v6.4, 1 command")
        terminal.wait_for("Tab completes")
        say(terminal, "resume", "on v6.4 these ran again: mmap buf 2")
        say(terminal, "read buf[0]", "special entry is no reference")
        terminal.send("quit\r")
        assert terminal.wait_end() == 0
    assert not list((tmp_path / "pintutor" / "sittings").glob("*.jsonl"))
