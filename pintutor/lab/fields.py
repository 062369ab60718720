"""Kinds of words that name a page, or one recorded field of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.scope import LabScope, Spot, Stretch
from pintutor.lab.words import Word
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.pipe_fs_i import PipeBuffer
from pintutor.linux.mm.pagetable import find_leaf


class Place(NamedTuple):
    """One journaled field: what `why`, `last` and `poke` work on."""

    obj: Any
    field: str | int
    label: str


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page: `zero`, `buf[0]`, `p[0]`."""

    name: str = "PAGE"
    note: str = "zero, buf[0] or p[0]"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> Page:
        """The page, which must be there."""
        scope = LabScope(lab)
        value = Expression.parse(word.text, word.start).evaluate(scope)
        page = _page(value, lab)
        if page is None:
            raise CommandError(
                f"`{printable(word.text[:40])}` is no page",
                word.span,
                code="no-page",
                hint="a page that is mapped or held: zero, buf[0], p[0]",
            )
        return page

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The pages that have a name."""
        seen = 0
        for page, label in lab.names.labels().items():
            if label.startswith(prefix) and seen < 32:
                seen += 1
                yield label, f"_refcount {page_folio(page)._refcount}"


def _page(value: object, lab: Any) -> Page | None:
    if isinstance(value, Page):
        return value
    if isinstance(value, PipeBuffer):
        return value.page
    if isinstance(value, Spot):
        found: Page | None = lab.names.at(value.address, value.mm)
        return found
    if isinstance(value, HeldPages) and len(value.pages) == 1:
        return value.pages[0]
    if isinstance(value, Stretch):
        first: Page | None = lab.names.at(value.start, value.mm)
        return first
    return None


COUNTERS = ("_refcount", "_pincount", "_mapcount", "_entire_mapcount", "flags")
STATS = ("nr_foll_pin_acquired", "nr_foll_pin_released")


@dataclass(frozen=True, slots=True)
class FieldKind:
    """A journaled field: `zero._refcount`, `buf[0].pte`, `vmstat.nr_foll_pin_acquired`."""

    name: str = "FIELD"
    note: str = "zero._refcount, buf[0].pte, vmstat.nr_foll_pin_acquired"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> Place:
        """The object and the field."""
        base, dot, field = word.text.rpartition(".")
        if not dot or not base:
            hint = f"`{printable(word.text[:40])}._refcount`, for one"
            raise CommandError(
                "a field is a name, a dot and what it has",
                word.span,
                code="bad-field",
                hint=hint,
            )
        if base == "vmstat" and field in STATS:
            return Place(lab.kernel.vm_stat, field, word.text)
        value = Expression.parse(base, word.start).evaluate(LabScope(lab))
        place = self._of(value, field, word, lab)
        if place is None:
            raise CommandError(
                f"`{printable(field[:40])}` is not a field that is recorded"
                + did_you_mean(field, (*COUNTERS, "pte")),
                word.after(len(base) + 1).span,
                code="bad-field",
                hint="recorded are _refcount, _pincount, _mapcount, flags and pte",
            )
        return place

    def _of(self, value: object, field: str, word: Word, lab: Any) -> Place | None:
        if isinstance(value, Spot) and field == "pte":
            ptep = find_leaf(value.mm, value.address)
            if ptep is None:
                raise CommandError("no page table covers it yet", word.span, code="no-page")
            return Place(ptep.table.entries, ptep.nr, word.text)
        if field not in COUNTERS:
            return None
        page = _page(value, lab)
        if page is None:
            raise CommandError("no page is there", word.span, code="no-page")
        obj = page if field == "_mapcount" else page_folio(page)
        return Place(obj, field, word.text)

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """Fields of the pages that have a name, and the counters of vmstat."""
        base, dot, field = prefix.rpartition(".")
        if not dot:
            for name, note in lab.names.all().items():
                if name.startswith(prefix):
                    yield f"{name}.", note
            return
        fields = STATS if base == "vmstat" else (*COUNTERS, "pte")
        for each in fields:
            if each.startswith(field):
                yield f"{base}.{each}", ""


PAGE = PageKind()
FIELD = FieldKind()
