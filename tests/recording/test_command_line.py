"""`pintutor play`, `record` and `export`: what they print, and their exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pintutor import cli
from tests.recording.plays import TALK


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A script that holds."""
    path = tmp_path / "talk.pin"
    path.write_text(TALK, encoding="utf-8")
    return path


def envelope(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one JSON object on stdout."""
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_play_prints_what_is_shown_and_that_all_held(
    talk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["play", str(talk), "--no-steps"]) == 0
    text = capsys.readouterr().out
    assert "v6.4 ▸ pin buf[0] as p\np = 1 page: [zero]\n" in text
    assert text.endswith("talk: 4 lines, 5 beats, all held\n")


def test_what_does_not_hold_is_exit_code_1_with_file_and_line(
    talk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk.write_text(TALK.replace("== 1025", "== 1026"), encoding="utf-8")
    assert cli.main(["play", str(talk)]) == 1
    assert "talk.pin:9: `zero._refcount == 1026` does not hold" in capsys.readouterr().out


def test_a_play_is_told_as_data(talk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["play", str(talk), "--no-steps", "--json"]) == 0
    found = envelope(capsys)
    assert found["schema"] == "pintutor/play" and found["ok"]
    assert found["data"] == {
        "name": "talk",
        "kernel": "v6.4",
        "lines": 4,
        "beats": 5,
        "marks": ["pinned", "given-back"],
        "held": True,
        "failures": [],
    }


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (["play"], 2, "a lesson or a script is missing"),
        (["play", "zero-pge"], 4, "did you mean `zero-page`?"),
        (["play", "zero-page", "--kernel", "v9.9"], 0, ""),
        (["record", "zero-page", "-o", "x.gif"], 2, "`.gif` is no form of a recording"),
        (["record", "zero-page", "--size", "9x9"], 2, "`9x9` is no size of a screen"),
        (["export", "html", "zero-page"], 2, "-o"),
        (["export", "pdf", "zero-page", "-o", "x"], 2, "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_refused(
    words: list[str], status: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if "v9.9" in words:
        words, status, why = ["play", "short-pin", "--kernel", "v9.9"], 4, "v9.9"
    assert cli.main(words) == status
    assert why in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_refused(
    talk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["record", str(talk), "-o", "/nowhere/x.cast"]) == 2
    assert "/nowhere/x.cast: cannot be written" in capsys.readouterr().err


def test_a_script_that_cannot_be_read_is_exit_code_3(
    talk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk.write_text("#: wiat x\n", encoding="utf-8")
    assert cli.main(["play", str(talk)]) == 3
    assert "talk.pin:1: no cue is called `wiat`" in capsys.readouterr().err


def test_a_cast_goes_to_stdout_without_a_file(
    talk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["record", str(talk), "--v3", "--size", "60x20"]) == 0
    header = json.loads(capsys.readouterr().out.splitlines()[0])
    assert header["version"] == 3
    assert header["term"] == {"cols": 60, "rows": 20, "type": "xterm-256color"}


def test_what_does_not_hold_is_recorded_and_is_exit_code_1(
    talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk.write_text("expect zero._refcount == 7\n", encoding="utf-8")
    file = tmp_path / "x.md"
    assert cli.main(["record", str(talk), "-o", str(file)]) == 1
    assert "! does not hold: zero._refcount == 7" in file.read_text(encoding="utf-8")
    assert "line 1: expected" in capsys.readouterr().out


def test_a_still_picture_is_of_the_screen_at_a_mark(talk: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    words = ["record", str(talk), "--no-steps", "-o", str(file), "--at"]
    assert cli.main([*words, "pinned"]) == 0
    text = file.read_text(encoding="utf-8")
    assert "GUP_PIN_COUNTING_BIAS" in text and "unpin p" not in text
    assert cli.main([*words, "pined"]) == 4


def test_a_page_of_a_trace_is_exported(
    talk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.html"
    assert cli.main(["export", "html", str(talk), "-o", str(file), "--json"]) == 0
    data = envelope(capsys)["data"]
    assert data["bytes"] == len(file.read_bytes()) and data["failures"] == []


def test_a_transcript_is_compared_and_can_be_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.session"
    file.write_text("v6.4 ▸ expect 1 == 1\nholds   1 == 2\n", encoding="utf-8")
    assert cli.main(["play", str(file)]) == 1
    assert "- holds   1 == 2\n+ holds   1 == 1\n" in capsys.readouterr().out
    assert cli.main(["play", str(file), "--update"]) == 0
    assert cli.main(["play", str(file), "--json"]) == 0
    assert file.read_text(encoding="utf-8").endswith("holds   1 == 1\n")


def test_all_lessons_are_played_twice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pintutor.content import catalogue

    some = [catalogue.find("page-counts"), catalogue.find("in-flight")]
    monkeypatch.setattr(catalogue, "lessons", lambda: some)
    assert cli.main(["play", "--all"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("page-counts: ") and first.endswith("all held, twice the same")
    assert second.startswith("in-flight: ")


def test_a_recording_is_the_same_in_every_process(tmp_path: Path) -> None:
    files = []
    for seed in ("1", "2"):
        files.append(tmp_path / f"{seed}.cast")
        words = ["record", "race-tee", "--no-steps", "-o", str(files[-1])]
        program = [sys.executable, "-m", "pintutor", *words]
        env = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(program, env=env, check=True, capture_output=True)
    assert files[0].read_bytes() == files[1].read_bytes()
