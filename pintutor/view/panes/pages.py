"""The pages pane: counts, what each is made of, and what has just changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pintutor.lab.results import Change
from pintutor.lab.show_memory import flag_names
from pintutor.linux.holders.ledger import Ledger, Owner, ledger
from pintutor.linux.include.linux.mm import (
    GUP_PIN_COUNTING_BIAS,
    page_folio,
    page_mapcount,
)
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import FLAG_NAMES, folio_test_large
from pintutor.patches.livepatch import rules
from pintutor.view.panes.marks import count_row, flow
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import cut, wrap

NAME = 10
COUNT = 22
MOST = 64
"""Pages listed, besides those that changed."""
COLUMNS = 64
"""A narrower pane has no columns."""
ROOMY = 8
"""In a lower pane each page has one row, and perhaps its sum [rows]."""
NARROW = 7
"""Length of a name there [columns]."""
IN_FLIGHT = ("bio", "call", "direct I/O")
"""Kinds of holders that may have pins or references."""
MOST_HOLDERS = 12
"""Holders of the chosen page that have a row."""

Parts = list[str | tuple[str, str]]


def page_rows(
    now: Moment, width: int, height: int, *, asked: str = "", holders: bool = False
) -> Pane:
    """Every page that has a name or has just changed, with its counts taken apart.

    `asked` is the page to mark as the one that questions are about; with `holders` each
    of those who hold it has a row.
    """
    pages = shown_pages(now)
    touched = dict.fromkeys(each.subject for each in now.changes)
    known = set(pages.values())
    changed = {label for label in list(touched)[:MOST] if label in known}
    kept = _kept(pages, {*changed, asked})
    roomy = height >= ROOMY
    rows: list[Row] = []
    if width >= COLUMNS:
        head = f"  {'page':<{NAME}}{'_refcount':<{COUNT}}map  pins  flags"
        rows.append(row((head, "dim")))
    free = height - len(rows) - (len(kept) < len(pages))
    summed = _summed(kept, {*changed, *([asked] * holders)}, free)
    since = current = 0
    with now.lab.machine:
        books: Ledger = {}
        if summed:
            books = ledger(now.lab.kernel, rules(now.lab.machine))
        for page, label in kept.items():
            start = len(rows)
            rows += _counts(now, page, label, width, asked=label == asked, roomy=roomy)
            if label in summed:
                rows += _sum(now, page_folio(page), books, width)
            if holders and label == asked:
                rows += holder_rows(books.get(page_folio(page), ()), width)
            if label == asked or (label in changed and not current):
                since, current = start, len(rows) - 1
    if len(kept) < len(pages):
        rows.append(row((f"  … {len(pages) - len(kept)} more pages", "dim")))
    return Pane(row("pages"), (), tuple(rows), current, since)


def _summed(kept: dict[Page, str], wanted: set[str], rows: int) -> set[str]:
    """The pages whose counts are taken apart: as many as fit, those held most often first.

    The wanted ones are taken apart even where they push others out of sight.
    """
    room = max(0, rows - len(kept) - len(wanted))
    others = [page for page, label in kept.items() if label not in wanted]
    others.sort(key=lambda page: page_folio(page)._refcount, reverse=True)
    return {label for label in kept.values() if label in wanted} | {
        kept[page] for page in others[:room]
    }


def _kept(pages: dict[Page, str], wanted: set[str]) -> dict[Page, str]:
    """The wanted pages, and others up to MOST, in their order."""
    room = MOST - len(wanted)
    kept = {}
    for page, label in pages.items():
        if label in wanted or room > 0:
            room -= label not in wanted
            kept[page] = label
    return kept


def shown_pages(now: Moment) -> dict[Page, str]:
    """The pages with a name, then those without one that have just changed.

    The counts of a huge page are its head's; another page of it is shown when it changed.
    """
    changed = {each.subject for each in now.changes}
    pages = {
        page: label
        for page, label in now.labels.items()
        if page.compound_head is None or label in changed
    }
    for change in now.changes:
        if change.subject.startswith("pfn:"):
            page = now.lab.kernel.mem_map[int(change.subject[4:], 16)]
            if page is not None:
                pages.setdefault(page, change.subject)
    return pages


def _counts(
    now: Moment, page: Page, label: str, width: int, *, asked: bool, roomy: bool
) -> tuple[Row, ...]:
    """The counts and flags of a page: in columns, or as they fit."""
    folio = page_folio(page)
    mapped = now.fields.get((label, "_mapcount"))
    pins = now.fields.get((label, "_pincount"))
    count = now.fields.get((label, "_refcount"))
    exact = folio._pincount if folio_test_large(folio) else None
    touched = any(each.subject == label for each in now.changes)
    signs = row(("›" if asked else " ", "current"), ("~" if touched else " ", "delta"))
    flags = _flags(page, now.fields.get((label, "flags")))
    if width < COLUMNS:
        lead = (*signs, Segment(f"{label:<{NARROW}} ", "name"))
        cells = [
            count_row(folio._refcount, count, 0),
            (Segment("map "), *_small(page_mapcount(page), mapped, 0)),
        ]
        if exact is not None:
            cells.append((Segment("pins "), *_small(exact, pins, 0)))
        if asked and roomy:
            named = (row((text.rstrip(), role)) for text, role in flags)
            return flow(lead, [*cells, *named], width, indent=4)
        gaps = (each for one in cells for each in (*one, Segment("  ")))
        return (cut((*lead, *gaps, *flags), width),)
    lead = (
        *signs,
        Segment(f"{label:<{NAME - 1}} ", "name"),
        *count_row(folio._refcount, count, COUNT),
        *_small(page_mapcount(page), mapped, 5),
        *_small(exact, pins, 6),
    )
    whole = (*lead, *flags)
    if asked and roomy:
        return wrap(whole, width, indent=2 + NAME + COUNT + 11)
    return (cut(whole, width),)


def _small(value: int | None, change: Change | None, width: int) -> Row:
    """A count in a narrow column, with the sign of its change before it."""
    text = "–" if value is None else str(value)
    if change is None or change.delta is None:
        return row((f"{text:<{width}}", "number" if value else "dim"))
    return row((f"{text} {change.delta:+}".ljust(width), "delta"))


def _flags(page: Page, change: Change | None) -> Row:
    """The flags by name, each with a blank behind it: first those that changed."""
    parts: Parts = []
    old = int(change.old) if change else page.flags
    names = flag_names(page)
    for bit, name in FLAG_NAMES.items():
        if old & bit and not page.flags & bit:
            parts.append((f"-{name} ", "removed"))
        elif page.flags & bit and not old & bit:
            parts.append((f"+{name} ", "added"))
            names = tuple(each for each in names if each != name)
    return row(*parts, *(f"{name} " for name in names))


def _sum(now: Moment, folio: Folio, books: Ledger, width: int) -> tuple[Row, ...]:
    """What a count is made of: holders by kind, and what nobody holds."""
    holders = tuple(books.get(folio, ()))
    rest = folio._refcount - sum(one.units for one in holders)
    indent = 1 + NAME if width >= COLUMNS else 5
    made_of = f" = {sum_text(holders)}"
    parts: Parts = [(f"{folio._refcount:>{indent}}", "number"), (made_of, "dim")]
    if rest:
        sign = "+" if rest > 0 else "-"
        who = "in the running call" if now.running else "that nobody holds"
        mark = "" if now.running else "! "
        parts.append((f" {sign} {mark}{abs(rest)} {who}", "dim" if now.running else "bad"))
    parts += _pins(folio, holders)
    return wrap(row(*parts), width, indent=indent + 3)


def sum_text(holders: Sequence[Owner]) -> str:
    """What those who hold a page add up to: `1 map + 3×1024 pin p`."""
    kinds = dict.fromkeys(one.kind for one in holders)
    return " + ".join(_term(kind, holders) for kind in kinds) or "0"


def _pins(folio: Folio, holders: Sequence[Owner]) -> Parts:
    """What the exact count of pins of a large folio is made of."""
    if not (folio_test_large(folio) and folio._pincount):
        return []
    pins: Counter[str] = Counter()
    for one in holders:
        if one.pins:
            pins[one.name.partition("[")[0]] += one.pins
    terms = " + ".join(f"{count} {name}" for name, count in pins.items()) or "0"
    return ["   ", (f"_pincount {folio._pincount}", "number"), (f" = {terms}", "dim")]


def holder_rows(holders: Sequence[Owner], width: int) -> tuple[Row, ...]:
    """A row for each of those who hold a page."""
    rows: list[Row] = []
    for one in holders[:MOST_HOLDERS]:
        pins = f"  {one.pins} of _pincount" if one.pins else ""
        kind = "" if one.name.startswith(one.kind) else f"{one.kind} "
        who = row(f"{one.units:>9}  ", (kind, "name"), one.name, (pins, "dim"))
        rows += wrap(who, width, indent=11)
    more = len(holders) - MOST_HOLDERS
    if more > 0:
        rows.append(row((f"{'…':>9}  {more} more holders", "dim")))
    return tuple(rows)


def _term(kind: str, holders: Sequence[Owner]) -> str:
    """One term of the sum: `1 boot`, `3×1024 pin p`, `2 map`."""
    mine = [one for one in holders if one.kind == kind]
    units = sum(one.units for one in mine)
    if kind == "pin":
        if not units:
            return f"0 pin {_names(mine)}"
        if units % GUP_PIN_COUNTING_BIAS == 0:
            return f"{units // GUP_PIN_COUNTING_BIAS}×1024 pin {_names(mine)}"
        return f"{units} pin {_names(mine)}"
    if kind in IN_FLIGHT and units and units % GUP_PIN_COUNTING_BIAS == 0:
        return f"{units // GUP_PIN_COUNTING_BIAS}×1024 {kind}"
    if kind == "reference":
        return f"{units} get {_names(mine)}"
    return f"{units} {'map' if kind == 'mapping' else kind}"


def _names(holders: list[Owner]) -> str:
    """The held arrays, not each of their entries: `p`, or `p q`."""
    arrays = Counter(one.name.partition("[")[0] for one in holders)
    if len(holders) == 1:
        return holders[0].name
    return " ".join(list(arrays)[:3]) + (" …" if len(arrays) > 3 else "")
