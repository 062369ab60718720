"""The project's own sources, parsed, for the tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pintutor"


class Source(NamedTuple):
    """One Python file."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Path from the root of the project, such as pintutor/linux/mm/gup.py."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def layer(self) -> str:
        """The folder below pintutor that holds the file, or its name at the top."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if len(parts) > 1 else self.path.stem


@cache
def package() -> tuple[Source, ...]:
    """Every module of the package."""
    return tuple(map(_read, sorted(PACKAGE.rglob("*.py"))))


@cache
def everything() -> tuple[Source, ...]:
    """Every module of the package and of the tests, and what sets them up."""
    others = [ROOT / "bootstrap.py", *sorted((ROOT / "tests").rglob("*.py"))]
    return (*package(), *map(_read, others))


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text, str(path)))


def of_layers(*layers: str) -> list[Source]:
    """The modules of some layers."""
    return [source for source in package() if source.layer in layers]


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Line and full name of every module that a module imports, wherever it stands."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield node.lineno, base
            # `from pintutor import handlers` imports a module by its last name.
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
