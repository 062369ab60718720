"""What a page and a page-table entry have, by the names that expressions use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from pintutor.lab.errors import did_you_mean
from pintutor.lab.swap_words import present_bits
from pintutor.linux.arch.x86.include.pgtable import PTE_NAMES, pte_none, pte_pfn
from pintutor.linux.include.linux.mm import (
    folio_maybe_dma_pinned,
    page_folio,
    page_mapcount,
)
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import FLAG_NAMES, PageAnon, PageKsm
from pintutor.linux.mm.swapops import is_swap_pte


@dataclass(frozen=True, slots=True)
class Entry:
    """A page-table entry's value."""

    pte: int
    level: str
    """pte, pmd for a huge page, or none without a table."""


def page_attribute(page: Page, name: str) -> Any:
    """What a page has under that name (LookupError)."""
    folio = page_folio(page)
    simple: dict[str, Callable[[], Any]] = {
        "_refcount": lambda: folio._refcount,
        "_pincount": lambda: folio._pincount,
        "_mapcount": lambda: page._mapcount,
        "_entire_mapcount": lambda: folio._entire_mapcount,
        "order": lambda: folio.order,
        "cached": lambda: folio.mapping is not None and not folio.mapping.anonymous,
        "mapcount": lambda: page_mapcount(page),
        "pinned": lambda: folio_maybe_dma_pinned(folio),
        "pfn": lambda: page.pfn,
        "anon": lambda: PageAnon(page),
        "ksm": lambda: PageKsm(page),
        "page": lambda: page,
        "flags": lambda: page.flags,
        "bytes": lambda: page.data,
        "byte": lambda: page.data[0],
    }
    for bit, flag in FLAG_NAMES.items():
        simple.setdefault(flag, partial(_has, page.flags, bit))
    return pick(simple, name, "a page")


def entry_attribute(entry: Entry, name: str) -> Any:
    """What a page-table entry has under that name (LookupError)."""
    simple: dict[str, Callable[[], Any]] = {
        "none": lambda: pte_none(entry.pte),
        "swapped": lambda: is_swap_pte(entry.pte),
        "pfn": lambda: pte_pfn(entry.pte),
        "raw": lambda: entry.pte,
        "level": lambda: entry.level,
    }
    for bit, flag in PTE_NAMES.items():
        simple[flag] = partial(_has, present_bits(entry.pte), bit)
    return pick(simple, name, "a page-table entry")


def _has(value: int, bit: int) -> bool:
    return bool(value & bit)


class NoSuchAttribute(LookupError):
    """Nothing is called so here; `known` is."""

    def __init__(self, message: str, known: Iterable[str]) -> None:
        super().__init__(message)
        self.known = tuple(known)


def pick(known: dict[str, Callable[[], Any]], name: str, what: str) -> Any:
    """The value of that name; NoSuchAttribute says what `what` has instead."""
    if name not in known:
        raise NoSuchAttribute(
            f"{what} has no `{name}`"
            + (did_you_mean(name, known) or f"; it has {', '.join(known)}"),
            known,
        )
    return known[name]()
