"""The pane of devices: disks with what is under way, workers, other people's files."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.lab.disks import bios_of, disk_size
from pintutor.lab.show_block import places
from pintutor.linux.fs.remote_types import RemoteCall, RemoteFile
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import OP_NAMES, Bio, bio_op
from pintutor.linux.include.linux.blkdev import SECTOR_SHIFT, Gendisk
from pintutor.view.panes.marks import flow, nothing, sign
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.stretches import page_name
from pintutor.view.results import plural
from pintutor.view.rows import Row, row
from pintutor.view.wrap import wrap

MOST = 16
"""Requests of one device that are drawn."""


def device_rows(now: Moment, width: int, height: int) -> Pane:
    """What each device has to do, and what nobody has asked the end of yet."""
    kernel = now.lab.kernel
    rows: list[Row] = []
    for disk in kernel.disks:
        rows += _disk(now, disk, width)
    for file in kernel.remote_files:
        rows += _remote(now, file, width)
    rows += _worker(now, width)
    for dma in kernel.vfio_dmas:
        told = f"  a device reaches {plural(sum(map(bool, dma.pfns)), 'page')}"
        lead = row("  vfio ", (dma.name, "name"), told)
        rows += flow(lead, [row(f"  from {dma.iova:#x}")], width, indent=4)
    done = len(kernel.aio_events)
    if done:
        count = row(f"  {plural(done, 'asynchronous call')} done, not asked for yet")
        rows += wrap(count, width, indent=4)
    if not rows:
        text = "No device: `disk d 64K` makes a disk, `vfio` lets one reach memory."
        return Pane(row("devices"), (), nothing(text, width))
    current = next((n for n, one in enumerate(rows) if one and one[0].text in "+-"), 0)
    return Pane(row("devices"), (), tuple(rows), current)


def _disk(now: Moment, disk: Gendisk, width: int) -> Iterator[Row]:
    queue = disk.queue
    olds = now.before.of(queue, "requests")
    new = disk not in now.before.of(now.lab.kernel, "disks")
    count = len(queue.requests)
    told = f"{plural(count, 'request')} under way" if count else "idle"
    cells = [
        row((told, "number" if count else "dim")),
        row((f"{disk_size(disk)} bytes", "dim")),
        row((f"blocks of {queue.limits.logical_block_size}", "dim")),
    ]
    if disk.fail_nth:
        cells.append(row((f"request {disk.fail_nth} from now on will fail", "bad")))
    lead = (sign(new=new, changed=olds != queue.requests), *_named(disk.disk_name))
    yield from flow(lead, cells, width, indent=4)
    for request in queue.requests[:MOST]:
        yield from _request(now, request, width, new=request not in olds)
    if count > MOST:
        yield row((f"    … {plural(count - MOST, 'request')} more", "dim"))
    ended = sum(each not in queue.requests for each in olds)
    if ended:
        yield row(("-", "removed"), f"   {plural(ended, 'request')} left the queue")


def _named(name: str) -> Row:
    return row(" ", (name, "name"), "  ")


def _request(
    now: Moment, request: Bio | Request, width: int, *, new: bool
) -> tuple[Row, ...]:
    """What is under way: the operation, where on the disk, and from or to where."""
    bio: Bio | None
    if isinstance(request, Bio):
        op, first, bio = bio_op(request), request.bi_iter.bi_sector, request
        size = request.bi_iter.bi_size
    else:
        op, first, size = request.cmd_flags & 0xFF, request.sector, request.data_len
        bio = request.bio
    last = first + max(1, size >> SECTOR_SHIFT) - 1
    numbers = " ".join(f"bio {nr}" for nr in bios_of(request)) or "no bio"
    cells = [row(f"sectors {first}..{last}"), row((numbers, "name"))]
    if bio is not None:
        cells.append(row((places(bio, now.labels), "dim")))
    lead = (sign(new=new, changed=False), *row(f"   {OP_NAMES.get(op, op)}  "))
    return flow(lead, cells, width, indent=6)


def _remote(now: Moment, file: RemoteFile, width: int) -> Iterator[Row]:
    """A file that somebody else keeps, and what was sent to them."""
    olds = now.before.of(file, "calls")
    count = len(file.calls)
    told = f"{plural(count, 'call')} under way" if count else "idle"
    lead = (sign(new=False, changed=olds != file.calls), *_named(file.inode.name))
    cells = [row((told, "number" if count else "dim")), row(("kept elsewhere", "dim"))]
    yield from flow(lead, cells, width, indent=4)
    for call in file.calls[:MOST]:
        yield from _call(now, call, width, new=call not in olds)


def _call(now: Moment, call: RemoteCall, width: int, *, new: bool) -> tuple[Row, ...]:
    size = call.length or sum(part.bv_len for part in call.parts)
    parts = (
        f"{page_name(now, part.bv_page)}+{part.bv_offset}:{part.bv_len}"
        for part in call.parts[:MOST]
    )
    lead = (sign(new=new, changed=False), *row(f"   {'WRITE' if call.write else 'READ'}  "))
    cells = [row(f"bytes {call.pos}..{call.pos + size - 1}"), row((" ".join(parts), "dim"))]
    return flow(lead, cells, width, indent=6)


def _worker(now: Moment, width: int) -> Iterator[Row]:
    """What waits for a worker."""
    kernel = now.lab.kernel
    olds = now.before.of(kernel, "worklist")
    changed = olds != kernel.worklist
    if not kernel.worklist and not changed:
        return
    names = " ".join(work.func.__name__ for work in kernel.worklist[:MOST])
    lead = (sign(new=False, changed=changed), *_named("worker"))
    count = len(kernel.worklist)
    told = f"{plural(count, 'piece')} of work" if count else "nothing left to do"
    yield from flow(lead, [row((told, "number")), row(names)], width, indent=4)
