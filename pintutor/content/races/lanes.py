"""Lanes: a race drawn as a column for each CPU and one for each field raced for."""

from __future__ import annotations

from typing import NamedTuple

from pintutor.content.races.following import raced_for
from pintutor.content.races.points import Turn
from pintutor.content.races.telling import Told
from pintutor.content.races.walk import Walk
from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.dependence import Place
from pintutor.sim.function import KernelFunction
from pintutor.sim.objects import KArray, KObject

LOCKING = frozenset(("lock", "unlock", "rlock", "runlock"))
MOST_BYTES = 2
"""Bytes of the contents of a page that are shown."""


class Cell(NamedTuple):
    """What one turn did to a field that is raced for."""

    access: str
    """read, write, update, add, lock, unlock, rlock, runlock or wait."""
    old: int | str
    new: int | str
    kind: str
    """How to read the values: count, pte or text."""


class LaneRow(NamedTuple):
    """One turn."""

    number: int
    """From 1."""
    told: Told
    cells: tuple[Cell | None, ...]
    """What it did to each field that is raced for."""
    decisive: bool
    """True when the sentence of the witness names it."""


class Lanes(NamedTuple):
    """A race as far as it has been carried out."""

    race: str
    kernel: str
    at: int
    """Turns that lie before where the lab stands."""
    cpus: tuple[str, ...]
    """What each CPU carries out."""
    fields: tuple[str, ...]
    """The fields that are raced for: first those that decide, locks last."""
    rows: tuple[LaneRow, ...]
    whole: bool
    """True when turns that touch nothing of others are to be shown one by one."""


def lanes(walk: Walk, *, whole: bool = False) -> Lanes:
    """The lanes of a walk; with `whole` each turn is to be shown."""
    decisive = frozenset(walk.shown.decisive if walk.shown else ())
    raced = _ordered(walk, decisive)
    with walk.lab.machine:
        labels = walk.lab.names.labels()
    rows = tuple(
        LaneRow(
            number + 1,
            told,
            tuple(_cell(turn, place, labels) for place in raced),
            number in decisive,
        )
        for number, (turn, told) in enumerate(zip(walk.turns, walk.known.told, strict=True))
    )
    programs = tuple(choice.line for choice in walk.points[0].choices)
    fields = tuple(_name(walk, place) for place in raced)
    return Lanes(walk.scenario.name, walk.kernel, walk.at, programs, fields, rows, whole)


def _ordered(walk: Walk, decisive: frozenset[int]) -> list[Place]:
    """The fields raced for: those that decide, then others, then locks."""
    met = dict.fromkeys(place for turn in walk.turns for place in turn.touched)
    since = raced_for(walk.schedule, walk.known.prints)
    raced = sorted((place for place in met if place in since), key=since.__getitem__)
    deciding = {place for number in decisive for place in walk.turns[number].touched}

    def rank(place: Place) -> int:
        if place in deciding:
            return 0
        return 1 if _accesses(walk, place) - LOCKING else 2

    return sorted(raced, key=rank)


def _accesses(walk: Walk, place: Place) -> set[str]:
    touches = (turn.touched.get(place) for turn in walk.turns)
    return {touch.access for touch in touches if touch is not None}


def _name(walk: Walk, place: Place) -> str:
    """What the field is called where it is touched first."""
    return next(turn.touched[place].place for turn in walk.turns if place in turn.touched)


def _cell(turn: Turn, place: Place, labels: dict[Page, str]) -> Cell | None:
    touch = turn.touched.get(place)
    if touch is None:
        return None
    old, new = _plain(touch.old, labels), _plain(touch.new, labels)
    kind = "count" if isinstance(old, int) and isinstance(new, int) else "text"
    return Cell(touch.access, old, new, "pte" if touch.entry else kind)


def _plain(value: object, labels: dict[Page, str]) -> int | str:
    """A value that can be written down: a page by its name, others by their kind."""
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, (int, str)):
        return value
    if isinstance(value, bytes):
        return value[:MOST_BYTES].hex(" ")
    if isinstance(value, Page):
        return labels.get(value, f"pfn:{value.pfn:#x}")
    if isinstance(value, (tuple, frozenset)):
        return f"{len(value)} of them"
    if isinstance(value, KernelFunction):
        return f"{value.__name__}()"
    if isinstance(value, type):  # what an object is changes when it is freed
        return "freed" if hasattr(value, "_freed") else "in use"
    assert isinstance(value, (KObject, KArray)), "a field of the model holds it"
    return type(value).__name__
