"""The comparison with SPIN: both are asked the same, and their answers are read right."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "bench/spin/compare.py"


@pytest.fixture(scope="module")
def compare() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("compare", SCRIPT)
    assert spec is not None and spec.loader is not None, "it is there"
    module = importlib.util.module_from_spec(spec)
    sys.modules["compare"] = module
    spec.loader.exec_module(module)
    return module


def test_every_race_is_there_for_both(compare: ModuleType) -> None:
    names = {model.name for model in compare.MODELS}
    assert names == {path.stem for path in compare.HERE.glob("*.pin")}
    assert all((compare.HERE / model.promela).is_file() for model in compare.MODELS)


def test_an_error_of_the_verifier_is_a_bad_end(compare: ModuleType) -> None:
    assert compare.spin_verdict("... depth reached 38, errors: 0\n") == "Never"
    assert compare.spin_verdict("... depth reached 32, errors: 1\n") == "Sometimes"


def test_a_verifier_that_gave_up_is_not_believed(compare: ModuleType) -> None:
    with pytest.raises(AssertionError, match="too small"):
        compare.spin_verdict("error: max search depth too small\nerrors: 0")


def test_the_fastest_settings_of_spin_count(compare: ModuleType) -> None:
    measured = compare.Measured(
        "fork-1", "v6.1", verdicts={"SPIN": "Never", "cold": "Never"}
    )
    for name, seconds in zip(compare.SETTINGS, (0.4, 0.2, 0.8, 0.9), strict=True):
        measured.took(name, seconds)
        measured.states[name] = name
    measured.took("cold", 0.1)
    measured.took("loaded", 0.01)
    row = measured.row
    assert (row["spin"], row["settings"], row["verdict"]) == (
        "200 ms",
        "-O0 no reduction",
        "Never",
    )
    assert (row["ratio"], row["loaded ratio"]) == ("2.00", "20.0")


@pytest.mark.skipif(
    not (shutil.which("spin") and shutil.which("cc")), reason="spin or cc is missing"
)
@pytest.mark.parametrize(
    ("constants", "verdict"), [((), "Never"), (("-DBUG",), "Sometimes")]
)
def test_spin_says_what_the_scenario_states(
    compare: ModuleType, constants: tuple[str, ...], verdict: str
) -> None:
    for model in compare.MODELS:
        told = compare.spin(model, (*model.constants, *constants), ("-O0",))
        assert compare.spin_verdict(told) == verdict
