"""Two recordings of one command, line beside line: where they agree, and where not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from types import CodeType
from typing import NamedTuple

from pintutor.lab.sources import located
from pintutor.sim.recorder import Event

FAR = 300
"""Lines, of both sides together, that are looked through for where they meet again."""

SURE = 2
"""Lines that must agree for them to have met again."""

Key = tuple[str, str, int, bool]
"""What makes two lines the same: function, text, depth, whether it returns."""


class Pair(NamedTuple):
    """What runs at one step of both; None for a side that stands still."""

    left: int | None
    """Index of the event."""
    right: int | None
    same: bool
    """True when both run the same line."""


def aligned(left: Sequence[Event], right: Sequence[Event]) -> list[Pair]:
    """The events of both, in the order of both, each in one pair."""
    texts: dict[tuple[CodeType, int], str] = {}
    one, two = (_keys(events, texts) for events in (left, right))
    pairs: list[Pair] = []
    at, beside = 0, 0
    while at < len(one) or beside < len(two):
        if at < len(one) and beside < len(two) and one[at] == two[beside]:
            pairs.append(Pair(at, beside, True))
            at, beside = at + 1, beside + 1
            continue
        left_to, right_to = _meeting(one, two, at, beside)
        apart = zip_longest(range(at, left_to), range(beside, right_to))
        pairs += [Pair(mine, other, False) for mine, other in apart]
        at, beside = left_to, right_to
    return pairs


def _keys(events: Sequence[Event], texts: dict[tuple[CodeType, int], str]) -> list[Key]:
    found: list[Key] = []
    for event in events:
        place = event.code, event.line
        if place not in texts:
            texts[place] = located(event).text
        text = "" if event.returns else texts[place]
        found.append((event.function, text, event.depth, event.returns))
    return found


def _meeting(one: list[Key], two: list[Key], at: int, beside: int) -> tuple[int, int]:
    """The nearest place where the sides agree again; their ends when there is none."""
    for far in range(1, FAR):
        for skipped in range(max(0, far - len(two) + beside), far + 1):
            mine, other = at + skipped, beside + far - skipped
            if mine > len(one):
                break
            if _agree(one, two, mine, other):
                return mine, other
    return len(one), len(two)


def _agree(one: list[Key], two: list[Key], mine: int, other: int) -> bool:
    """True when some lines from here on are the same, or both sides end here."""
    if mine == len(one) or other == len(two):
        return mine == len(one) and other == len(two)
    if one[mine] != two[other]:
        return False
    return one[mine : mine + SURE] == two[other : other + SURE]
