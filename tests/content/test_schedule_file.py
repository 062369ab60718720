"""Schedules in files: they replay where they fit, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pintutor.cli import main
from pintutor.content.races.schedule_file import Misfit, Saved, open_file, read, replay
from tests.content.races import FORK, walking
from tests.labs import refused, run


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "fork.schedule"
    walking("turn P0*9 P1*5 P0 rest", f"witness save {file}")
    return file


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def test_a_saved_schedule_leads_to_the_same_end(file: Path) -> None:
    lab, walk = walking("turn P0", f"witness load {file}")
    again = replay(open_file(file))
    assert again.text == open_file(file).schedule
    found = run(lab, "race")
    assert (found.at, found.of) == (0, len(again.turns))
    assert walk is not again


def test_a_file_says_race_kernel_and_format(file: Path) -> None:
    keys = [line.partition(":")[0] for line in file.read_text().splitlines()]
    assert keys == [
        *("format", "scenario", "commands", "kernel"),
        *("patches", "turns", "finding", "schedule"),
    ]
    assert f"kernel: {FORK}" in file.read_text()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schedule 1", "schedule 2", "this is not `pintutor schedule 1`"),
        ("scenario: race-fork", "scenario: race-exit", "the commands of `race-exit`"),
        ("scenario: race-fork", "scenario: race-frok", "no scenario is called"),
        ("scenario: race-fork", "scenario: zero-page", "`zero-page` is no race"),
        ("+bug-fork-unnoticed", "", "v6.1 has other patches"),
        ("kernel: v6.1", "kernel: v9.9", "on v9.9"),
        ("schedule: P0*9 P1*5", "schedule: P0*9 P1*6", "the model has changed"),
        ("schedule: P0*9", "schedule: P0*9 Q", "`Q` is no part of a schedule"),
        ("finding:", "findings:", "this line is in no schedule"),
        ("patches: sha256:", "patches: sha256:0", "has other patches"),
        ("turns: ", "turns: 1", "the turns do other things"),
    ],
)
def test_a_schedule_of_something_else_is_refused_by_what_differs(
    file: Path, old: str, new: str, message: str
) -> None:
    spoil(file, old, new)
    with pytest.raises(Misfit) as error:
        replay(open_file(file))
    assert message in error.value.message


def test_what_cannot_be_loaded_is_refused_at_the_file(tmp_path: Path) -> None:
    lab, walk = walking("turn P0")
    error = refused(lab, f"witness load {tmp_path / 'none'}")
    assert error.code == "misfit" and error.at is not None
    assert "cannot be read" in error.message
    assert refused(lab, "witness load").code == "no-file"
    assert walk.at == 1


def test_a_file_that_is_no_schedule_is_not_written_over(tmp_path: Path) -> None:
    other = tmp_path / "notes"
    other.write_text("mine")
    lab, _ = walking("turn P0")
    assert "is no schedule" in refused(lab, f"witness save {other}").message
    assert other.read_text() == "mine"


def test_a_schedule_is_written_over_by_another(file: Path) -> None:
    walking("turn P1", f"witness save {file}")
    assert open_file(file).schedule == "P1"


def test_a_file_goes_without_a_file_that_a_race_was_named_for() -> None:
    lab, _ = walking()
    error = refused(lab, "witness race-fork out")
    assert error.code == "unexpected-word"


def test_text_that_has_no_keys_is_no_schedule() -> None:
    with pytest.raises(Misfit, match="`format:` is missing"):
        read("# nothing\n")


def test_the_text_of_a_schedule_reads_as_it_was_written() -> None:
    saved = Saved("race-fork", "a", "v6.1", "b", "3 c", "-", "P0*3")
    assert read(saved.text) == saved


def test_the_command_line_replays_a_schedule(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explore", "--replay", str(file)]) == 0
    assert "the end  exists: p.count == 1" in capsys.readouterr().out


def test_a_replay_that_goes_wrong_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "wrong"
    walking("witness race-fork", f"witness save {file}")
    assert "finding: the condition holds" in file.read_text()
    assert main(["explore", "--replay", str(file), "--json"]) == 1
    assert '"holds": true' in capsys.readouterr().out


def test_a_replay_that_does_not_fit_has_its_own_exit_code(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(file, "commands: sha256:", "commands: sha256:0")
    assert main(["explore", "--replay", str(file), "--json"]) == 5
    assert '"code": "misfit"' in capsys.readouterr().out
