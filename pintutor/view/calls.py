"""What the recorded lines of a command say: who was called, and how each call ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pintutor.lab.sources import located
from pintutor.sim.recorder import Event


@dataclass(slots=True)
class Called:
    """One call of a function of the model."""

    function: str
    first: int
    """Index of its first recorded line."""
    last: int
    """Index of its return, or of the last line that was recorded."""


def calls(events: Sequence[Event]) -> list[Called]:
    """The calls that a command made, in the order in which they began."""
    found: list[Called] = []
    open_calls: list[Called] = []
    for index, event in enumerate(events):
        if event.depth > len(open_calls):
            open_calls.append(Called(event.function, index, len(events) - 1))
            found.append(open_calls[-1])
        if event.returns:
            open_calls.pop().last = index
    return found


def local(event: Event, name: str) -> object:
    """What a local name referred to at a recorded line, or None."""
    return dict(event.names).get(name)


def left_at(events: Sequence[Event], call: Called) -> str:
    """The condition under which a call returned: `pte_special(pte)`; or empty.

    That is the `if` that ran right before the call's last `return`.
    """
    depth = events[call.first].depth
    own = [event for event in events[call.first : call.last + 1] if event.depth == depth]
    lines = [event for event in own if not event.returns]
    if len(lines) < 2 or not located(lines[-1]).text.startswith("return"):
        return ""
    text = located(lines[-2]).text
    if not text.startswith("if ") or lines[-1].line <= lines[-2].line:
        return ""
    return text.removeprefix("if ").removesuffix(":")
