"""Tables of a class file: values by key, each checked, each mistake with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pintutor.content.errors import ContentError
from pintutor.lab.errors import did_you_mean, printable


@dataclass(slots=True)
class Headers:
    """Where the tables of a file begin."""

    path: Path
    lines: list[str]
    _met: dict[str, int] = field(default_factory=dict)

    def next_of(self, name: str) -> int:
        """The line of the next header of that name; the file's first line for none."""
        wanted = re.compile(rf"\s*\[+\s*{re.escape(name)}\s*\]+\s*(#.*)?")
        start = self._met.get(name, 0)
        for number, line in enumerate(self.lines[start:], start + 1):
            if wanted.fullmatch(line):
                self._met[name] = number
                return number
        return 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its keys still to be taken out."""

    headers: Headers
    name: str
    values: dict[str, Any]
    first: int = 1
    """Line of its header."""

    def wrong(self, key: str, message: str, hint: str = "") -> ContentError:
        """A mistake at a key."""
        begins = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
        lines = self.headers.lines[self.first - 1 :]
        found = (n for n, line in enumerate(lines, self.first) if begins.match(line))
        line = next(found, self.first)
        return ContentError(self.headers.path, line, message, hint=hint)

    def _take(self, key: str, kinds: tuple[type, ...], default: Any, said: str) -> Any:
        value = self.values.pop(key, default)
        # True is an int to Python, and no number to an author.
        if type(value) not in kinds and value is not default:
            raise self.wrong(key, f"`{key}` must be {said}")
        return value

    def text(self, key: str, default: str | None = "") -> str:
        """A string; with the default None it must be there."""
        value = self._take(key, (str,), default, "a string in quotes")
        if value is None or (default is None and not value.strip()):
            raise self.wrong(key, f"the key `{key}` is missing")
        return str(value)

    def one_of(self, key: str, words: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self.text(key, default)
        if value not in words:
            said = did_you_mean(value, words)
            what = f"`{printable(value[:40])}` is no {key}{said}"
            raise self.wrong(key, what, "there is " + ", ".join(w for w in words if w))
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self._take(key, (bool,), default, "true or false"))

    def number(self, key: str, default: float, *, least: float, most: float) -> float:
        """A number within bounds."""
        value = self._take(key, (int, float), default, "a number")
        if not least <= value <= most:
            raise self.wrong(key, f"`{key}` must be from {least:g} to {most:g}")
        return float(value)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._take(key, (list,), [], "a list of strings")
        if not all(isinstance(each, str) for each in value):
            raise self.wrong(key, f"`{key}` must be a list of strings")
        return tuple(value)

    def table(self, key: str) -> Table:
        """The table below this one; an empty one if it is not there."""
        name = f"{self.name}.{key}".removeprefix(".")
        found = self._take(key, (dict,), {}, f"a table, [{name}]")
        return Table(self.headers, name, dict(found), self.headers.next_of(name))

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list of them, in order."""
        name = f"{self.name}.{key}".removeprefix(".")
        found = self._take(key, (list,), [], f"tables, [[{name}]]")
        for each in found:
            if not isinstance(each, dict):
                raise self.wrong(key, f"`{key}` must be tables, [[{name}]]")
            yield Table(self.headers, name, dict(each), self.headers.next_of(name))

    def left(self) -> tuple[str, ...]:
        """The keys that are not taken out yet."""
        return tuple(self.values)

    def end(self, known: Mapping[str, object] | tuple[str, ...]) -> None:
        """Refuse what is left: none of it is known."""
        for key in self.values:
            what = f"unknown key `{printable(key[:40])}`" + did_you_mean(key, known)
            raise self.wrong(key, what, "known: " + ", ".join(known))
