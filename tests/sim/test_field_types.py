"""Every field of every KObject holds only what the journal can undo."""

import ast
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import pintutor.lab
import pintutor.linux
import pintutor.sim
from pintutor.linux.include.linux.pipe_fs_i import PipeBufOperations
from pintutor.sim.function import KernelFunction, Layer
from pintutor.sim.objects import KArray, KObject
from tests.labs import Lab

SCALARS = (int, bool, str, bytes, type(None))

PROTOCOLS = {
    KernelFunction: "a pointer to a function: a constant of the program",
    PipeBufOperations: "a table of functions: a constant of the program",
    Layer: "a patch: a constant of the program, never changed after import",
}
"""Types that are no state of the machine but may be named by it, with the reason."""


def modules() -> Iterator[types.ModuleType]:
    """Every module of the model, the machinery and the lab."""
    for package in (pintutor.sim, pintutor.linux, pintutor.lab):
        yield package
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            yield importlib.import_module(found.name)


def kobjects() -> list[type[KObject]]:
    """Every class of kernel objects."""
    found: dict[str, type[KObject]] = {}
    for module in modules():
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, KObject):
                found[f"{value.__module__}.{value.__name__}"] = value
    return [each for each in found.values() if each is not KObject]


def offending(hint: Any) -> Any:
    """The part of a type that may not be in a field, or None."""
    if isinstance(hint, typing.NewType):
        return offending(hint.__supertype__)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return first(arguments)
    if origin in PROTOCOLS:
        return None
    if origin in (tuple, frozenset, KArray):
        return first(each for each in arguments if each is not Ellipsis)
    if origin is typing.Literal or hint in SCALARS or hint in PROTOCOLS:
        return None
    return None if inspect.isclass(hint) and _allowed(hint) else hint


def first(hints: Any) -> Any:
    """The first type among these that has an offending part, or None."""
    return next((bad for hint in hints if (bad := offending(hint)) is not None), None)


def _allowed(hint: type) -> bool:
    if issubclass(hint, (KObject, Enum)):
        return True
    if issubclass(hint, tuple) and hasattr(hint, "_fields"):
        return first(typing.get_type_hints(hint).values()) is None
    return False


CLASSES = kobjects()


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_field_holds_nothing_that_changes_behind_the_journal(cls: type[KObject]) -> None:
    hints = typing.get_type_hints(cls)
    bad = {
        field.name: offending(hints[field.name])
        for field in fields(cls)  # type: ignore[arg-type]
        if offending(hints[field.name]) is not None
    }
    assert bad == {}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_kernel_object_is_a_dataclass_with_slots_compared_by_identity(
    cls: type[KObject],
) -> None:
    assert "__slots__" in vars(cls)
    assert not any("__dict__" in vars(base) for base in cls.__mro__)
    assert (is_dataclass(cls), cls.__hash__) == (True, object.__hash__)


def test_the_classes_of_the_model_are_found() -> None:
    assert {"Page", "PageTable", "MmStruct", "Kernel", "Livepatch"} <= {
        cls.__name__ for cls in CLASSES
    }


@pytest.mark.parametrize("hint", [list, list[int], dict[str, int], set[int], float, Any])
def test_the_check_refuses_what_is_not_recorded(hint: Any) -> None:
    assert offending(hint) is not None
    assert offending(hint | None) is not None
    assert offending(tuple[hint, ...]) is not None


def test_every_value_in_a_machine_that_ran_is_of_an_allowed_kind() -> None:
    """The hints say so; this looks at what is really there."""
    lab = Lab()
    for line in ("mmap a 3", 'write a[0] "x"', "read a[1]", "pin a as p", "munmap a"):
        lab.execute(line)
    machine = lab.machine
    for write in machine.journal.writes(0, machine.journal.position):
        for value in (write.old, write.new):
            assert not isinstance(value, (list, dict, set, bytearray, float))


@dataclass(frozen=True)
class Banned:
    """A name that makes two runs differ, and where it stands."""

    file: str
    line: int
    name: str


def banned(path: Path) -> list[Banned]:
    """Uses of a clock, of chance, of addresses of objects and of sets in a file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names if each.name in MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            names = [node.module]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names = [node.func.id] if node.func.id in ("id", "hash", "set") else []
        elif isinstance(node, (ast.For, ast.comprehension)):
            names = ["a set"] if isinstance(node.iter, (ast.Set, ast.SetComp)) else []
        found += [Banned(path.name, getattr(node, "lineno", 0), name) for name in names]
    return found


MODULES = ("time", "datetime", "random", "secrets", "uuid", "os")


def test_the_model_reads_no_clock_no_chance_and_no_addresses() -> None:
    root = Path(inspect.getfile(pintutor.linux)).parent
    assert [use for path in sorted(root.rglob("*.py")) for use in banned(path)] == []
