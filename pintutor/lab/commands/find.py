"""The command that finds pages by name, by frame, or by what is true of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.finding import FIND, places, what_is_found
from pintutor.lab.registry import command
from pintutor.lab.results import Table
from pintutor.lab.show_memory import MOST, flag_names
from pintutor.lab.words import Word
from pintutor.linux.holders.ledger import ledger
from pintutor.linux.include.linux.mm import folio_nr_pages, page_folio, page_mapcount
from pintutor.linux.include.linux.mm_types import Page
from pintutor.patches.livepatch import rules

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

_PLACES = ("page", "how", "where", "detail")
_PAGES = ("page", "pfn", "pages", "_refcount", "mapcount", "_pincount", "flags")


@command(
    "look",
    mutates=False,
    examples=(
        "find buf[0]",
        "find pfn:0x2004",
        "find pinned",
        "find where _refcount > 1024 and not anon",
    ),
    see=("owners", "show", "why"),
)
def find(lab: Lab, what: Annotated[Word, FIND]) -> Table:
    """Find pages: all places of one, or all of which something is true.

    A name or `pfn:` and a frame number lists where that page is mapped, cached and held,
    in every task. A word such as `pinned`, `dirty` or `anon` lists the pages that are so,
    and `where` takes an expression in which `_refcount` and its like are the page's.
    """
    pages, named = what_is_found(lab, what)
    if not named:
        rows = [_page_row(lab, page) for page in pages]
        return _table(f"pages {what.text.strip()}", _PAGES, rows, "no page is so")
    books = ledger(lab.kernel, rules(lab.machine))
    found: list[tuple[str | int, ...]] = [
        (_label(lab, page), *place) for page in pages for place in places(lab, page, books)
    ]
    nothing = "nobody maps or holds it" if pages else "no page is there"
    return _table(f"places of {what.text.strip()}", _PLACES, found, nothing)


def _table(
    title: str,
    columns: tuple[str, ...],
    rows: list[tuple[str | int, ...]],
    nothing: str,
) -> Table:
    cut = f"{MOST} of {len(rows)} rows are shown" if len(rows) > MOST else ""
    return Table(title, columns, tuple(rows[:MOST]), cut if rows else nothing)


def _page_row(lab: Lab, page: Page) -> tuple[str | int, ...]:
    folio = page_folio(page)
    return (
        _label(lab, page),
        f"{page.pfn:#x}",
        folio_nr_pages(folio),
        folio._refcount,
        page_mapcount(page),
        folio._pincount,
        " ".join(flag_names(page)),
    )


def _label(lab: Lab, page: Page) -> str:
    """What a learner calls a page; a page table has no other name than its level."""
    if page.ptdesc is not None:
        return f"{page.ptdesc.level} table"
    return lab.names.label(page)
