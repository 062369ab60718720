"""KernelFunction: a stable name, a body that a layer may replace."""

import pytest

from pintutor.linux.mm import pagetable
from pintutor.sim import function
from pintutor.sim.function import FUNCTIONS, KernelFunction, kernel_function, stack
from pintutor.sim.machine import Machine
from tests.sim.toys import ADD, OUTER, Box, Layered, add, add_twice


def layer(body: object = add_twice) -> Layered:
    """A layer that replaces `add`."""
    made = Layered()
    made.put(ADD, body)  # type: ignore[arg-type]
    return made


def add_thrice(box: Box, units: int) -> int:
    """A third body for `add`."""
    box.value += 3 * units
    return box.value


def test_without_layers_the_base_body_runs(machine: Machine) -> None:
    assert ADD(Box(1), 2) == 3
    assert ADD.body() is add


def test_the_last_layer_wins(machine: Machine) -> None:
    low, high = layer(), layer(add_thrice)
    machine.set_patches((low, high))
    assert ADD(Box(0), 1) == 3
    machine.set_patches((high, low))
    assert ADD(Box(0), 1) == 2
    assert ADD.body((low, high)) is add_thrice


def test_a_caller_that_was_there_before_runs_the_new_body(machine: Machine) -> None:
    assert OUTER(Box(0)) == 12
    machine.set_patches((layer(),))
    assert OUTER(Box(0)) == 14


def test_a_layer_leaves_other_functions_alone() -> None:
    assert OUTER not in stack((layer(),))


def test_a_function_keeps_name_file_and_docstring_of_its_base() -> None:
    assert (ADD.__name__, ADD.file, ADD.__doc__) == ("add", "toys.c", add.__doc__)
    assert repr(ADD) == "<add (toys.c)>"


def test_a_name_is_declared_once_in_the_model() -> None:
    name = pagetable.pte_alloc.__name__

    def again() -> None:
        """A function of a name that is taken."""

    again.__name__ = name
    with pytest.raises(TypeError, match="defined twice"):
        kernel_function("mm/again.c")(again)


def test_a_declared_function_is_found_by_name_and_by_code() -> None:
    for name, each in FUNCTIONS.items():
        assert isinstance(each, KernelFunction)
        assert each.__name__ == name
        assert each.base is None or function.CODES[each.base.__code__] is each
