"""When what a learner typed is what the lesson meant, whatever the words."""

from __future__ import annotations

from collections.abc import Sequence

from pintutor.content.same import replayed, state, visible
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.registry import REGISTRY
from pintutor.lab.results import Verdict
from pintutor.lab.timeline import Entry
from pintutor.lab.words import split, split_prefixes

MOST_REPEATED = 200
"""Longest history that is repeated to compare states [commands]."""


def went_well(outcome: Outcome) -> bool:
    """True when a line did not stop the kernel, and states nothing that does not hold."""
    verdict = outcome.result
    failed = isinstance(verdict, Verdict) and not verdict.holds
    return outcome.oops is None and not failed


def same_command(line: str, wanted: str) -> bool:
    """True when two lines call one command with the same words, in whatever order."""
    return _words(line) == _words(wanted)


def _words(line: str) -> tuple[str, list[str]]:
    parts = split_prefixes(split(line, tolerant=True))
    verb, *rest = [word.text for word in parts.words] or [""]
    task = [parts.task.text + ":"] if parts.task else []
    return _name(verb), task + sorted(rest)


def _name(verb: str) -> str:
    found = REGISTRY.get(verb)
    return found.name if found else verb


def lines_done(
    lab: Lab, kernel: str, ahead: Sequence[str], outcome: Outcome, since: Entry | None
) -> int:
    """How many of the lines `ahead` have been done by other words; 0 for none.

    They have when the machine is where those lines would have brought it, from where
    the lesson stood (`since`) or from before the line that just ran.
    """
    done = visible(lab)
    if not _worth_it(ahead, outcome) or len(done) > MOST_REPEATED:
        return 0
    now = state(lab)
    starts = {done.index(since) + 1 if since in done else 0, len(done) - 1}
    for start in sorted(starts):
        count = _reached(kernel, [entry.line for entry in done[:start]], ahead, now)
        if count:
            return count
    return 0


def _worth_it(ahead: Sequence[str], outcome: Outcome) -> bool:
    """Repeating a history takes time: only for a change of a kind that is awaited."""
    command = REGISTRY.get(outcome.command)
    if command is None or not command.mutates:
        return False
    return command.name in {_words(line)[0] for line in ahead}


def _reached(
    kernel: str, history: Sequence[str], ahead: Sequence[str], now: list[object]
) -> int:
    try:
        copy = replayed(kernel, history)
        for count, line in enumerate(ahead, 1):
            copy.execute(line)
            if state(copy) == now:
                return count
    except CommandError:
        return 0
    return 0
