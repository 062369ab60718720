"""The direct I/O pane: what each has submitted, who counts on it, what it holds back."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.linux.block.fops import DIO_IS_SYNC, DIO_SHOULD_DIRTY, BlkdevDio
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.blk_types import OP_NAMES, REQ_OP_MASK, bio_op
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_NAMES,
    IOMAP_DIO_WRITE,
    IomapDio,
)
from pintutor.sim.poison import is_poisoned
from pintutor.view.panes.marks import cell, flag_cells, flow, nothing, sign
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.stretches import page_name
from pintutor.view.rows import Row, Segment, row

BLKDEV_NAMES = {DIO_SHOULD_DIRTY: "should_dirty", DIO_IS_SYNC: "is_sync"}
"""Bit of blkdev_dio.flags to the name that the pane shows."""
IOMAP_COUNTS = ("size", "ref", "error")
LEGACY_COUNTS = ("result", "refcount", "page_errors", "io_error")
LEGACY_FLAGS = ("is_pinned", "is_async", "should_dirty", "defer_completion")
MOST_PAGES = 12
"""Pages of a queue that are named."""

AnyDio = Dio | IomapDio | BlkdevDio


def dio_rows(now: Moment, width: int, height: int) -> Pane:
    """Each direct I/O that is under way, with its counters."""
    rows: list[Row] = []
    since = current = 0
    olds = now.before.of(now.lab.kernel, "dios")
    with now.lab.machine:
        for dio in shown_dios(now):
            new = dio not in olds and not isinstance(dio, BlkdevDio)
            changed = _changed(now, dio)
            start = len(rows)
            rows += _dio(now, dio, sign(new=new, changed=changed), width)
            if (new or changed) and not current:
                since, current = start, len(rows) - 1
    if not rows:
        text = "No direct I/O is under way: `dio read d 0 buf async` leaves one in flight."
        return Pane(row("direct I/O"), (), nothing(text, width))
    return Pane(row("direct I/O"), (), tuple(rows), current, since)


def shown_dios(now: Moment) -> list[AnyDio]:
    """What files have under way, then what is under way to disks."""
    kernel = now.lab.kernel
    found: dict[AnyDio, None] = dict.fromkeys(kernel.dios)
    for bio in kernel.bios:
        if isinstance(bio.bi_private, BlkdevDio):
            found[bio.bi_private] = None
    return [dio for dio in found if not is_poisoned(dio)]


def _changed(now: Moment, dio: AnyDio) -> bool:
    fields: tuple[str, ...] = ("size", "ref", "flags")
    if isinstance(dio, IomapDio):
        fields = (*IOMAP_COUNTS, "flags")
    if isinstance(dio, Dio):
        fields = (*LEGACY_COUNTS, *LEGACY_FLAGS, "submit")
        submit = dio.submit
        if submit is not None and now.before.changed(submit, "head", "tail", "cur_page"):
            return True
    return now.before.changed(dio, *fields)


def _dio(now: Moment, dio: AnyDio, mark: Segment, width: int) -> Iterator[Row]:
    if isinstance(dio, Dio):
        yield from _legacy(now, dio, mark, width)
    elif isinstance(dio, IomapDio):
        yield from _iomap(now, dio, mark, width)
    else:
        yield from _blkdev(now, dio, mark, width)


def _lead(mark: Segment, name: str, kind: str, op: str, where: str) -> Row:
    return (mark, *row((f" {name}", "name"), f"  {kind}  {op}{where}  "))


def _iomap(now: Moment, dio: IomapDio, mark: Segment, width: int) -> Iterator[Row]:
    op = "WRITE" if dio.flags & IOMAP_DIO_WRITE else "READ"
    at = f" at {dio.iocb.ki_pos}"
    lead = _lead(mark, dio.iocb.ki_filp.name, "iomap_dio", op, at)
    cells = [cell(now.before, dio, field) for field in IOMAP_COUNTS]
    yield from flow(lead, cells, width, indent=3)
    cells = list(flag_cells(now.before, dio, dio.flags, IOMAP_DIO_NAMES))
    if dio.waiter is not None:
        cells.append(row(f"{dio.waiter.comm} waits"))
    if cells:
        yield from flow(row(("   flags  ", "dim")), cells, width, indent=3)


def _blkdev(now: Moment, dio: BlkdevDio, mark: Segment, width: int) -> Iterator[Row]:
    bdev = dio.bio.bi_bdev if not is_poisoned(dio.bio) else None
    name = bdev.bd_disk.disk_name if bdev is not None else "a disk"
    op = "" if is_poisoned(dio.bio) else OP_NAMES.get(bio_op(dio.bio), "")
    lead = _lead(mark, name, "blkdev_dio", op, "")
    cells = [cell(now.before, dio, field) for field in ("size", "ref")]
    flags = flag_cells(now.before, dio, dio.flags, BLKDEV_NAMES)
    yield from flow(lead, [*cells, *flags], width, indent=3)


def _legacy(now: Moment, dio: Dio, mark: Segment, width: int) -> Iterator[Row]:
    before = now.before
    op = OP_NAMES[dio.opf & REQ_OP_MASK]
    lead = _lead(mark, dio.inode.name, "dio", op, f" at {dio.iocb.ki_pos}")
    counts = ("result", "refcount")
    errors = [each for each in LEGACY_COUNTS[2:] if getattr(dio, each)]
    cells = [cell(before, dio, field) for field in (*counts, *errors)]
    yield from flow(lead, cells, width, indent=3)
    flags = list(_switches(now, dio))
    if flags:
        yield from flow(row(("   flags  ", "dim")), flags, width, indent=3)
    if dio.submit is not None:
        yield from _submitting(now, dio, dio.submit, width)


def _switches(now: Moment, dio: Dio) -> Iterator[Row]:
    for name in LEGACY_FLAGS:
        old, new = now.before.of(dio, name), getattr(dio, name)
        if new:
            yield row(name) if old else row((f"+{name}", "added"))
        elif old:
            yield row((f"-{name}", "removed"))


def _submitting(now: Moment, dio: Dio, sdio: DioSubmit, width: int) -> Iterator[Row]:
    """The queue of pages, the current page, and what is left of the blocks."""
    before = now.before
    waiting = range(sdio.head, min(sdio.tail, sdio.head + MOST_PAGES))
    pages = (dio.pages[index] for index in waiting)
    names = " ".join(page_name(now, page) for page in pages if page is not None)
    more = sdio.tail - sdio.head - len(waiting)
    cells = [cell(before, sdio, "head"), cell(before, sdio, "tail")]
    if names:
        cells.append(row((names, "name"), f" and {more} more" if more else ""))
    yield from flow(row(("   queue  ", "dim")), cells, width, indent=3)
    if sdio.cur_page is None:
        return
    name = page_name(now, sdio.cur_page)
    place = f"{name}+{sdio.cur_page_offset}:{sdio.cur_page_len}"
    fresh = before.changed(sdio, "cur_page", "cur_page_offset", "cur_page_len")
    lead = row(("   current page  ", "dim"), ("~ " if fresh else "", "delta"))
    cells = [row((place, "name")), cell(before, sdio, "cur_page_block", name="block")]
    yield from flow(lead, cells, width, indent=3)
