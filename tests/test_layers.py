"""Each layer imports only what lies left of it."""

import ast

import pytest

from tests.sources import PACKAGE, imports, of_layers, package

LAYERS = (
    "sim",
    "linux",
    "patches",
    "lab",
    "content",
    "classroom",
    "view",
    "recording",
)
FRONT_ENDS = ("repl", "tui")
SHARED = ("pintutor.__version__", "pintutor.directories")
"""Modules without a layer that every layer may use."""

SCREENS = ("textual", "prompt_toolkit", "rich", "asyncio")
WITHOUT_SCREENS = ("sim", "linux", "patches", "lab", "content", "classroom")


def _allowed(layer: str) -> set[str]:
    if layer in FRONT_ENDS:
        return {*LAYERS, layer}
    return set(LAYERS[: LAYERS.index(layer) + 1])


@pytest.mark.parametrize("layer", [*LAYERS, *FRONT_ENDS])
def test_a_layer_imports_only_what_lies_left_of_it(layer: str) -> None:
    wrong = [
        f"{source.name}:{line}: {name}"
        for source in of_layers(layer)
        for line, name in imports(source)
        if name.startswith("pintutor.") and not name.startswith(SHARED)
        if name.split(".")[1] not in _allowed(layer)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("layer", WITHOUT_SCREENS)
def test_a_layer_below_the_views_imports_no_screen_library(layer: str) -> None:
    wrong = [
        f"{source.name}:{line}: {name}"
        for source in of_layers(layer)
        for line, name in imports(source)
        if name.split(".")[0] in (*SCREENS, "pygments")
    ]
    assert not wrong, "\n".join(wrong)


def test_views_import_no_screen_library_but_pygments() -> None:
    wrong = [
        f"{source.name}:{line}: {name}"
        for source in of_layers("view")
        for line, name in imports(source)
        if name.split(".")[0] in SCREENS
    ]
    assert not wrong, "\n".join(wrong)


def test_every_folder_of_the_package_is_a_layer_or_the_bench_or_the_command_line() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert folders <= {*LAYERS, *FRONT_ENDS, "bench", "cli"}


def test_imports_are_absolute() -> None:
    relative = [
        f"{source.name}:{node.lineno}"
        for source in package()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative, "\n".join(relative)
