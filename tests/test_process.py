"""`pintutor` as a process: its streams, its terminal, and what happens when it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pintutor import cli
from pintutor.cli import handlers
from tests.terminal import Terminal, script


def run(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `pintutor` as a process, with nothing on its stdin."""
    return subprocess.run(
        [sys.executable, "-m", "pintutor", *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        check=False,
    )


def test_without_a_terminal_there_is_short_help_and_exit_code_2() -> None:
    done = run()
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: pintutor")


def test_a_terminal_that_can_do_nothing_gets_no_full_screen() -> None:
    with Terminal([script("pintutor")], env={"TERM": "dumb"}, rows=40) as terminal:
        assert terminal.wait_end() == 2
        assert "usage: pintutor" in terminal.text()


def test_the_words_for_people_go_to_stdout_and_errors_to_stderr() -> None:
    done = run("run", "no-such-scenario")
    assert done.stdout == ""
    assert done.stderr.startswith("pintutor: no scenario is called `no-such-scenario`")


def _broken(_: object) -> int:
    raise ZeroDivisionError("a fault")


def test_an_internal_error_ends_with_70_and_keeps_its_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    own_home: Path,
) -> None:
    monkeypatch.setitem(handlers.HANDLERS, "kernels", _broken)
    assert cli.main(["kernels"]) == 70
    (kept,) = (own_home / "state" / "pintutor" / "crashes").iterdir()
    told = capsys.readouterr().err
    assert str(kept) in told
    assert "Traceback" not in told
    assert "ZeroDivisionError: a fault" in kept.read_text()


def test_an_internal_error_is_told_as_json_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(handlers.HANDLERS, "kernels", _broken)
    assert cli.main(["kernels", "--json"]) == 70
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "internal-error"


def test_an_internal_error_shows_its_traceback_when_asked_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PINTUTOR_DEBUG", "1")
    monkeypatch.setitem(handlers.HANDLERS, "kernels", _broken)
    assert cli.main(["kernels"]) == 70
    assert "Traceback" in capsys.readouterr().err


def _interrupted(_: object) -> int:
    raise KeyboardInterrupt


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(handlers.HANDLERS, "kernels", _interrupted)
    assert cli.main(["kernels"]) == 130


def test_a_reader_that_stops_reading_is_no_error() -> None:
    pipe = f"'{sys.executable}' -m pintutor patches --json | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip() in ("0", "141")


def test_ascii_is_honoured() -> None:
    done = run("run", "zero-page", "--ascii")
    assert done.stdout.isascii()


def test_an_encoding_without_our_signs_is_no_error() -> None:
    done = run("patches", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")


def test_the_prompt_greets_before_it_is_ready() -> None:
    with Terminal([script("pintutor"), "repl"]) as terminal:
        terminal.wait_for(r"^pintutor 0\.1 · Linux v6\.4 \(model\)")
        terminal.wait_for("▸")
        terminal.send("\x04")
        assert terminal.wait_end() == 0


def test_keys_typed_before_the_prompt_is_ready_are_kept() -> None:
    with Terminal([script("pintutor"), "repl"]) as terminal:
        terminal.send("mmap early 3\r")
        terminal.wait_for("early +0x")
