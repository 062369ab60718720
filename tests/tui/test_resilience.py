"""What must do the full screen no harm: resizes, pastes, held keys, Ctrl+C, a kill."""

from __future__ import annotations

import os
import re
import signal
import threading
from pathlib import Path

from tests.terminal import Terminal, script

TUTOR = [script("pintutor"), "tui"]
STEP = re.compile(rb"step (\d+)/")


def _send(terminal: Terminal, text: str) -> None:
    """Type much, and take in what is painted meanwhile: a full terminal would block."""
    typing = threading.Thread(target=terminal.send, args=(text,))
    typing.start()
    while typing.is_alive():
        terminal.settle(quiet=0.01)
    typing.join()


def test_a_storm_of_resizes_ends_with_a_whole_screen() -> None:
    with Terminal([*TUTOR, "zero-page"], rows=40, columns=120) as terminal:
        terminal.wait_for("The page nobody may pin")
        for number in range(80):
            terminal.resize(4 + number * 7 % 50, 20 + number * 13 % 180)
        terminal.resize(40, 120)
        terminal.settle(quiet=0.5)
        terminal.send(" ")
        terminal.wait_for(r"▸ mmap buf 4 +✓")
        terminal.settle()
        lines = terminal.lines()[1:12]
        assert all("━" in line or "│" in line for line in lines), terminal.text()
        assert terminal.child.wait(0) is None


def test_a_key_that_is_held_down_is_followed_and_then_let_go() -> None:
    with Terminal([*TUTOR, "zero-page"], rows=40, columns=120) as terminal:
        terminal.wait_for("The page nobody may pin")
        terminal.send(" ")
        terminal.wait_for(r"▸ mmap buf 4 +✓")
        terminal.send(" ")
        terminal.wait_for("read buf  done")
        total = int(terminal.wait_for(r"step (\d+)/\1")[1])
        terminal.settle()
        _send(terminal, "b" * 400)
        terminal.wait_for(f"step {total - 400}/", timeout=60)
        seen = {int(found) for found in STEP.findall(terminal.raw)}
        assert len(seen) > 3, f"only {seen} were painted"
        terminal.settle()
        _send(terminal, "n")
        terminal.wait_for(f"step {total - 399}/", timeout=60)


def test_a_paste_of_a_megabyte_is_refused_in_words_and_keys_are_not_pressed() -> None:
    with Terminal(TUTOR, rows=24, columns=80) as terminal:
        terminal.wait_for("welcome")
        _send(terminal, "\x1b[200~" + "mmap buf 4 " * 95_000 + "\x1b[201~")
        terminal.wait_for(r"1,045,000 characters were pasted; a line has at most")
        _send(terminal, "audit\r")
        terminal.wait_for("clean")
        terminal.send("\x1b")
        terminal.settle()
        _send(terminal, "\x1b[200~" + "q" * 1_000_000 + "\x1b[201~")
        _send(terminal, ":help audit\r")
        terminal.wait_for("A walk over|every count|audit")
        assert terminal.child.wait(0) is None


def test_ctrl_c_in_the_panes_ends_nothing() -> None:
    with Terminal([*TUTOR, "zero-page"], rows=40, columns=120) as terminal:
        terminal.wait_for("The page nobody may pin")
        terminal.send("\x03" * 5)
        terminal.send(" ")
        terminal.wait_for(r"▸ mmap buf 4 +✓")
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_after_a_kill_the_next_start_offers_to_go_on(tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path)}
    with Terminal([*TUTOR, "zero-page"], rows=40, columns=120, env=state) as terminal:
        terminal.wait_for("The page nobody may pin")
        terminal.send(" ")
        terminal.wait_for(r"▸ mmap buf 4 +✓")
        os.kill(terminal.child.pid, signal.SIGKILL)
        terminal.wait_end()
    with Terminal(TUTOR, rows=40, columns=120, env=state) as terminal:
        terminal.wait_for("Enter goes on where you were")
        terminal.send("\r")
        terminal.wait_for(r"▸ mmap buf 4 +✓")
        terminal.wait_for(r"step (\d+)/\1")
