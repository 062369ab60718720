"""What became of pages that the kernel tried to move, page by page, and why."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.lab.results import error_name
from pintutor.linux.include.linux.mm import (
    folio_mapcount,
    folio_mapping,
    folio_maybe_dma_pinned,
    folio_nr_pages,
)
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import (
    PageAnonExclusive,
    folio_test_anon,
    folio_test_private,
)
from pintutor.linux.include.uapi.errno import (
    EACCES,
    EAGAIN,
    EBUSY,
    EFAULT,
    ENOENT,
    ENOMEM,
)

WHY = {
    EACCES: "other tasks map it too; `all` moves it nevertheless",
    EBUSY: "it is not on the LRU list",
    EFAULT: "nothing is mapped, or the zero page",
    ENOENT: "its page is not in memory",
    ENOMEM: "there is no free frame for it",
}

Row = tuple[str, str, str]
"""A page, what became of it, and why."""


def expected_refs(folio: Folio) -> int:
    """References of a folio that only page tables, its cache and buffers hold."""
    cached = folio_nr_pages(folio) if folio_mapping(folio) is not None else 0
    return folio_mapcount(folio) + cached + folio_test_private(folio)


def held_by_others(folio: Folio) -> str:
    """Why a folio that is in use cannot be moved; empty when nobody else holds it."""
    pinned = folio_maybe_dma_pinned(folio)
    if folio_test_anon(folio) and PageAnonExclusive(folio) and pinned:
        return "it may be pinned, so it must stay exclusive"
    expected = expected_refs(folio)
    if folio._refcount == expected:
        return ""
    return f"_refcount is {folio._refcount}, {expected} expected"


def status_words(status: int, folio: Folio | None) -> tuple[str, str]:
    """What became of a page by its status: `moved`, or `kept` with error and reason."""
    if status == 0:
        return "moved", f"to pfn:{folio.pfn:#x}" if folio is not None else ""
    why = WHY.get(-status, "")
    if status == -EAGAIN and folio is not None:
        why = held_by_others(folio)
    return "kept", f"{error_name(status)}: {why}"


def folded(rows: Iterator[Row], most: int) -> tuple[tuple[Row, ...], int]:
    """The first `most` rows, and how many there were."""
    found = tuple(rows)
    return found[:most], len(found)
