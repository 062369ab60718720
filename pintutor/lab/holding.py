"""The pages that the learner's test driver holds, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.errors import CommandError
from pintutor.lab.gup_calls import run, taken_as
from pintutor.lab.progress import filled
from pintutor.lab.repeating import Taken, take
from pintutor.lab.results import Gup, Released, error_name
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.foll_bits import FOLL_NAMES
from pintutor.linux.include.linux.mm import FOLL_LONGTERM
from pintutor.linux.include.linux.mm_types import NULL_PAGES, MmStruct, Page, PageArray
from pintutor.patches.livepatch import counts_coloured_zero_pins, counts_zero_pins
from pintutor.sim.atomic import alone
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

ROOM = 64
"""Least room in the array that a driver hands in [pages]."""

SHOWN = 64
"""Pages that a result names."""


def call(
    lab: Lab,
    function: str,
    start: int,
    nr: int,
    flags: int,
    name: str,
    *,
    mm: MmStruct | None = None,
    null: bool = False,
    locked: bool = False,
) -> Gup:
    """Call a GUP function and hold what it returns under a name.

    With `null` the driver hands in no array, and can hold nothing. With `locked` the
    function may drop mmap_lock, and the result says whether it did.
    """
    pages = PageArray(KArray[Page | None]([None] * max(nr, ROOM)))
    lab.progress.of(nr, lambda: filled(pages))
    lock = KArray([1]) if locked else None
    given = NULL_PAGES if null else pages
    ret = run(function, start, nr, flags, given, mm=mm, locked=lock)
    had = tuple(pages[index] for index in range(0 if null else max(ret, 0)))
    kind = taken_as(function, flags)
    result = hold(lab, function, had, nr, name, kind)
    if had:
        lab.kernel.held[-1].longterm = bool(flags & FOLL_LONGTERM)
    return result._replace(
        ret=ret,
        error=error_name(ret),
        flags=flag_names(flags),
        locked=None if lock is None else lock[0],
    )


def call_often(
    lab: Lab, function: str, start: int, flags: int, name: str, times: int
) -> Gup:
    """Call a GUP function for one page many times and hold what the calls had."""
    pages = PageArray(KArray[Page | None]([None] * ROOM))

    def once() -> tuple[int, Page | None]:
        ret = run(function, start, 1, flags, pages)
        return ret, pages[0] if ret == 1 else None

    kind = taken_as(function, flags)
    had: Taken = take(once, times, kind)
    held = () if had.page is None else (had.page,)
    result = hold(lab, function, held, times, name, kind)
    if held:
        lab.kernel.held[-1].times = had.times
        lab.kernel.held[-1].longterm = bool(flags & FOLL_LONGTERM)
    return result._replace(
        ret=had.ret,
        error=error_name(had.ret),
        flags=flag_names(flags),
        times=had.times,
    )


def require_one_page(pages: int, times: int) -> None:
    """Refuse `times` for anything but one page (CommandError)."""
    if times > 1 and pages != 1:
        raise CommandError(
            f"`times` is for one page, not for {pages}",
            None,
            code="too-many",
            of=("times",),
            hint="name one page: buf[0]",
        )


def flag_names(flags: int) -> tuple[str, ...]:
    """The flags of a call by name."""
    return tuple(text for text, value in FOLL_NAMES.items() if flags & value)


def free_name(lab: Lab, chosen: str, stem: str) -> str:
    """The name that was chosen, or without one the first free one like `stem`."""
    return chosen or lab.names.fresh(stem)


def hold(
    lab: Lab,
    function: str,
    pages: tuple[Page, ...],
    asked: int,
    name: str,
    kind: int,
) -> Gup:
    """Keep pages that a function returned in the driver's array of that name.

    `kind` is FOLL_GET or FOLL_PIN. In a race the result names pages by their frames:
    who looks for names looks at every table, and so at what the other CPUs do.
    """
    if pages:
        counted = counts_zero_pins(lab.machine)
        coloured = counts_coloured_zero_pins(lab.machine)
        lab.kernel.held += (HeldPages(name, pages, kind, counted, coloured),)
    labels = lab.names.labels() if alone() else {}
    return Gup(
        function,
        name if pages else "",
        asked,
        len(pages),
        "",
        tuple(labels.get(page, f"pfn:{page.pfn:#x}") for page in pages[:SHOWN]),
        (),
    )


def first_pages(held: HeldPages, count: int) -> tuple[Page, ...]:
    """The first `count` pages that are held, all for 0 (CommandError beyond them)."""
    if count > len(held.pages):
        raise CommandError(
            f"`{held.name}` holds {_plural(len(held.pages), 'page')}, not {count}",
            None,
            code="too-many",
            of=("count",),
        )
    return held.pages[: count or len(held.pages)]


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def times_of(held: HeldPages, times: int) -> int:
    """How often each page is given back, all for 0 (CommandError beyond that)."""
    if times > held.times:
        raise CommandError(
            f"`{held.name}` holds each page {_plural(held.times, 'time')}, not {times}",
            None,
            code="too-many",
            of=("times",),
        )
    return times or held.times


def release(
    lab: Lab,
    held: HeldPages,
    pages: tuple[Page, ...],
    function: str,
    *,
    times: int = 1,
) -> Released:
    """Take pages that were given back out of the array; an empty one loses its name."""
    given = len(pages) * times
    if times < held.times:
        held.times -= times
        return Released(held.name, function, given, len(held.pages) * held.times)
    held.pages = held.pages[len(pages) :]
    if not held.pages:
        lab.kernel.held = tuple(one for one in lab.kernel.held if one is not held)
    return Released(held.name, function, given, len(held.pages) * held.times)
