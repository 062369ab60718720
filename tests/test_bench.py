"""The bench measures what it says; how fast things are is no test's question."""

import json
from pathlib import Path

import pytest

from pintutor import cli
from pintutor.bench import run, starting
from pintutor.bench.measure import Goal, Measured, NotMeasured, module, ratio
from tests.terminal import Terminal


def _goal(value: float) -> Goal:
    return Goal("mine", "a thing", 2.0, "x", lambda: Measured(value, "made up"))


def _not_measured() -> Measured:
    raise NotMeasured("there is no clock")


def test_a_ratio_is_that_of_the_medians() -> None:
    ours = iter([4.0, 6.0, 600.0])
    floor = iter([2.0, 3.0, 1.0])
    found = ratio(lambda: next(ours), lambda: next(floor), rounds=3)
    assert found == Measured(3.0, "6 s / 2 s")


def test_a_goal_that_is_met_ends_with_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "GOALS", {"mine": _goal(2.0)})
    assert cli.main(["bench", "mine"]) == 0
    assert "pass" in capsys.readouterr().out


def test_a_goal_that_is_missed_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "GOALS", {"mine": _goal(2.01)})
    assert cli.main(["bench", "--json"]) == 1
    (result,) = json.loads(capsys.readouterr().out)["data"]["results"]
    assert (result["name"], result["value"], result["ok"]) == ("mine", 2.01, False)


def test_what_could_not_be_measured_does_not_count_as_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    goal = Goal("mine", "a thing", 2.0, "x", _not_measured)
    monkeypatch.setattr(run, "GOALS", {"mine": goal})
    assert cli.main(["bench"]) == 1
    assert "not measured: there is no clock" in capsys.readouterr().out


def test_an_unknown_goal_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["bench", "sek"]) == 2
    assert "did you mean `seek`?" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["record", "memory", "back"])
def test_the_journal_can_be_measured(name: str) -> None:
    assert run.GOALS[name].measure().value > 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("reference_repl", "v6.4 ▸"),
        ("reference_tui", starting.LAST_WORD.decode()),
        ("reference_label", "ready"),
    ],
)
def test_a_reference_shows_what_is_waited_for(
    name: str, shown: str, tmp_path: Path
) -> None:
    argv = module(name, str(tmp_path / "history"))
    with Terminal(argv, rows=40, columns=120) as terminal:
        terminal.wait_for(shown)


def test_the_label_counts_keys() -> None:
    with Terminal(module("reference_label")) as terminal:
        terminal.wait_for("ready")
        terminal.send("b")
        terminal.wait_for("keys 1")
