"""Any module may be imported first: none waits for a name of one that waits for it.

Two headers may import each other as modules, as struct page and struct inode do. With
`from X import name` in the circle the order would decide which import fails.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "pintutor"
MODULES = {
    ".".join(("pintutor", *path.relative_to(PACKAGE).with_suffix("").parts)): path
    for path in PACKAGE.rglob("*.py")
}


def imported(name: str) -> Iterator[tuple[str, bool]]:
    """What a module imports at its top, and whether it wants a name of it."""
    for node in ast.parse(MODULES[name].read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                yield (whole, False) if whole in MODULES else (node.module, True)


def reaches(graph: dict[str, set[str]], start: str, end: str) -> bool:
    """Whether importing `start` imports `end`."""
    seen: set[str] = set()
    left = [start]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += graph.get(name, ())
    return end in seen


def test_no_module_wants_a_name_of_one_that_imports_it() -> None:
    edges = {name: set(imported(name)) for name in MODULES}
    graph = {name: {other for other, _ in found} for name, found in edges.items()}
    leaves = {name for name in graph if not graph[name] & graph.keys()}
    while leaves:
        graph = {name: found for name, found in graph.items() if name not in leaves}
        leaves = {name for name in graph if not graph[name] & graph.keys()}
    wrong = [
        f"{name} wants a name of {other}, which imports it"
        for name in graph
        for other, by_name in edges[name]
        if by_name and other in graph and reaches(graph, other, name)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_painted_first_needs_no_model() -> None:
    graph = {name: {each for each, _ in imported(name)} for name in MODULES}
    assert not reaches(graph, "pintutor.tui.app", "pintutor.linux.globals")
    assert reaches(graph, "pintutor.tui.lesson_screen", "pintutor.linux.globals")
