"""The books: what each count is made of, who took it, and what belongs to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.results import Audit, Gup, Imbalance, Share, Vfio, Why
from pintutor.linux.holders.ledger import Ledger, Owner, folios, ledger
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.patches.livepatch import rules
from pintutor.sim.atomic import s32
from pintutor.sim.function import CODES

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab
    from pintutor.lab.timeline import Entry

COUNTS = ("_refcount", "_pincount")

TRACED = 64
"""Imbalances of one audit whose last write is looked for."""


def audit(lab: Lab) -> Audit:
    """Every count of every folio against its holders."""
    books = ledger(lab.kernel, rules(lab.machine))
    wrong: list[tuple[Folio, str, int]] = []
    looked_at = 0
    for folio in folios(lab.kernel):
        looked_at += 1
        for field in COUNTS if folio_test_large(folio) else COUNTS[:1]:
            held = _held(books, folio, field)
            if getattr(folio, field) != held:
                wrong.append((folio, field, held))
    labels = lab.names.labels() if wrong else {}
    traced = {(folio, field) for folio, field, _ in wrong[:TRACED]}
    last = lab.machine.journal.last_writes(traced, lab.machine.journal.position)
    imbalances = tuple(
        Imbalance(
            labels.get(folio, f"pfn:{folio.pfn:#x}"),
            field,
            getattr(folio, field),
            held,
            _written(lab, last.get((folio, field)), folio, field),
        )
        for folio, field, held in wrong
    )
    return Audit(looked_at, imbalances, running(lab))


def running(lab: Lab) -> bool:
    """True in the middle of a command, whose call holds what is not accounted for."""
    return not lab.timeline.stand().at_end


def why(lab: Lab, page: Page, field: str) -> Why:
    """One count, taken apart into its holders and what belongs to nobody."""
    folio = page_folio(page)
    books = ledger(lab.kernel, rules(lab.machine))
    taken: dict[str, Share | None] = {}
    shares = tuple(
        _share(lab, folio, field, owner, taken)
        for owner in books.get(folio, ())
        if _units(owner, field)
    )
    value = getattr(folio, field)
    rest = s32(value - sum(share.units for share in shares))
    label = f"{lab.names.label(folio)}.{field}"
    last = last_write(lab, folio, field)
    return Why(label, value, shares, rest, last, running(lab))


def owners(lab: Lab, page: Page) -> tuple[Owner, ...]:
    """The holders of a page's folio."""
    return tuple(ledger(lab.kernel, rules(lab.machine)).get(page_folio(page), ()))


def last_write(lab: Lab, obj: object, field: str | int) -> Share | None:
    """The last write of a field before now: its step, function and command."""
    journal = lab.machine.journal
    index = journal.last_write(obj, field, journal.position)
    return _written(lab, index, obj, field)


def _written(lab: Lab, index: int | None, obj: object, field: str | int) -> Share | None:
    if index is None:
        return None
    write = next(lab.machine.journal.writes(index, index + 1))
    units = 0
    if isinstance(write.new, int) and isinstance(write.old, int):
        units = write.new - write.old
    timeline = lab.timeline
    step = timeline.step_at(index)
    stand = timeline.stand(step)
    if stand.entry is None:
        return None
    function, file = _function(stand.entry, stand.local)
    return Share(units, "write", "", step, function, file, stand.entry.line)


def _function(entry: Entry, local: int) -> tuple[str, str]:
    event = entry.event(local)
    if event is None:
        return "", ""
    return event.function, CODES[event.code].file


def _held(books: Ledger, folio: Folio, field: str) -> int:
    return s32(sum(_units(owner, field) for owner in books.get(folio, ())))


def _units(owner: Owner, field: str) -> int:
    return owner.units if field == "_refcount" else owner.pins


def _share(
    lab: Lab, folio: Folio, field: str, owner: Owner, taken: dict[str, Share | None]
) -> Share:
    """The owner's part of a count, with the step that took it where it can be told.

    `taken` keeps what was found out for each name: an array may have many pages.
    """
    share = Share(_units(owner, field), owner.kind, owner.name)
    if owner.kind not in ("pin", "reference"):
        return share
    name = owner.name.partition("[")[0]
    if name not in taken:
        taken[name] = _taken(lab, folio, field, name)
    written = taken[name]
    if written is None:
        return share
    step, function, file, command = written[3:]
    return share._replace(step=step, function=function, file=file, command=command)


def _taken(lab: Lab, folio: Folio, field: str, name: str) -> Share | None:
    """The write that took what a name holds.

    It was the command that made the name: among its writes of the field, the last that
    raised it.
    """
    entry = _maker(lab, name)
    if entry is None:
        return None
    raised = None
    writes = lab.machine.journal.writes(entry.start, min(entry.end, _now(lab)))
    for index, write in enumerate(writes, entry.start):
        if write.obj is folio and write.field == field and write.new > write.old:
            raised = index
    return _written(lab, raised, folio, field)


def _now(lab: Lab) -> int:
    return lab.machine.journal.position


def _maker(lab: Lab, name: str) -> Entry | None:
    """The command that made the held name, or None."""
    for entry in reversed(lab.timeline.entries):
        made = isinstance(entry.result, Gup | Vfio) and entry.result.name == name
        if made and entry.start <= _now(lab):
            return entry
    return None
