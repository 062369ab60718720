"""The bio pane: flags by name and bit, and each place drawn onto the pages it covers."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.lab.disks import bios_of, op_name
from pintutor.lab.results import error_name
from pintutor.linux.include.linux.bio import bvec_at
from pintutor.linux.include.linux.blk_types import Bio, blk_status_to_errno
from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.patches.livepatch import rules
from pintutor.view.panes.marks import arrow, cell, flow, nothing, sign
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.stretches import bvec_stretch, page_bar
from pintutor.view.results import plural
from pintutor.view.rows import Row, Segment, row

MOST_BIOS = 16
"""Bios that are drawn, the last that were made."""
MOST_PLACES = 32
"""Places of one bio that are drawn."""
MOST_PAGES = 6
"""Pages of one place that are drawn one by one."""
FIELDS = (
    "bi_opf",
    "bi_flags",
    "bi_status",
    "bi_vcnt",
    "remaining",
    "refcount",
    "bi_end_io",
    "bi_next",
)
"""What of a bio is looked at."""
LEFT = ("bi_sector", "bi_size", "bi_idx", "bi_bvec_done")
"""What moves while it is carried out."""


def bio_rows(now: Moment, width: int, height: int, *, legend: bool = False) -> Pane:
    """Each bio that somebody uses, as the kernel of the moment reads it.

    `legend` asks for every flag that this kernel has, behind its bit.
    """
    kernel = now.lab.kernel
    olds = now.before.of(kernel, "bios")
    rows: list[Row] = []
    since = current = 0
    with now.lab.machine:
        names = tuple(
            each.removeprefix("BIO_") for each in rules(now.lab.machine).bio_flags
        )
        for bio in kernel.bios[-MOST_BIOS:]:
            touched = now.before.changed(bio, *FIELDS) or _moved(now, bio)
            start = len(rows)
            mark = sign(new=bio not in olds, changed=touched)
            rows += _bio(now, bio, mark, names, width)
            if (touched or bio not in olds) and not current:
                since, current = start, len(rows) - 1
    gone = sum(bio not in kernel.bios for bio in olds)
    if gone:
        rows.append(row(("-", "removed"), f" {plural(gone, 'bio')} ended and was freed"))
    aside = row((plural(len(kernel.bios), "bio"), "dim"), " ") if kernel.bios else ()
    if not rows:
        text = "No bio is in use: `dio write d 0 buf async` leaves one under way to a disk."
        rows += nothing(text, width)
    if legend:
        told = row((f" bits of {now.lab.kernel_name}: ", "dim"))
        known = (row((f"{bit} {name}", "dim")) for bit, name in enumerate(names))
        rows += [(), *flow(told, known, width, indent=3)]
    return Pane(row("bio"), aside, tuple(rows), current, since)


def _moved(now: Moment, bio: Bio) -> bool:
    return now.before.changed(bio.bi_iter, *LEFT)


def _bio(
    now: Moment, bio: Bio, mark: Segment, names: tuple[str, ...], width: int
) -> Iterator[Row]:
    before = now.before
    lead = (mark, *row((f" bio {bio.nr}", "name"), f"  {op_name(bio)}  "))
    where = bio.bi_bdev.bd_disk.disk_name if bio.bi_bdev is not None else "no disk"
    place = (Segment(f"{where} "), *cell(before, bio.bi_iter, "bi_sector", name="sector"))
    left = (*cell(before, bio.bi_iter, "bi_size", name="left"),)
    yield from flow(lead, [place, left, *_state(now, bio)], width, indent=3)
    flags = cell(before, bio, "bi_flags", text=lambda bits: f"{bits:#x}")
    yield from flow(row("   "), [flags, *_flags(now, bio, names)], width, indent=3)
    yield from _places(now, bio, width)
    room = (Segment(f" of {bio.bi_max_vecs}", "dim"),) if bio.bi_max_vecs else ()
    cells = [(*cell(before, bio, "bi_vcnt", name="vcnt"), *room)]
    cells += [cell(before, bio, field) for field in ("refcount", "remaining")]
    if bio.bi_end_io is not None:
        cells.append(row(("ends in ", "dim"), bio.bi_end_io.__name__))
    yield from flow(row("   "), cells, width, indent=3)


def _state(now: Moment, bio: Bio) -> Iterator[Row]:
    """How it ended, or where it waits."""
    for disk in now.lab.kernel.disks:
        if any(bio.nr in bios_of(each) for each in disk.queue.requests):
            yield row(("under way", "note"))
    if bio.bi_status or now.before.changed(bio, "bi_status"):
        yield cell(now.before, bio, "bi_status", name="status", text=_status)


def _status(status: object) -> str:
    assert isinstance(status, int)
    return error_name(blk_status_to_errno(status)) or "ok"


def _flags(now: Moment, bio: Bio, names: tuple[str, ...]) -> Iterator[Row]:
    """Each flag that is set, or was cleared, behind its bit in this release."""
    old = now.before.of(bio, "bi_flags")
    for bit in range(max(old | bio.bi_flags, 1).bit_length()):
        if not (old | bio.bi_flags) >> bit & 1:
            continue
        name = f"{bit} {names[bit]}" if bit < len(names) else f"{bit} has no name here"
        if not bio.bi_flags >> bit & 1:
            yield row((f"-{name}", "removed"))
        elif not old >> bit & 1:
            yield row((f"+{name}", "added"))
        else:
            yield row(name)


def _places(now: Moment, bio: Bio, width: int) -> Iterator[Row]:
    """The places in memory, the one that is carried out marked."""
    old = now.before.of(bio, "bi_vcnt")
    busy = bio.bi_iter.bi_idx or bio.bi_iter.bi_bvec_done
    for index in range(min(bio.bi_vcnt, MOST_PLACES)):
        bv = bvec_at(bio, index)
        here = index == bio.bi_iter.bi_idx and busy and bio.bi_iter.bi_size
        mark = sign(new=index >= old, changed=now.before.changed(bv, "bv_len", "bv_offset"))
        place = bvec_stretch(now, bv)
        lead = row(
            ("▶" if here else " ", "current"),
            mark,
            f" [{index}] ",
            (place.text, "name"),
            ":",
        )
        was = now.before.of(bv, "bv_len") if index < old else bv.bv_len
        size = arrow(str(was), str(bv.bv_len))
        yield from flow(lead, [size, *_pages(now, bv)], width, indent=5)
    if bio.bi_vcnt > MOST_PLACES:
        yield row((f"   … {plural(bio.bi_vcnt - MOST_PLACES, 'place')} more", "dim"))


def _pages(now: Moment, bv: BioVec) -> Iterator[Row]:
    """The pages that a place covers, each as a bar of its sectors."""
    first, last = bv.bv_offset // PAGE_SIZE, (bv.bv_offset + bv.bv_len - 1) // PAGE_SIZE
    many = last - first >= MOST_PAGES
    for nr in range(first, first + 1 if many else last + 1):
        yield _page(now, bv, nr)
    if many:
        names = f"{_name(now, bv, first + 1)} to {_name(now, bv, last - 1)}"
        yield row((names, "name"), (" whole", "dim"))
        yield _page(now, bv, last)


def _page(now: Moment, bv: BioVec, nr: int) -> Row:
    start = max(0, bv.bv_offset - nr * PAGE_SIZE)
    stop = min(PAGE_SIZE, bv.bv_offset + bv.bv_len - nr * PAGE_SIZE)
    return row((_name(now, bv, nr), "name"), " ", page_bar(start, stop))


def _name(now: Moment, bv: BioVec, nr: int) -> str:
    """What a learner calls the page `nr` behind the first of a place.

    Looking makes no page: one of a huge page that was not made yet has no name.
    """
    pfn = bv.bv_page.pfn + nr
    page = now.lab.kernel.mem_map.items[pfn] if nr else bv.bv_page
    known = now.labels.get(page) if page is not None else None
    return known or f"pfn:{pfn:#x}"
