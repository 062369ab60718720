"""What a patch changes, shown by the same commands without it and with it.

A symptom fence holds TOML:

    patch = "zero-page-unpinned"
    commands = '''
    mmap buf 1
    read buf
    pin buf as p
    '''
    without = ["zero._refcount == 1025"]
    with = ["zero._refcount == 1"]
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pintutor.content.errors import ContentError
from pintutor.content.fences import Block
from pintutor.content.script import ScriptLine, read_lines
from pintutor.content.tables import Key, line_of, table

KEYS = {
    "patch": Key(str),
    "kernel": Key(str, required=False),
    "commands": Key(str, required=False),
    "scenario": Key(str, required=False),
    "without": Key(list, required=False),
    "with": Key(list, required=False),
    "same": Key(list, required=False),
    "why": Key(str, required=False),
}
STATED = ("without", "with", "same")
"""The keys that hold expressions."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An expression, and where it is to hold."""

    number: int
    """Line of the file."""
    text: str
    where: str
    """without, with or same: which machines it holds on."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """A patch, what is done without and with it, and what is to be seen then."""

    patch: str
    kernel: str
    """The kernel that the two are made from."""
    line: int
    """Line of the file where the fence begins."""
    script: tuple[ScriptLine, ...]
    """The commands; none when a race is explored."""
    scenario: str
    """The race that is explored; empty when commands run."""
    stated: tuple[Stated, ...]
    why: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The commands as text."""
        return tuple(line.text.strip() for line in self.script)

    @property
    def midway(self) -> bool:
        """True when the patch goes in among the commands, by an `apply` of it."""
        return self.applying in self.lines

    @property
    def applying(self) -> str:
        """The line that puts the patch in."""
        return f"apply {self.patch}"

    def names(self, word: str) -> bool:
        """True when one of the expressions is about that word."""
        return any(word in each.text.split() for each in self.stated)


def read(path: Path, block: Block, kernel: str) -> Symptom:
    """The symptom that a fence holds, on `kernel` if it names none (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    script = script_of(path, block, found.get("commands", ""))
    scenario = found.get("scenario", "")
    if bool(script) == bool(scenario):
        what = "a symptom has either `commands` or a `scenario` with CPUs"
        raise ContentError(path, block.line, what, rule="PT003")
    stated = tuple(
        Stated(_line(block, text), text, where)
        for where in STATED
        for text in found.get(where, ())
    )
    if not stated:
        what = "the symptom states nothing"
        hint = "`without` and `with`, or `same` for a patch that changes nothing to see"
        raise ContentError(path, block.line, what, hint=hint, rule="PT026")
    return Symptom(
        found["patch"],
        found.get("kernel", kernel),
        block.line,
        script,
        scenario,
        stated,
        found.get("why", ""),
    )


def script_of(
    path: Path, block: Block, text: str, *, key: str = "commands"
) -> tuple[ScriptLine, ...]:
    """The commands under a key of a fence (ContentError)."""
    if not text:
        return ()
    first = line_of(block.text, key, block.first)
    # TOML drops the end of line behind the opening quotes.
    opening: Any = block.text.splitlines()[first - block.first]
    first += opening.rstrip().endswith(('"""', "'''"))
    script = read_lines(path, enumerate(text.splitlines(), first))
    for line in script:
        if line.kernels:
            what = "the same commands run on every kernel"
            hint = "take the `on` out; the expressions say what differs"
            raise ContentError(path, line.number, what, hint=hint, rule="PT010")
    return script


def _line(block: Block, text: str) -> int:
    """The line of the file where an expression stands."""
    return next((number for number, line in block.numbered() if text in line), block.line)
