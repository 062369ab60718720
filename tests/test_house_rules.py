"""The house rules that a program can check."""

import ast
from collections.abc import Iterable, Iterator

from tests.sources import Source, everything, of_layers, package

MODEL = ("linux", "patches")
LONGEST_FUNCTION = 30
LONGEST_FILE = 300
AS_LONG_AS_IN_C = {
    "gup_pte_range": 38,
    "__blkdev_direct_IO_async": 32,
    "is_valid_gup_args": 33,
}
"""Functions whose branches stand as the kernel has them, and the lines they take."""

LONGEST_MODEL_FILE = 200

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef


def _textbook() -> list[Source]:
    """What models C: not the accounts over it, nor what applies and compares patches."""
    return [
        source
        for source in of_layers(*MODEL)
        if source.path.parent.name != "holders"
        if source.path.parent.name != "patches"
    ]


def _functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


def _length(function: Function) -> int:
    """Lines from `def` to the end, without docstrings and decorators."""
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    for node in function.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            assert node.end_lineno is not None
            length -= node.end_lineno - node.lineno + 1
    return length


def _names(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
            yield from ((node.lineno, alias.name) for alias in node.names)


def _uses(sources: Iterable[Source], *forbidden: str) -> list[str]:
    return [
        f"{source.name}:{line}: {name}"
        for source in sources
        for line, name in _names(source)
        if name in forbidden
    ]


def _called(sources: Iterable[Source], *forbidden: str) -> list[str]:
    return [
        f"{source.name}:{node.lineno}: {node.func.id}()"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id in forbidden
    ]


def _wide(sources: Iterable[Source], limit: int) -> list[str]:
    return [
        f"{source.name}:{number}: {len(line)} columns"
        for source in sources
        for number, line in enumerate(source.text.splitlines(), 1)
        if len(line.partition("  # type: ignore")[0]) > limit
    ]


def _none(wrong: list[str]) -> None:
    assert not wrong, "\n" + "\n".join(wrong)


def _long(sources: Iterable[Source], limit: int) -> list[str]:
    lengths = {source.name: len(source.text.splitlines()) for source in sources}
    return [f"{name}: {length} lines" for name, length in lengths.items() if length > limit]


def _public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Documented]]:
    for node in body:
        if not isinstance(node, Documented) or node.name.startswith("_"):
            continue
        yield f"{prefix}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body, f"{prefix}{node.name}.")


def test_functions_of_the_model_have_at_most_30_lines() -> None:
    long = [
        f"{source.name}:{function.lineno}: {function.name}: {_length(function)} lines"
        for source in of_layers(*MODEL)
        for function in _functions(source)
        if _length(function) > AS_LONG_AS_IN_C.get(function.name, LONGEST_FUNCTION)
    ]
    _none(long)


def test_files_of_the_model_have_at_most_200_lines() -> None:
    _none(_long(of_layers(*MODEL), LONGEST_MODEL_FILE))


def test_files_have_at_most_300_lines() -> None:
    _none(_long(everything(), LONGEST_FILE))


def test_the_model_has_80_columns() -> None:
    _none(_wide(of_layers(*MODEL), 80))


def test_everything_else_has_92_columns() -> None:
    _none(_wide(everything(), 92))


def test_the_model_does_not_print() -> None:
    _none(_called(of_layers("sim", *MODEL), "print", "input"))


def test_the_model_knows_no_clock_no_chance_and_no_addresses() -> None:
    modules = ("time", "datetime", "random", "secrets", "uuid", "os")
    _none(_uses(of_layers(*MODEL), *modules))
    _none(_called(of_layers(*MODEL), "id", "hash"))


def test_the_model_is_plain_functions() -> None:
    generators = [
        f"{source.name}:{node.lineno}"
        for source in _textbook()
        for function in _functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await)
    ]
    _none(generators)


def test_the_model_is_typed_without_any() -> None:
    _none(_uses(_textbook(), "Any"))


def test_nothing_evaluates_text_or_unpickles() -> None:
    _none(_called(everything(), "eval", "exec", "compile"))
    _none(_uses(everything(), "pickle", "marshal", "shelve"))


def test_everything_public_has_a_docstring() -> None:
    bare = [
        f"{source.name}: {name}"
        for source in package()
        if source.text
        for name, node in [("the module", source.tree), *_public(source.tree.body, "")]
        if ast.get_docstring(node) is None
    ]
    _none(bare)
