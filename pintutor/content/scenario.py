"""Scenarios: `.pin` files that state what a script does on each kernel.

    # A comment.
    about: What is shown, and why it matters;
        indented lines go on.
    kernels: v6.4 v6.5 v6.4+zero-page-unpinned

    setup:
      mmap buf 2
    run:
      pin buf as p
      on <v6.5: expect zero._refcount == 1 + 2 * 1024

A name after `on` means exactly that kernel; `<v6.5` and the like compare releases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from pintutor.content.errors import ContentError, NoSuchContent, read_text
from pintutor.content.places import SCENARIOS, folder
from pintutor.content.script import ScriptLine, at_line, read_line
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, did_you_mean, printable

HEADERS = ("about", "kernels")
SECTIONS = ("setup", "run")
RULE = "PT021"

_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9-]*)\s*:(?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A script, and the kernels that it makes its statements about."""

    name: str
    path: Path
    about: str
    kernels: tuple[str, ...]
    setup: tuple[ScriptLine, ...]
    run: tuple[ScriptLine, ...]

    @property
    def lines(self) -> tuple[ScriptLine, ...]:
        """All commands in order."""
        return (*self.setup, *self.run)


def scenarios(root: Path | None = None) -> list[Path]:
    """The scenario files, by name."""
    return sorted((root or folder(SCENARIOS)).glob("*.pin"))


def find(name: str) -> Path:
    """The file of a scenario: by name, by its path in the course, or by any path.

    Errors: NoSuchContent, with the names that there are.
    """
    root = folder(SCENARIOS)
    stem = name.removeprefix(f"{SCENARIOS}/").removesuffix(".pin")
    for path in (Path(name), root / f"{stem}.pin"):
        if path.is_file():
            return path
    known = [path.stem for path in scenarios()]
    what = f"no scenario is called `{printable(name[:60])}`" + did_you_mean(stem, known)
    raise NoSuchContent(what, hint="there is " + ", ".join(known))


def load(path: Path) -> Scenario:
    """Read a scenario (ContentError)."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Scenario:
    """The scenario that a text writes (ContentError with the line at fault)."""
    reader = _Reader(path)
    for number, line in enumerate(text.splitlines(), 1):
        reader.take(number, line)
    return reader.scenario()


@dataclass(slots=True)
class _Reader:
    """What has been read of a scenario so far."""

    path: Path
    headers: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    sections: dict[str, list[ScriptLine]] = field(default_factory=dict)
    header: str = ""
    section: str = ""

    def take(self, number: int, line: str) -> None:
        """Read the next line."""
        if not line.strip() or line.lstrip().startswith("#"):
            return
        found = None if line[0].isspace() else _KEY.fullmatch(line)
        if found and self._is_key(found):
            self._begin(number, found["key"], found["rest"].strip())
        elif self.section:
            self._command(number, line)
        elif self.header and line[0].isspace():
            self.headers[self.header].append((number, line.strip()))
        else:
            raise self._error(
                number,
                f"a command before `run:`: {printable(line.strip()[:40])}",
                "`setup:` or `run:` on a line of its own begins the commands",
            )

    def _is_key(self, found: re.Match[str]) -> bool:
        """Tells `run:` from a command behind a task, `child: write buf 0x41`."""
        known = found["key"] in (*HEADERS, *SECTIONS)
        return known or not self.section or not found["rest"].strip()

    def _begin(self, number: int, key: str, rest: str) -> None:
        if key in self.headers or key in self.sections:
            raise self._error(number, f"`{key}:` stands here a second time")
        if key in SECTIONS:
            if rest and not rest.startswith("#"):
                hint = "put the commands on the lines below"
                raise self._error(number, f"`{key}:` has something behind it", hint)
            self.section = key
            self.sections[key] = []
        elif key in HEADERS and not self.section:
            self.header = key
            self.headers[key] = [(number, rest)]
        elif key in HEADERS:
            raise self._error(number, f"`{key}:` must stand before the commands")
        else:
            raise self._unknown(number, key)

    def _unknown(self, number: int, key: str) -> ContentError:
        known = (*HEADERS, *SECTIONS)
        return self._error(
            number,
            f"a scenario has no part `{printable(key[:40])}:`" + did_you_mean(key, known),
            "it has " + ", ".join(f"`{each}:`" for each in known),
        )

    def _command(self, number: int, line: str) -> None:
        command = read_line(self.path, number, line)
        if command is not None:
            self.sections[self.section].append(command)

    def _error(self, number: int, message: str, hint: str = "") -> ContentError:
        return ContentError(self.path, number, message, hint=hint, rule=RULE)

    def scenario(self) -> Scenario:
        """The scenario, once all lines are read."""
        about = " ".join(part for _, part in self.headers.get("about", ()) if part)
        if not about:
            raise self._error(1, "`about:` is missing", "say what is shown, and why")
        if not self.sections.get("run"):
            raise self._error(1, "`run:` is missing or empty")
        kernels = self._kernels()
        return Scenario(
            self.path.stem,
            self.path,
            about,
            kernels,
            tuple(self.sections.get("setup", ())),
            tuple(self.sections["run"]),
        )

    def _kernels(self) -> tuple[str, ...]:
        found: list[str] = []
        for number, text in self.headers.get("kernels", ()):
            for word in text.partition("#")[0].split():
                self._known(number, word)
                if word in found:
                    raise self._error(number, f"`{printable(word)}` stands there twice")
                found.append(word)
        if not found:
            hint = "name the kernels that it states something about: v6.4 v6.5"
            raise self._error(1, "`kernels:` is missing or empty", hint)
        return tuple(found)

    def _known(self, number: int, kernel: str) -> None:
        try:
            releases.find(kernel)
        except CommandError as error:
            raise at_line(self.path, number, error, rule="PT007") from None
