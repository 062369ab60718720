"""Find the patch that turned what commands, or a race, come to between two kernels.

A bisect fence holds TOML:

    ask = "Which patch made the count of the zero page stay?"
    commands = '''
    mmap buf 1
    read buf
    pin buf as p
    '''
    value = "zero._refcount"
    from = "v6.1"
    to = "v6.5"

Or `scenario`, for what a shipped one comes to. The answer is computed by bisecting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pintutor.content.errors import ContentError, NoSuchContent
from pintutor.content.exercises.kinds import Judged
from pintutor.content.fences import Block
from pintutor.content.races.bisecting import Bisection
from pintutor.content.races.bisecting import bisect as bisected
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, find
from pintutor.content.script import ScriptLine
from pintutor.content.symptom import script_of
from pintutor.content.tables import Key, table
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import PATCH
from pintutor.lab.words import Word
from pintutor.patches import series
from pintutor.patches.patch import Patch

KEYS = {
    "ask": Key(str),
    "scenario": Key(str, required=False),
    "commands": Key(str, required=False),
    "value": Key(str, required=False),
    "from": Key(str),
    "to": Key(str),
    "why": Key(str, required=False),
    "wrong": Key(dict, required=False),
}

SHORTEST_ID = 7
"""Least of a commit's id that names it [characters]."""


@dataclass(frozen=True, slots=True)
class Bisect:
    """What turned, and between which kernels."""

    scenario: str
    """By name; empty for commands."""
    script: tuple[ScriptLine, ...]
    value: str
    """What the commands come to: an expression; empty for whether they hold."""
    old: str
    new: str
    path: Path
    """The lesson."""

    @property
    def usage(self) -> str:
        """How it is answered."""
        return "`answer PATCH`: its name, or the id of its commit"

    def shown(self, lab: Lab, draft: str) -> str:
        """What turned, and between which kernels."""
        between = f"between {self.old} and {self.new}"
        if self.scenario:
            return f"It is `{self.scenario}` that turned {between}."
        lines = [line.text.strip() for line in self.script]
        listing = "\n".join(("```txt", *lines, "```"))
        what = f"`{self.value}`" if self.value else "whether it holds"
        return f"What turned {between} is {what} after\n\n{listing}"

    def complete(self, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
        """The patches."""
        return PATCH.complete(prefix, lab)

    def meant(self, lab: Lab, given: Word) -> Patch:
        """The patch of that name or commit (CommandError)."""
        text = given.text.strip()
        found = series.BY_NAME.get(text)
        ids = [
            patch
            for patch in series.ALL
            if len(text) >= SHORTEST_ID and patch.commit.startswith(text)
        ]
        if found is not None or len(ids) == 1:
            return found or ids[0]
        what = f"no patch is called `{printable(text[:40])}`"
        raise CommandError(
            what + did_you_mean(text, series.BY_NAME),
            given.span,
            code="unknown-patch",
            hint="`patches` lists them; a commit's id has at least 7 characters",
        )

    def judged(self, lab: Lab, meant: Patch) -> Judged:
        """Whether that patch turned it (CommandError when nothing turned)."""
        found = found_by(self)
        right = meant in {turn.patch for turn in found.found}
        said = (
            f"before it: {found.before.outcome}; with it: {found.after.outcome}"
            if right
            else f"`{meant.name}` did not turn it"
        )
        data = {"patch": meant.name, "commit": meant.commit}
        return Judged(right, meant.name, (said,), data)


@lru_cache(maxsize=16)
def found_by(asked: Bisect) -> Bisection:
    """The patch that turned it (CommandError when nothing turned)."""
    expression = Expression.parse(asked.value, 0) if asked.value else None
    return bisected(_scenario(asked), asked.old, asked.new, expression=expression)


def _scenario(asked: Bisect) -> Scenario:
    if not asked.scenario:
        kernels = (asked.old, asked.new)
        return Scenario("these commands", asked.path, "", kernels, (), asked.script)
    try:
        return load(find(asked.scenario))
    except (NoSuchContent, ContentError) as error:
        raise CommandError(str(error), None, code="no-scenario") from None


def read(path: Path, block: Block, kernel: str) -> tuple[dict[str, Any], Bisect]:
    """What the fence says, and the exercise (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    script = script_of(path, block, found.get("commands", ""))
    scenario = found.get("scenario", "")
    if bool(script) == bool(scenario):
        what = "a bisect fence has either `commands` or a `scenario`"
        raise ContentError(path, block.line, what, rule="PT003")
    value, old, new = found.get("value", ""), found["from"], found["to"]
    return found, Bisect(scenario, script, value, old, new, path)
