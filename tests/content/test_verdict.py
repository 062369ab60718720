"""The verdict alone: the same as that of the whole exploration, and as soon as certain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pintutor.cli import main
from pintutor.cli.envelope import INCOMPLETE
from pintutor.content.races.verdict import settled, verdict
from pintutor.content.reading import load, parse
from pintutor.content.scenario import find
from pintutor.lab.racing import Final
from pintutor.patches import series
from pintutor.sim.search.world import Execution
from tests.content.test_races import FIRST, RACES

AGAINST_SPIN = sorted(Path(__file__).parents[2].glob("bench/spin/models/*.pin"))


@pytest.mark.parametrize(("name", "kernel"), FIRST.items())
def test_it_is_what_the_file_states(name: str, kernel: str) -> None:
    race = RACES[name]
    assert race.race is not None, "it is a race"
    claim = race.race.claimed(kernel)
    assert claim is None or verdict(race, kernel) == claim.verdict


@pytest.mark.parametrize("pin", AGAINST_SPIN, ids=lambda pin: pin.stem)
def test_the_races_for_spin_come_to_what_they_state(pin: Path) -> None:
    race = load(pin)
    assert race.race is not None, "it is a race"
    for kernel in race.kernels:
        claim = race.race.claimed(kernel)
        assert claim is not None and verdict(race, kernel) == claim.verdict


@pytest.mark.parametrize(
    ("bad", "expected", "looked_at"),
    [
        ([False, True, False, False], "Sometimes", 2),
        ([True, True], "Always", 2),
        ([False, False], "Never", 2),
    ],
)
def test_it_is_there_as_soon_as_it_is_certain(
    bad: list[bool], expected: str, looked_at: int
) -> None:
    seen = []

    def search() -> Iterator[Execution | None]:
        for each in bad:
            seen.append(each)
            yield None
            yield Execution((), Final((), each))

    assert settled(search()) == expected
    assert len(seen) == looked_at


def test_the_command_line_says_it_in_a_line_a_kernel(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explore", "race-fork", "--verdict", "--kernel", "v6.1"]) == 0
    assert capsys.readouterr().out == "race-fork  v6.1  Never\n"


def test_another_verdict_than_stated_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = find("race-two-reads").read_text().replace(">=v5.17 Never", ">=v5.17 Always")
    file = tmp_path / "wrong.pin"
    file.write_text(text)
    assert parse(text, file).race is not None
    assert main(["explore", str(file), "--verdict", "--kernel", "v6.1"]) == 1
    assert capsys.readouterr().out == "wrong  v6.1  Never   stated: Always\n"


def told(capsys: pytest.CaptureFixture[str], race: str, *options: str) -> list[str]:
    main(["explore", race, "--verdict", *options])
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_all_kernels_are_those_of_the_file_and_every_release(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kernels = [line.split()[1] for line in told(capsys, "race-tee", "--all-kernels")]
    assert set(series.RELEASES) | set(RACES["race-tee"].kernels) == set(kernels)


def test_each_combination_of_patches_has_its_verdict(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = "--kernel", "v6.1", "--patches", "bug-pipes-unordered"
    assert told(capsys, "race-tee", *options) == [
        "race-tee v6.1 Never",
        "race-tee v6.1+bug-pipes-unordered Sometimes",
    ]


def test_a_budget_that_is_used_up_proves_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["explore", "race-fork", "--verdict", "--kernel", "v6.1", "--budget", "1"]
    assert main(options) == INCOMPLETE
    assert "Not found" in capsys.readouterr().out
