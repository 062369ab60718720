"""What can be said about a line before it runs: what is wrong with it, how it is used."""

from __future__ import annotations

from pintutor.lab.endings import refuse_beside, without_endings
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import split, split_prefixes


def problem(lab: Lab, line: str) -> CommandError | None:
    """Why a line could not be carried out, as far as its words say; None if it could."""
    try:
        ended = without_endings(line)
        parts = split_prefixes(ended.words)
        if parts.words:
            with lab.machine:
                call = REGISTRY.parse(lab, parts.words, line)
            refuse_beside(ended.beside, call.command, REGISTRY)
    except CommandError as error:
        return error
    return None


def problem_so_far(lab: Lab, text: str) -> CommandError | None:
    """What is wrong with a line that is still being typed, but for its last word."""
    error = problem(lab, text)
    if error is None or error.at is None or error.at.stop >= len(text):
        return None
    return error


def usage(text: str) -> str:
    """How the command at the start of a line is written; empty if there is none."""
    words = split_prefixes(split(text, tolerant=True)).words
    command = REGISTRY.get(words[0].text) if words else None
    return command.usage if command is not None else ""
