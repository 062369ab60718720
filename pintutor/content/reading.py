"""Reading a scenario: its parts, line by line, with the line at fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path

from pintutor.content.errors import ContentError, read_text
from pintutor.content.scenario import VERDICTS, Claim, Race, Scenario
from pintutor.content.script import ScriptLine, at_line, read_line
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.words import split
from pintutor.patches import series

HEADERS = ("about", "kernels", "interrupts")
SECTIONS = ("setup", "run")
ENDINGS = ("show", "exists", "result")
RULE = "PT021"
MOST_CPUS = 8

_KEY = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9-]*)\s*:(?P<rest>.*)")
_CPU = re.compile(r"P\d")
_INTERRUPT = re.compile(r"P(\d)\s+on\s+P(\d)")

Texts = list[tuple[int, str]]
"""Lines of a part, each behind its number."""


def load(path: Path) -> Scenario:
    """Read a scenario (ContentError)."""
    return parse(read_text(path), path)


@lru_cache(maxsize=256)  # all that ship are asked for at each key that is typed
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
    texts: dict[str, Texts] = field(default_factory=dict)
    """The headers and endings."""
    sections: dict[str, list[ScriptLine]] = field(default_factory=dict)
    part: str = ""
    """The part that a line would belong to."""

    def take(self, number: int, line: str) -> None:
        """Read the next line."""
        if not line.strip() or line.lstrip().startswith("#"):
            return
        found = None if line[0].isspace() else _KEY.fullmatch(line)
        if found and self._is_key(found):
            self._begin(number, found["key"], found["rest"].strip())
        elif self.part in self.sections:
            self._command(number, line)
        elif self.part and line[0].isspace():
            self.texts[self.part].append((number, line.strip()))
        else:
            raise self._error(
                number,
                f"a command before `run:`: {printable(line.strip()[:40])}",
                "`setup:`, `run:` or `P0:` on a line of its own begins the commands",
            )

    def _is_key(self, found: re.Match[str]) -> bool:
        """Tells `run:` from a command behind a task, `child: write buf 0x41`."""
        known = found["key"] in (*HEADERS, *SECTIONS, *ENDINGS)
        named = known or _CPU.fullmatch(found["key"]) is not None
        return named or self.part not in self.sections or not found["rest"].strip()

    def _begin(self, number: int, key: str, rest: str) -> None:
        if key in self.texts or key in self.sections:
            raise self._error(number, f"`{key}:` stands here a second time")
        if key in HEADERS and self.sections:
            raise self._error(number, f"`{key}:` must stand before the commands")
        if key in (*HEADERS, *ENDINGS):
            self.texts[key] = [(number, rest)]
        elif key in SECTIONS or _CPU.fullmatch(key):
            self._begin_commands(number, key, rest)
        else:
            raise self._unknown(number, key)
        self.part = key

    def _begin_commands(self, number: int, key: str, rest: str) -> None:
        if rest and not rest.startswith("#"):
            hint = "put the commands on the lines below"
            raise self._error(number, f"`{key}:` has something behind it", hint)
        if any(each in self.texts for each in ENDINGS):
            raise self._error(number, f"`{key}:` must stand before `exists:`")
        cpus = len(self.sections.keys() - {*SECTIONS})
        if key not in SECTIONS and key != f"P{cpus}":
            hint = f"the next one is `P{cpus}:`"
            raise self._error(number, f"`{key}:` is out of turn", hint)
        self.sections[key] = []

    def _unknown(self, number: int, key: str) -> ContentError:
        known = (*HEADERS, *SECTIONS, "P0", *ENDINGS)
        return self._error(
            number,
            f"a scenario has no part `{printable(key[:40])}:`" + did_you_mean(key, known),
            "it has " + ", ".join(f"`{each}:`" for each in known),
        )

    def _command(self, number: int, line: str) -> None:
        command = read_line(self.path, number, line)
        if command is not None:
            self.sections[self.part].append(command)

    def _error(self, number: int, message: str, hint: str = "") -> ContentError:
        return ContentError(self.path, number, message, hint=hint, rule=RULE)

    def scenario(self) -> Scenario:
        """The scenario, once all lines are read."""
        about = " ".join(part for _, part in self.texts.get("about", ()) if part)
        if not about:
            raise self._error(1, "`about:` is missing", "say what is shown, and why")
        race = self._race()
        if race is None and not self.sections.get("run"):
            raise self._error(1, "`run:` is missing or empty")
        return Scenario(
            self.path.stem,
            self.path,
            about,
            self._kernels(),
            tuple(self.sections.get("setup", ())),
            tuple(self.sections.get("run", ())),
            race,
        )

    def _race(self) -> Race | None:
        names = [key for key in self.sections if key not in SECTIONS]
        if not names:
            for key in ENDINGS:
                if key in self.texts:
                    hint = "`P0:` and `P1:` say what the CPUs do"
                    raise self._error(self.texts[key][0][0], f"`{key}:` without CPUs", hint)
            return None
        if self.sections.get("run"):
            raise self._error(1, "`run:` and CPUs in one scenario", "use `setup:`")
        cpus = tuple(tuple(self.sections[name]) for name in names)
        for name, lines in zip(names, cpus, strict=True):
            if not lines:
                raise self._error(1, f"`{name}:` is empty")
        shown = self._shows(), self._exists(), self._claims()
        return Race(cpus, *shown, self._interrupts(len(cpus)))

    def _interrupts(self, cpus: int) -> tuple[tuple[int, int], ...]:
        found = {}
        for number, text in self.texts.get("interrupts", ()):
            for each in filter(None, map(str.strip, text.split(";"))):
                pair = _INTERRUPT.fullmatch(each)
                if pair is None or max(map(int, pair.groups())) >= cpus:
                    hint = "two CPUs of the race: `P1 on P0`"
                    raise self._error(number, f"no interrupt: {printable(each[:40])}", hint)
                found[int(pair[1])] = int(pair[2])
        for comes, on in found.items():
            if on in found:
                number = self.texts["interrupts"][0][0]
                hint = "an interrupt comes on a CPU that is none"
                raise self._error(number, f"P{comes} comes on P{on}, an interrupt", hint)
        return tuple(found.items())

    def _shows(self) -> tuple[Expression, ...]:
        return tuple(
            self._expression(number, part)
            for number, text in self.texts.get("show", ())
            for part in text.split(";")
            if part.strip()
        )

    def _exists(self) -> Expression:
        texts = self.texts.get("exists")
        if texts is None:
            raise self._error(1, "`exists:` is missing", "say what may come to hold")
        return self._expression(texts[0][0], " ".join(text for _, text in texts))

    def _expression(self, number: int, text: str) -> Expression:
        try:
            return Expression.parse(text, 0)
        except CommandError as error:
            raise at_line(self.path, number, error, rule=RULE) from None

    def _claims(self) -> tuple[Claim, ...]:
        texts = [each for each in self.texts.get("result", ()) if each[1]]
        if not texts:
            hint = "a line for each kernel: `v6.4 Sometimes`"
            raise self._error(1, "`result:` is missing or empty", hint)
        return tuple(self._claim(*each) for each in texts)

    def _claim(self, number: int, text: str) -> Claim:
        words = split(text)
        if len(words) != 2 or words[1].text not in VERDICTS:
            hint = "a kernel, and one of " + ", ".join(VERDICTS)
            raise self._error(number, f"no verdict: {printable(text[:40])}", hint)
        self._known(number, partial(releases.matches, words[0], series.DEFAULT, ()))
        return Claim(number, words[0], words[1].text)

    def _kernels(self) -> tuple[str, ...]:
        found: list[str] = []
        for number, text in self.texts.get("kernels", ()):
            for word in split(text):
                self._known(number, partial(releases.find, word.text))
                if word.text in found:
                    what = f"`{printable(word.text)}` stands there twice"
                    raise self._error(number, what)
                found.append(word.text)
        if not found:
            hint = "name the kernels that it states something about: v6.4 v6.5"
            raise self._error(1, "`kernels:` is missing or empty", hint)
        return tuple(found)

    def _known(self, number: int, look: Callable[[], object]) -> None:
        try:
            look()
        except CommandError as error:
            raise at_line(self.path, number, error, rule="PT007") from None
