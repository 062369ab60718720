"""struct folio_queue: a list of folios in segments (linux/folio_queue.h).

ITER_FOLIOQ walks it, since v6.12. The queue takes no references: who puts a
folio in has to keep it.

Not modelled: marks on the slots.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, Folio
from pintutor.sim.objects import KArray, KObject

PAGEVEC_SIZE = 31
"""Slots of one segment."""


@dataclass(slots=True, eq=False)
class FolioQueue(KObject):
    """struct folio_queue: one segment of the list."""

    folios: KArray[Folio | None]
    """The slots; vec.folios in C."""
    orders: KArray[int]
    """Order of the folio in each slot, kept so that nobody asks the folio."""
    nr: int = 0
    """Slots that are filled; vec.nr in C."""
    next: FolioQueue | None = None
    """The segment that follows."""
    prev: FolioQueue | None = None
    """The segment before this one."""


def folioq_init() -> FolioQueue:
    """An empty segment that belongs to no list."""
    return FolioQueue(
        KArray[Folio | None]([None] * PAGEVEC_SIZE), KArray([0] * PAGEVEC_SIZE)
    )


def folioq_nr_slots(folioq: FolioQueue) -> int:
    """How many slots a segment has."""
    return PAGEVEC_SIZE


def folioq_count(folioq: FolioQueue) -> int:
    """How many slots are filled."""
    return folioq.nr


def folioq_full(folioq: FolioQueue) -> bool:
    """True when no slot is left."""
    return folioq_count(folioq) >= folioq_nr_slots(folioq)


def folioq_append(folioq: FolioQueue, folio: Folio) -> int:
    """Put a folio into the next slot, which must be there; returns its slot."""
    slot = folioq.nr
    folioq.folios[slot] = folio
    folioq.orders[slot] = folio.order
    folioq.nr += 1
    return slot


def folioq_folio(folioq: FolioQueue, slot: int) -> Folio:
    """The folio in a slot that was filled."""
    folio = folioq.folios[slot]
    assert folio is not None, "the slot was filled"
    return folio


def folioq_folio_size(folioq: FolioQueue, slot: int) -> int:
    """Size of the folio in a slot [bytes]."""
    return 1 << folioq.orders[slot] + PAGE_SHIFT
