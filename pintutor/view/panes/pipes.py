"""The pipe pane: each ring slot by slot, the pages in it, and who else holds them."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.lab.pipes import contents
from pintutor.linux.holders.ledger import Ledger, ledger
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.pipe_fs_i import (
    PIPE_BUF_FLAG_NAMES,
    PipeInodeInfo,
)
from pintutor.patches.livepatch import rules
from pintutor.view.panes.marks import cell, flag_cells, flow, nothing, sign
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.pages import sum_text
from pintutor.view.panes.stretches import page_bar, page_name
from pintutor.view.results import plural
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import cut

FIELDS = ("head", "tail", "readers", "writers", "tmp_page", "mutex")
"""What of a pipe is looked at."""
MOST = 32
"""Slots of one pipe that are drawn."""


def pipe_rows(now: Moment, width: int, height: int) -> Pane:
    """Each pipe from its oldest buffer on, and what has just left it."""
    kernel = now.lab.kernel
    olds = now.before.of(kernel, "pipes")
    rows: list[Row] = []
    since = current = 0
    with now.lab.machine:
        books = ledger(kernel, rules(now.lab.machine)) if kernel.pipes else {}
        for pipe in kernel.pipes:
            touched = now.before.changed(pipe, *FIELDS)
            start = len(rows)
            mark = sign(new=pipe not in olds, changed=touched)
            rows += _pipe(now, pipe, mark, books, width)
            if (touched or pipe not in olds) and not current:
                since, current = start, len(rows) - 1
    closed = sum(pipe not in kernel.pipes for pipe in olds)
    if closed:
        rows.append(row(("-", "removed"), f" {plural(closed, 'pipe')} closed"))
    if not rows:
        rows += nothing("No pipe: `pipe p` makes one, `vmsplice p buf` fills it.", width)
    return Pane(row("pipe"), (), tuple(rows), current, since)


def _pipe(
    now: Moment, pipe: PipeInodeInfo, mark: Segment, books: Ledger, width: int
) -> Iterator[Row]:
    before = now.before
    used = pipe.head - pipe.tail
    cells = [
        row((f"{used} of {plural(pipe.max_usage, 'slot')} in use", "number")),
        cell(before, pipe, "head"),
        cell(before, pipe, "tail"),
        row(plural(len(contents(pipe)), "byte")),
        *_ends(now, pipe),
    ]
    if pipe.tmp_page is not None or before.changed(pipe, "tmp_page"):
        cells.append(cell(before, pipe, "tmp_page", text=lambda page: _kept(now, page)))
    if pipe.mutex or before.changed(pipe, "mutex"):
        cells.append(cell(before, pipe, "mutex"))
    lead = (mark, *row((f" {pipe.name}", "name"), "  "))
    yield from flow(lead, cells, width, indent=3)
    yield from _slots(now, pipe, books, width)


def _ends(now: Moment, pipe: PipeInodeInfo) -> Iterator[Row]:
    """The ends that are open: as a rule one of each, which goes without saying."""
    for end in ("readers", "writers"):
        if getattr(pipe, end) != 1 or now.before.changed(pipe, end):
            yield cell(now.before, pipe, end)


def _kept(now: Moment, page: object) -> str:
    """The page that was used up and waits for the next write."""
    return page_name(now, page) if isinstance(page, Page) else "none"


def _slots(now: Moment, pipe: PipeInodeInfo, books: Ledger, width: int) -> Iterator[Row]:
    """The slots in use, those that were left just now, and how many are free."""
    head, tail = (now.before.of(pipe, field) for field in ("head", "tail"))
    for slot in (*range(tail, pipe.tail), *range(pipe.head, head)):
        yield from _gone(now, pipe, slot, width)
    for slot in range(pipe.tail, min(pipe.head, pipe.tail + MOST)):
        yield from _slot(now, pipe, slot, books, width, new=slot >= head)
    more = pipe.head - pipe.tail - MOST
    if more > 0:
        yield row((f"     … {plural(more, 'slot')} more", "dim"))


def _lead(pipe: PipeInodeInfo, slot: int, mark: Segment) -> Row:
    return (Segment(" "), mark, Segment(f" slot {slot & pipe.ring_size - 1:<2} "))


def _slot(
    now: Moment, pipe: PipeInodeInfo, slot: int, books: Ledger, width: int, *, new: bool
) -> tuple[Row, ...]:
    """A slot in use: the part of its page, how that is held, and who else holds it."""
    buf = pipe.bufs[slot & pipe.ring_size - 1]
    changed = buf is not None and now.before.changed(buf, "offset", "len", "flags", "ops")
    name = f"{pipe.name}[{slot - pipe.tail}]"
    lead = (*_lead(pipe, slot, sign(new=new, changed=changed)), *row((name, "name"), "  "))
    if buf is None or buf.ops is None:
        return flow(lead, [row(("no page yet", "dim"))], width, indent=5)
    folio = page_folio(buf.page)
    held = f"_refcount {folio._refcount} = {sum_text(books.get(folio, ()))}"
    page = page_name(now, buf.page)
    bar = page_bar(buf.offset, buf.offset + buf.len)
    cells = [
        row("its own page " if page == name else (f"{page} ", "name"), bar),
        cell(now.before, buf, "offset"),
        cell(now.before, buf, "len"),
        *flag_cells(now.before, buf, buf.flags, PIPE_BUF_FLAG_NAMES),
        row((buf.ops.name.removesuffix("_pipe_buf_ops"), "dim")),
        row((held, "dim")),
    ]
    return flow(lead, cells, width, indent=5)


def _gone(now: Moment, pipe: PipeInodeInfo, slot: int, width: int) -> Iterator[Row]:
    """A slot that was in use before."""
    buf = pipe.bufs[slot & pipe.ring_size - 1]
    if buf is None or pipe.head - slot > pipe.ring_size:
        return  # another buffer has its place already
    told = row((f"{page_name(now, buf.page)} was given back", "removed"))
    yield cut((*_lead(pipe, slot, Segment("-", "removed")), *told), width)
