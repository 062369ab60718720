"""The model agrees, number for number, with what real kernels were seen to do."""

import pytest

from tests.oracle.driver import Driver
from tests.oracle.iters import READ_FROM_THE_RECORD
from tests.oracle.not_yet import NOT_YET
from tests.oracle.plan import FILES, Later, recorded
from tests.oracle.scenarios import SCENARIOS

CASES = [(file, name) for file in FILES for name in SCENARIOS]


@pytest.mark.parametrize(("file", "name"), CASES)
def test_the_model_does_what_the_kernel_did(file: str, name: str) -> None:
    driver = Driver(file)
    assert driver.follow(SCENARIOS[name], recorded(file)[name]) == []


@pytest.mark.parametrize("name", READ_FROM_THE_RECORD)
@pytest.mark.parametrize("file", FILES)
def test_the_model_does_with_iterators_what_the_kernel_did(file: str, name: str) -> None:
    driver = Driver(file)
    record = recorded(file)[name]
    assert driver.follow(READ_FROM_THE_RECORD[name](record), record) == []


@pytest.mark.parametrize("file", FILES)
def test_every_recorded_scenario_is_expressed_or_listed_with_a_reason(file: str) -> None:
    assert set(recorded(file)) == {*SCENARIOS, *READ_FROM_THE_RECORD, *NOT_YET}


def test_no_scenario_is_both_expressed_and_listed() -> None:
    assert set(SCENARIOS) & set(NOT_YET) == set()


def test_each_reason_is_given() -> None:
    later = [
        action.reason
        for scenario in SCENARIOS.values()
        for step in scenario.steps
        for action in step
        if isinstance(action, Later)
    ]
    assert all([*later, *NOT_YET.values()])


def test_a_scenario_without_any_step_that_runs_is_not_called_expressed() -> None:
    for scenario in SCENARIOS.values():
        running = [step for step in scenario.steps if not isinstance(step[0], Later)]
        assert running


def test_the_driver_notices_a_number_that_differs() -> None:
    """The zero page is pinned on one kernel and not on the other."""
    driver = Driver("6.1-zpreverted")
    differences = driver.follow(SCENARIOS["B1"], recorded("6.1")["B1"])
    assert any(
        "zero_d_ref: the kernel has 0, the model 1024" in each for each in differences
    )
