"""`save` writes what was done as a script that comes to the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import pintutor.content.commands  # noqa: F401  (declares commands)
from pintutor.content.runner import run_file
from pintutor.lab.errors import CommandError
from pintutor.recording.beats import Manner
from pintutor.recording.playing import Run
from pintutor.recording.script import load
from tests.labs import Lab, refused, run, started


@pytest.fixture
def lab() -> Lab:
    """A lab in which something was done, undone, and looked at."""
    return started(
        "mmap buf 2", "read buf[0]", "pin buf[0] as p", "undo", "fork child", "show pages"
    )


def test_what_changed_the_machine_is_saved_and_what_was_undone_is_not(
    lab: Lab, tmp_path: Path
) -> None:
    file = tmp_path / "work.pin"
    told = run(lab, f"save {file}")
    assert told.data["lines"] == ["mmap buf 2", "read buf[0]", "fork child"]
    assert "pin buf[0] as p" not in file.read_text(encoding="utf-8")


def test_what_was_saved_runs_and_plays(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "work.pin"
    run(lab, f"save {file}")
    assert run_file(file).ok
    beats = list(Run(load(file), Manner(steps=False)))
    assert [beat.line for beat in beats if beat.prompt][-1] == "fork child"
    assert not [beat.wrong for beat in beats if beat.wrong]


def test_a_saved_script_that_comes_to_something_else_says_so(
    lab: Lab, tmp_path: Path
) -> None:
    file = tmp_path / "work.pin"
    run(lab, f"save {file}")
    spoilt = file.read_text(encoding="utf-8").replace("mmap buf 2", "mmap buf 3")
    file.write_text(spoilt, encoding="utf-8")
    wrong = [beat.wrong for beat in Run(load(file), Manner(steps=False)) if beat.wrong]
    assert len(wrong) == 1 and wrong[0].startswith("the lines came to ")


def test_a_saved_script_is_written_over_and_nothing_else(lab: Lab, tmp_path: Path) -> None:
    file, other = tmp_path / "work.pin", tmp_path / "other"
    run(lab, f"save {file}", "exit child", f"save {file}")
    assert "exit child" in file.read_text(encoding="utf-8")
    other.write_text("mine", encoding="utf-8")
    error = refused(lab, f"save {other}")
    assert error.code == "file-exists" and error.at is not None
    assert error.at.start == len("save ")
    assert other.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("line", "code"), [("save", "missing-argument"), ("save /nowhere/x", "no-file")]
)
def test_a_file_that_cannot_be_is_refused(lab: Lab, line: str, code: str) -> None:
    with pytest.raises(CommandError) as caught:
        lab.execute(line)
    assert caught.value.code == code


def test_nothing_done_is_nothing_to_save(tmp_path: Path) -> None:
    assert refused(Lab("v6.4"), f"save {tmp_path / 'x.pin'}").code == "nothing-done"
