"""The same call of a driver, many times over, in a few steps.

A count overflows after some two million pins, too many to take one by one while each
line is recorded. So most of them are taken in one go, by the function with which the
walk takes several units of one folio, try_grab_folio(), and given back by
gup_put_folio(). How much a call changes the count is measured by making it; the first
calls, the last, and those at which the count changes its sign are made one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pintutor.lab.errors import CommandError
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.mm.gup import gup_put_folio, try_grab_folio
from pintutor.sim.atomic import s32

ONE_BY_ONE = 64
"""Calls that are made by themselves where they cannot be taken together."""

LIMIT = 1 << 31


class Taken(NamedTuple):
    """What repeated calls of a GUP function had."""

    page: Page | None
    times: int
    """Calls that had the page."""
    ret: int
    """What the last of them returned, or the error that ended them."""


def take(call: Callable[[], tuple[int, Page | None]], times: int, flags: int) -> Taken:
    """Make a call for one page `times` times, or until one of them has no page."""
    ret, page = call()
    done = int(page is not None)
    while page is not None and done < times:
        before, released = page_folio(page)._refcount, _released()
        ret, again = call()
        if again is None:
            break
        done += 1
        grown = s32(page_folio(page)._refcount - before)
        if again is not page or _released() != released:
            _require_few(times)
            continue
        together = min(times - done - 1, _room(page, grown))
        if together > 0:
            try_grab_folio(page, together, flags)
            done += together
    return Taken(page, done, ret)


def give_back(call: Callable[[], None], page: Page, times: int, flags: int) -> None:
    """Make a call that gives back one unit of the page `times` times."""
    folio = page_folio(page)
    while times:
        before = folio._refcount
        call()
        times -= 1
        together = min(times - 1, _room(page, s32(folio._refcount - before)))
        if together > 0:
            gup_put_folio(folio, together, flags)
            times -= together


def _released() -> int:
    return this_kernel().vm_stat.nr_foll_pin_released


def _room(page: Page, grown: int) -> int:
    """How many calls can follow before the count reaches 0 or changes its sign.

    A count that is negative is added to by nobody.
    """
    if not grown:
        return LIMIT
    count = page_folio(page)._refcount
    if grown > 0:
        return (LIMIT - 1 - count) // grown if count > 0 else 0
    return (count - (1 if count > 0 else -LIMIT)) // -grown


def _require_few(times: int) -> None:
    if times > ONE_BY_ONE:
        raise CommandError(
            f"each of these calls takes and gives back: at most {ONE_BY_ONE} can be made",
            None,
            code="too-many",
            of=("times",),
        )
