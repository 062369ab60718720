"""Why CPUs wait for each other: who holds what, and what each of them wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pintutor.content.races.causes import Spelling
from pintutor.content.races.following import Followed
from pintutor.sim.dependence import Place

TAKES = frozenset(("lock", "rlock"))
DROPS = frozenset(("unlock", "runlock"))


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock that a CPU waits for, and the step that took it."""

    waiting: int
    """Index among those that wait in the end."""
    taken: int
    """The step after which another CPU has had it ever since."""


def held(known: Followed) -> list[Hold]:
    """What those that wait wait for, if somebody has each of these locks."""
    found = []
    for index, (told, place) in enumerate(known.waiting):
        taken = _taken(known, place, told.cpu)
        if taken is None:
            return []
        found.append(Hold(index, taken))
    return found


def _taken(known: Followed, place: Place, wanted_by: int) -> int | None:
    """The last step of another CPU that took a lock which is held still."""
    for number in range(len(known.told) - 1, -1, -1):
        each = known.prints[number]
        if each.place != place or known.told[number].cpu == wanted_by:
            continue
        if each.access in DROPS:
            return None
        if each.access in TAKES:
            return number
    return None


def deadlocked(holds: Sequence[Hold], known: Followed, spelt: Spelling) -> str:
    """Who has what each of them waits for, in words."""
    told = []
    for each in holds:
        waiting = replace(known.waiting[each.waiting][0], verb="waits for")
        told.append(f"{spelt(waiting)}, after {spelt(known.told[each.taken])}")
    return ", and ".join(told)
