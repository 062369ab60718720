"""The iterator pane: segments, the cursor among them, and what was taken out of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from pintutor.lab.iters import IterPages, direction
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.linux.include.linux.uio import ITER_PIPE, IovIter
from pintutor.patches.between.extract_pages import iov_iter_extract_will_pin
from pintutor.sim.poison import is_poisoned
from pintutor.view.folding import listed
from pintutor.view.panes.marks import arrow, bar, cell, flow, nothing, sign
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.stretches import Stretch, folio_slots, stretches
from pintutor.view.results import plural
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import columns, cut

CELLS = 8
"""Length of the bar of one segment [columns]."""
MOST = 64
"""Segments of one iterator that are drawn, those round its cursor."""
FIELDS = ("count", "iov_offset", "nr_segs", "iov", "bvec", "folioq", "head", "last_offset")
"""What moves when an iterator does."""


class Place(NamedTuple):
    """Where an iterator stands among its segments."""

    segment: int
    offset: int
    """Where in the segment [bytes]."""


def iter_rows(now: Moment, width: int, height: int) -> Pane:
    """Each iterator with its segments; a call's own is shown while it runs."""
    rows: list[Row] = []
    since = current = 0
    with now.lab.machine:
        for name, i in shown_iters(now):
            start = len(rows)
            rows += _iterator(now, name, i, width)
            if now.before.changed(i, *FIELDS) and not current:
                since, current = start, len(rows) - 1
    if not rows:
        text = "No iterator: `iter i iovec source buf` makes one, `dio` has its own."
        return Pane(row("iov_iter"), (), nothing(text, width))
    return Pane(row("iov_iter"), (), tuple(rows), current, since)


def shown_iters(now: Moment) -> list[tuple[str, IovIter]]:
    """The iterators that have a name, then those of the calls under way."""
    found = {each.iter: each.name for each in now.lab.kernel.iters}
    for event in now.calls if now.running else ():
        for local, value in event.names:
            if isinstance(value, IovIter):
                found.setdefault(value, f"{local} of {event.function}")
    return [(name, i) for i, name in found.items()]


def _iterator(now: Moment, name: str, i: IovIter, width: int) -> Iterator[Row]:
    new = _is_new(now, i)
    before = now.before
    mark = sign(new=new, changed=before.changed(i, *FIELDS))
    head = row(" ", (name, "name"), f"  {i.iter_type} {direction(i)}  ")
    yield cut((mark, *head, Segment(_extraction(now, i), "dim")), width)
    cells = [cell(before, i, field) for field in ("count", "iov_offset", "nr_segs")]
    if i.iter_type == ITER_PIPE:
        cells += [cell(before, i, "head"), cell(before, i, "last_offset")]
    yield from flow(row("   "), cells, width, indent=3)
    if is_poisoned(i.pipe):
        yield row(("   its pipe was closed", "bad"))
        return
    yield from _segments(now, i, stretches(now, i), width)
    yield from _taken_out(now, name, width)


def _extraction(now: Moment, i: IovIter) -> str:
    """Whether pages that are extracted are pinned, where this kernel can say."""
    if iov_iter_extract_will_pin.body(now.lab.machine.patches) is None:
        return ""
    return "will pin" if iov_iter_extract_will_pin(i) else "will not pin"


def _is_new(now: Moment, i: IovIter) -> bool:
    olds = now.before.of(now.lab.kernel, "iters")
    return all(each.iter is not i for each in olds) and any(
        each.iter is i for each in now.lab.kernel.iters
    )


def _place(field: Callable[[str], Any]) -> Place:
    """Where an iterator stands, `field` being how its fields are read."""
    queue = field("folioq")
    if queue is not None:
        return Place(folio_slots(queue) + field("folioq_slot"), field("iov_offset"))
    at = field("bvec") or field("iov")
    return Place(0 if at is None else at.nr, field("iov_offset"))


def _segments(now: Moment, i: IovIter, found: list[Stretch], width: int) -> Iterator[Row]:
    """A row for each segment round the cursor: its memory, and how much is done."""
    here, was = _place(partial(getattr, i)), _place(partial(now.before.of, i))
    first = max(0, min(here.segment - MOST // 2, len(found) - MOST))
    shown = found[first : first + MOST]
    if first:
        yield row((f"    … {plural(first, 'segment')} before", "dim"))
    left = i.count
    digits = len(str(first + len(shown) - 1))
    size = max((columns(each.text) for each in shown), default=0)
    for nr, each in enumerate(shown, first):
        done = _done(each, nr, here)
        end = min(each.size, done + max(0, left)) if nr >= here.segment else each.size
        left -= end - done if nr >= here.segment else 0
        mark = "▶" if nr == here.segment and i.count else " "
        drawn = bar(each.size, done, _done(each, nr, was), end, CELLS)
        lead = row((mark, "current"), f"   {nr:>{digits}}  ")
        cells = [row((f"{each.text:<{size}}", "name")), drawn, _said(each, done, end)]
        yield from flow(lead, cells, width, indent=digits + 6)
    if len(found) > first + MOST:
        yield row((f"    … {plural(len(found) - first - MOST, 'segment')} after", "dim"))


def _done(each: Stretch, nr: int, at: Place) -> int:
    """How much of a segment lies before a place [bytes]."""
    if nr != at.segment:
        return each.size if nr < at.segment else 0
    return min(each.size, at.offset)


def _said(each: Stretch, done: int, end: int) -> Row:
    """The bar of a segment in words."""
    if each.size == 0:
        return row(("empty", "dim"))
    if end < each.size:
        return row((f"{end - done} of {each.size} left, the rest is cut off", "dim"))
    if done == each.size:
        return row(("done", "dim"))
    if not done:
        return row((f"{each.size} left", "dim"))
    return row(f"byte {done}", (f" of {each.size}", "dim"))


def _taken_out(now: Moment, name: str, width: int) -> Iterator[Row]:
    """The pages that were got from it or extracted, and are held still."""
    entries = now.lab.timeline.entries
    past = entries.index(now.stand.entry) + 1 if now.stand.entry else 0
    names = {
        entry.result.name
        for entry in entries[:past]
        if isinstance(entry.result, IterPages) and entry.result.iterator == name
    }
    for held in now.lab.kernel.held:
        if held.name in names:
            yield from _held(now, held, width)


def _held(now: Moment, held: HeldPages, width: int) -> Iterator[Row]:
    how = "pinned" if held.flags & FOLL_PIN else "only listed"
    how = "referenced" if held.flags & FOLL_GET else how
    new = held not in now.before.of(now.lab.kernel, "held")
    pages = listed(now.labels.get(page, f"pfn:{page.pfn:#x}") for page in held.pages[:64])
    lead = row(("+" if new else " ", "delta"), "   taken as ", (held.name, "name"), "  ")
    count = row((f"{plural(len(held.pages), 'page')} {how}", "number"))
    yield from flow(lead, [count, arrow(pages, pages)], width, indent=4)
