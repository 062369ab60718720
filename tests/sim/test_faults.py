"""Injected faults: the n-th call fails, once, and undo takes the counting back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pintutor.sim.faults import Fault
from pintutor.sim.function import FUNCTIONS, KernelFunction
from pintutor.sim.machine import Machine
from tests.sim.toys import Box, Layered

made = Box(0)


def give_box() -> Box | None:
    """A box, or None."""
    return made


def is_there() -> bool:
    """True."""
    return True


def count_it() -> int:
    """0, or an error number."""
    return 0


Functions = dict[str, KernelFunction[[], Any]]


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Functions:
    """The functions above, registered while the test runs."""
    bodies: tuple[Callable[[], Any], ...] = (give_box, is_there, count_it)
    found = {body.__name__: KernelFunction(body, "toys.c") for body in bodies}
    for name, function in found.items():
        monkeypatch.setitem(FUNCTIONS, name, function)
    return found


def test_the_nth_call_fails_and_no_other(machine: Machine, functions: Functions) -> None:
    machine.inject((Fault("box", ("give_box",), -12, 3),))
    assert [functions["give_box"]() for _ in range(5)] == [made, made, None, made, made]


def test_what_a_failure_returns_follows_from_the_type(
    machine: Machine, functions: Functions
) -> None:
    for name, failure in (("give_box", None), ("is_there", False), ("count_it", -12)):
        machine.inject((Fault("one", (name,), -12, 1),))
        assert functions[name]() is failure or functions[name]() == failure


def test_the_calls_of_several_functions_are_counted_together(
    machine: Machine, functions: Functions
) -> None:
    machine.inject((Fault("any", ("give_box", "is_there"), -12, 2),))
    assert functions["give_box"]() is made
    assert functions["is_there"]() is False


def test_undo_takes_a_fault_and_its_counting_back(
    machine: Machine, functions: Functions
) -> None:
    machine.inject((Fault("count", ("count_it",), -12, 2),))
    armed = machine.journal.position
    functions["count_it"]()
    machine.seek(armed)
    machine.cut()
    assert [functions["count_it"]() for _ in range(2)] == [0, -12]
    machine.seek(0)
    assert functions["count_it"]() == 0


def test_the_body_of_a_patch_fails_too(machine: Machine, functions: Functions) -> None:
    def count_two() -> int:
        return 2

    layer = Layered()
    layer.bodies = {functions["count_it"]: count_two}
    machine.inject((Fault("count", ("count_it",), -12, 2),))
    machine.set_patches((layer,))
    assert [functions["count_it"]() for _ in range(2)] == [2, -12]
