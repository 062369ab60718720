"""The prose of a step: its text without code blocks, and the code in its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pintutor.content.steps import Step

_CODE = re.compile(r"`([^`]+)`")
_FENCED = re.compile(r"^(`{3,}).*?^\1`*$", re.MULTILINE | re.DOTALL)


def prose(body: str) -> str:
    """A piece of Markdown with its code blocks blanked, line by line."""
    return _FENCED.sub(lambda found: "\n" * found[0].count("\n"), body)


def code_spans(step: Step) -> Iterator[tuple[int, str]]:
    """Each `code` in the text of a step, and the line of the file that it begins in."""
    text = prose(step.body)
    for found in _CODE.finditer(text):
        yield step.line + text.count("\n", 0, found.start()), " ".join(found[1].split())
