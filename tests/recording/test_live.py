"""A play on a real pseudo-terminal: it types by itself, and the keys go back and forth."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.recording.plays import TALK
from tests.terminal import Terminal

WAITS = "#: kernel v6.4\n#: wait p.count == 1\nunpin p\n"


def opened(
    tmp_path: Path, *words: str, text: str = TALK, env: dict[str, str] | None = None
) -> Terminal:
    """A terminal in which a script plays."""
    talk = tmp_path / "talk.pin"
    talk.write_text(text, encoding="utf-8")
    program = [sys.executable, "-m", "pintutor", "play", str(talk), *words]
    return Terminal(program, rows=24, columns=80, env=env)


def test_a_play_types_to_its_end_by_itself(tmp_path: Path) -> None:
    with opened(tmp_path, "--speed", "instant", "--no-steps") as terminal:
        terminal.wait_for("What a pin costs · v6.4 .* the end")
        assert "unpin p" in terminal.text()
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_keys_go_back_and_forth_and_jump_to_marks(tmp_path: Path) -> None:
    with opened(tmp_path, "--start", "pinned", "--no-steps") as terminal:
        terminal.wait_for("paused")
        terminal.wait_for("1 → 1025")
        terminal.send("\x1b[D")
        terminal.wait_for(r"v6.4 · step 241 of 241")
        assert "1 → 1025" not in terminal.text()
        terminal.send("]")
        terminal.wait_for("1 → 1025")
        terminal.send("]")
        terminal.wait_for("1025 → 1 ")
        terminal.send("[")
        terminal.wait_for(r"v6.4 · step 457 of 457")
        assert "1025 → 1 " not in terminal.text()
        terminal.send("g")
        terminal.wait_for("mark: ")
        terminal.send("given-back\r")
        terminal.wait_for("1025 → 1 ")
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_a_line_is_tried_on_the_machine_as_it_stood_there(tmp_path: Path) -> None:
    with opened(tmp_path, "--start", "given-back", "--no-steps") as terminal:
        terminal.wait_for("1025 → 1 ")
        terminal.send("\x1b[D")
        terminal.wait_for(r"step 457 of 457")
        terminal.send(":")
        terminal.wait_for("try v6.4 ▸")
        terminal.send("expect zero._refcount == 1025\r")
        terminal.wait_for("holds   zero._refcount == 1025")
        terminal.send("\r")
        terminal.wait_for("paused")
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_a_condition_is_brought_about_by_who_presents(tmp_path: Path) -> None:
    with opened(tmp_path, "--speed", "instant", "--no-steps", text=WAITS) as terminal:
        terminal.wait_for("waits until p.count == 1 holds")
        terminal.send("mmap buf 1\r")
        terminal.wait_for("1 page")
        terminal.send("pin buf as p\r")
        terminal.wait_for("the end")
        assert "unpin p" in terminal.text()
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_what_does_not_hold_pauses_and_is_the_exit_code(tmp_path: Path) -> None:
    text = "expect zero._refcount == 7\nmmap buf 1\n"
    with opened(tmp_path, "--speed", "instant", text=text) as terminal:
        terminal.wait_for("paused")
        assert "! does not hold: zero._refcount == 7" in terminal.text()
        terminal.send("q")
        assert terminal.wait_end() == 1
        terminal.wait_for(r"talk\.pin:1: exp")


def test_a_mark_to_start_at_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, "--start", "pined") as terminal:
        assert terminal.wait_end() == 4
        assert "no mark is called `pined`; did you mean `pinned`?" in terminal.text()


def test_notes_that_cannot_be_written_are_refused_before_it_begins(tmp_path: Path) -> None:
    with opened(tmp_path, "--notes", "/nowhere/notes") as terminal:
        assert terminal.wait_end() == 2
        assert "/nowhere/notes: the notes cannot be written" in terminal.text()
        assert b"\x1b[?1049h" not in terminal.raw


def test_space_pauses_while_it_types(tmp_path: Path) -> None:
    with opened(tmp_path, "--speed", "slow") as terminal:
        terminal.wait_for("plays")
        terminal.send(" ")
        terminal.wait_for("paused")
        terminal.send("?")
        terminal.wait_for("space pause .* : try a line")
        terminal.send("\r")
        terminal.send("++")
        terminal.wait_for("fast · paused")
        terminal.send("q")
        assert terminal.wait_end() == 0


def test_ctrl_c_gives_the_terminal_back(tmp_path: Path) -> None:
    with opened(tmp_path, "--speed", "slow") as terminal:
        terminal.wait_for("plays")
        terminal.send("\x03")
        assert terminal.wait_end() == 130
        assert terminal.raw.rstrip().endswith(b"\x1b[?1049l")


@pytest.mark.parametrize("colours", ["", "1"])
def test_no_color_means_no_colour(tmp_path: Path, colours: str) -> None:
    words = ("--speed", "instant", "--no-steps")
    with opened(tmp_path, *words, env={"NO_COLOR": colours}) as terminal:
        terminal.wait_for("the end")
        found = {
            terminal.cell(row, column).foreground
            for row in range(24)
            for column in range(80)
        }
        assert (found == {"default"}) is bool(colours)
        terminal.send("q")
        terminal.wait_end()


def test_notes_for_who_presents_are_written_and_followed(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    follow = [sys.executable, "-m", "pintutor", "notes", str(notes)]
    with (
        Terminal(follow) as second,
        opened(tmp_path, "--start", "pinned", "--notes", str(notes), "--no-steps") as first,
    ):
        second.wait_for("Ask who knows the number.")
        second.wait_for(r"next +unpin p")
        first.wait_for("paused")
        first.send("q")
        assert first.wait_end() == 0
        second.wait_for("the play has ended")
        assert second.wait_end() == 0
