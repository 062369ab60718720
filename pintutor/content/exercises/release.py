"""Choose a kernel: any counts on which a statement comes to hold.

A release fence holds TOML:

    ask = "On which kernel does a pin of the zero page leave its count alone?"
    commands = '''
    mmap buf 1
    read buf
    pin buf as p
    '''
    holds = ["zero._refcount == 1"]

Or `scenario`, a race, with `holds = ['verdict == "Never"']`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pintutor.content.before_after import Ended, Side, explored_on, run_on
from pintutor.content.errors import ContentError
from pintutor.content.exercises.kinds import Judged
from pintutor.content.fences import Block
from pintutor.content.script import ScriptLine
from pintutor.content.symptom import script_of
from pintutor.content.tables import Key, table
from pintutor.lab import releases
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import KERNEL
from pintutor.lab.words import Word
from pintutor.patches import series

KEYS = {
    "ask": Key(str),
    "commands": Key(str, required=False),
    "scenario": Key(str, required=False),
    "holds": Key(list),
    "why": Key(str, required=False),
    "wrong": Key(dict, required=False),
}


@dataclass(frozen=True, slots=True)
class Meant:
    """A kernel, however it was written."""

    release: str
    patches: frozenset[str]
    """Names of all patches that it has."""
    text: str = field(compare=False)
    """As it was written."""


@dataclass(frozen=True, slots=True)
class Release:
    """A statement, and what brings it about where the kernel is the right one."""

    script: tuple[ScriptLine, ...]
    """Commands; none for a race."""
    scenario: str
    """A race; empty for commands."""
    holds: tuple[str, ...]
    """What must hold at the end."""

    @property
    def usage(self) -> str:
        """How it is answered."""
        return "`answer v6.4`, or another kernel; `kernels` lists them"

    def shown(self, lab: Lab, draft: str) -> str:
        """The commands, and what has to hold after them."""
        stated = " and ".join(f"`{text}`" for text in self.holds)
        if self.scenario:
            return f"The race is `{self.scenario}`, and it is to hold that {stated}."
        lines = [line.text.strip() for line in self.script]
        listing = "\n".join(("```txt", *lines, "```"))
        return f"After\n\n{listing}\n\nit is to hold that {stated}."

    def complete(self, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
        """The kernels."""
        return KERNEL.complete(prefix, lab)

    def meant(self, lab: Lab, given: Word) -> Meant:
        """The kernel (CommandError at the part that there is not)."""
        text = given.text.strip()
        release, patches = releases.find(text, given.start)
        return Meant(release, frozenset(patch.name for patch in patches), text)

    def judged(self, lab: Lab, meant: Meant) -> Judged:
        """Whether the statement holds on that kernel, and what the state is there."""
        ended = ended_on(self, meant.text)
        wrong = {text: ended.situation.missing(text) for text in self.holds}
        missed = next((text for text in self.holds if wrong[text]), "")
        said = f"on {meant.text} it holds" if not missed else _said(ended, missed)
        data = {"kernel": meant.text, "missed": missed}
        return Judged(not missed, meant.text, (said,), data, ended.situation)

    def on_releases(self, lab: Lab) -> dict[str, bool]:
        """Whether the statement holds, for each release."""
        return {
            name: self.judged(lab, self.meant(lab, Word(name, 0, len(name)))).right
            for name in series.RELEASES
        }


@lru_cache(maxsize=32)
def ended_on(asked: Release, kernel: str) -> Ended:
    """What comes of it on one kernel (CommandError when there is no such race)."""
    side = Side(kernel)
    if asked.scenario:
        return explored_on(side, asked.scenario)
    return run_on(side, asked.script)


def _said(ended: Ended, missed: str) -> str:
    """Why it does not hold on a kernel."""
    why = ended.wrong or ended.situation.missing(missed)
    return f"on {ended.side.kernel} it does not hold: {why}"


def read(path: Path, block: Block, kernel: str) -> tuple[dict[str, Any], Release]:
    """What the fence says, and the exercise (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    script = script_of(path, block, found.get("commands", ""))
    scenario = found.get("scenario", "")
    if bool(script) == bool(scenario):
        what = "a release fence has either `commands` or a `scenario` with CPUs"
        raise ContentError(path, block.line, what, rule="PT003")
    return found, Release(script, scenario, tuple(found["holds"]))
