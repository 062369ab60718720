"""Finding: something in a content file that must be put right, and the rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pintutor.content.errors import ContentError, shown
from pintutor.lab.errors import CommandError

RULES = {
    "PT001": "a file cannot be read, or its front matter is missing or not TOML",
    "PT002": "a key is not known",
    "PT003": "a key is missing",
    "PT004": "a value has the wrong type or form",
    "PT005": "a fence is not known, not closed, or in the wrong place",
    "PT006": "an id is missing or not unique",
    "PT007": "a kernel, patch, function, lesson or letter that is named does not exist",
    "PT010": "a command cannot be read or carried out",
    "PT011": "a prediction cannot be computed, or calls its answer wrong",
    "PT012": "a quiz lacks feedback, or has not exactly one right answer",
    "PT013": "a task has not three hints, or an empty one",
    "PT014": "a task says nothing, has no check, or holds before it is solved",
    "PT015": "a solution is missing or does not solve its task",
    "PT016": "a task is solved without the last line of its solution",
    "PT017": "a check is no expression",
    "PT018": "the text states what is not so",
    "PT019": "a link, or what the text names, leads nowhere",
    "PT020": "a file is stray",
    "PT021": "a scenario is not in order",
    "PT022": "a scenario states what is not so, or nothing",
    "PT023": "a line of a scenario is for none of its kernels",
    "PT024": "a symptom is not there without its patch, or still there with it",
    "PT025": "what a symptom states of both kernels is not so",
    "PT026": "a symptom states nothing",
    "PT027": "a term of the glossary names what is not there",
    "PT028": "an entry of a letter, or a patch, has no lesson",
    "PT029": "a near miss solves its task, or does not get its hint",
    "PT030": "the variants of a lesson differ in nothing, or in difficulty",
}
"""What `pintutor check` looks at, by the code that a finding carries."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to put right: where, which rule, what, and how."""

    path: Path
    line: int
    rule: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}: {self.rule} {self.message}"

    def to_json(self) -> dict[str, Any]:
        """The finding as data."""
        return {
            "path": shown(self.path),
            "line": self.line,
            "rule": self.rule,
            "message": self.message,
            "hint": self.hint,
        }


def of(error: ContentError) -> list[Finding]:
    """The findings that a file which cannot be used makes."""
    return [
        Finding(each.path, each.line, each.rule, each.message, each.hint)
        for each in error.all()
    ]


def at(path: Path, line: int, rule: str, error: CommandError) -> Finding:
    """The finding that a command or an expression makes that cannot be carried out."""
    return Finding(path, line, rule, error.message, error.hint)
