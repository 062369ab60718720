"""Scripts to be played: a `.pin` file whose comments are spoken, with cues for a player.

    #: title What a pin costs
    #: kernel v6.4
    # A comment is said before the line below it.
    mmap buf 2
    #: mark pinned
    #: note Ask who has seen 1024 in a bug report.
    pin buf[0] as p
    #: wait zero._refcount == 1025
    #: pause

A scenario is a script too: its comments and lines are played, on one of its kernels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pintutor.content.errors import ContentError, read_text
from pintutor.content.reading import parse as parse_scenario
from pintutor.content.script import ScriptLine, at_line, read_line
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.patches import series

RULE = "PT040"
CUES = ("title", "kernel", "mark", "note", "wait", "pause", "results")
"""What may stand behind `#:`."""
NAME = re.compile(r"[A-Za-z0-9][\w-]*")

_CUE = re.compile(r"\s*#: *(?P<word>\S*) *(?P<rest>.*?)\s*")
_SCENARIO = re.compile(r"(?m)^about\s*:")


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that a script does."""

    kind: str
    """say, line, or a word of CUES."""
    text: str
    number: int
    """Line of the file, from 1."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is played."""

    path: Path
    title: str
    kernel: str
    cues: tuple[Cue, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """The names that one can jump to."""
        return tuple(cue.text for cue in self.cues if cue.kind == "mark")


def load(path: Path, *, kernel: str | None = None) -> Script:
    """Read a script, to be played on that kernel (ContentError, CommandError)."""
    return parse(read_text(path), path, kernel=kernel)


def parse(text: str, path: Path, *, kernel: str | None = None) -> Script:
    """The script that a text writes (ContentError at the line at fault)."""
    if kernel is not None:
        releases.find(kernel)
    if _SCENARIO.search(text):
        return _scenario(text, path, kernel)
    cues = tuple(_cues(text, path, None))
    known = {cue.kind: cue.text for cue in reversed(cues)}
    on = kernel or known.get("kernel") or series.DEFAULT
    return Script(path, known.get("title", path.stem), on, cues)


def _scenario(text: str, path: Path, kernel: str | None) -> Script:
    scenario = parse_scenario(text, path)
    on = kernel or scenario.kernels[0]
    about = Cue("say", scenario.about, 1)
    if scenario.race is not None:
        race = Cue("line", f"explore {scenario.name} kernel={on}", 1)
        return Script(path, scenario.name, on, (about, race))
    lines = {
        line.number: line for line in (*scenario.setup, *scenario.run) if line.meant_for(on)
    }
    cues = (about, *_cues(text, path, lines))
    return Script(path, scenario.name, on, cues)


def _cues(text: str, path: Path, lines: Mapping[int, ScriptLine] | None) -> Iterator[Cue]:
    """The cues of a text; `lines` are the commands of a scenario, by number."""
    said: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        cue = _cue(path, number, line)
        if cue is None and line.lstrip().startswith("#"):
            said.append(line.lstrip()[1:].removeprefix(" "))
            continue
        if said:
            yield Cue("say", "\n".join(said), number - len(said))
            said = []
        found = _line(path, number, line, lines) if cue is None else cue
        if found is not None:
            yield found
    if said:
        yield Cue("say", "\n".join(said), text.count("\n"))


def _line(
    path: Path, number: int, line: str, lines: Mapping[int, ScriptLine] | None
) -> Cue | None:
    found = read_line(path, number, line) if lines is None else lines.get(number)
    if found is None:
        return None
    kernels = " ".join(word.text for word in found.kernels)
    before = f"on {kernels}: " if kernels and lines is None else ""
    return Cue("line", before + found.text.strip(), number)


def _cue(path: Path, number: int, line: str) -> Cue | None:
    """What a line that begins with `#:` says; None for another line."""
    found = _CUE.fullmatch(line)
    if found is None:
        return None
    word, rest = found["word"], found["rest"]
    if word not in CUES:
        what = f"no cue is called `{printable(word[:40])}`" + did_you_mean(word, CUES)
        hint = "there is " + ", ".join(f"`#: {each}`" for each in CUES)
        raise ContentError(path, number, what, hint=hint, rule=RULE)
    if not rest and word != "pause":
        what = f"`#: {word}` says nothing"
        raise ContentError(path, number, what, rule=RULE)
    _check(path, number, word, rest)
    return Cue(word, rest, number)


def _check(path: Path, number: int, word: str, rest: str) -> None:
    """Refuse a condition that cannot be read, a kernel or a mark that cannot be."""
    try:
        if word == "wait":
            Expression.parse(rest, 0)
        elif word == "kernel":
            releases.find(rest)
    except CommandError as error:
        raise at_line(path, number, error, rule=RULE) from None
    if word == "mark" and not NAME.fullmatch(rest):
        what = f"`{printable(rest[:40])}` cannot be the name of a mark"
        raise ContentError(path, number, what, hint="one word, a-z 0-9 -", rule=RULE)
