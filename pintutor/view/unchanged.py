"""Counts that stay as they are where a change could be expected, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.results import Change
from pintutor.linux.arch.x86.include.pgtable import pte_pfn, pte_special
from pintutor.linux.include.linux.mm import FOLL_PIN, page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.pgtable import zero_pages
from pintutor.view.calls import Called, calls, left_at, local
from pintutor.view.differences import Drawn

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab
    from pintutor.lab.timeline import Entry

ACCOUNTS = ("try_grab_page", "try_grab_folio", "gup_put_folio")
"""The functions that take and give back pins."""


def unchanged(lab: Lab, entry: Entry, changes: tuple[Change, ...]) -> list[Drawn]:
    """What to say about pages whose count did not move, one line a page."""
    moved = {each.subject for each in changes if each.field == "_refcount"}
    found: dict[str, Drawn] = {}
    for page, why in (*_not_counted(entry), *_mapped_special(lab, changes)):
        label = lab.names.label(page)
        if label not in moved and label not in found:
            note = f"unchanged: {why}"
            count = str(page._refcount)
            found[label] = Drawn(label, "_refcount", "", count, "", note, numeric=True)
    return list(found.values())


def _not_counted(entry: Entry) -> list[tuple[Page, str]]:
    """Pages that a function of the books was called for and left alone."""
    found: list[tuple[Page, str]] = []
    for call in calls(entry.events):
        page = _left_alone(entry, call)
        condition = left_at(entry.events, call) if page is not None else ""
        if page is not None and condition:
            found.append((page_folio(page), f"{call.function} left at {condition}"))
    return found


def _left_alone(entry: Entry, call: Called) -> Page | None:
    """The page of a call that was to move pins and wrote nothing, or None."""
    first = entry.events[call.first]
    flags = local(first, "flags")
    wrote = entry.events[call.last].position != first.position
    if call.function not in ACCOUNTS or wrote or not isinstance(flags, int):
        return None
    page = local(first, "page") or local(first, "folio")
    return page if flags & FOLL_PIN and isinstance(page, Page) else None


def _mapped_special(lab: Lab, changes: tuple[Change, ...]) -> list[tuple[Page, str]]:
    """The zero page, when special entries to it were made or cleared."""
    values = [
        (each.old, each.new)
        for each in changes
        if each.kind == "pte" and isinstance(each.old, int) and isinstance(each.new, int)
    ]
    pfns = {
        pte_pfn(pte)
        for old, new in values
        if pte_special(old) != pte_special(new)
        for pte in (old, new)
        if pte_special(pte)
    }
    zeroes = zero_pages(lab.kernel)
    note = "a special entry is no reference"
    return [(page, note) for page in zeroes if page.pfn in pfns]
