"""The functions of the get_user_pages family by name, called as their callers do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pintutor.lab.errors import CommandError
from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.linux.include.linux.mm_types import MmStruct, PageArray
from pintutor.linux.mm import gup_api as api
from pintutor.linux.mm.gup_locked import get_user_pages_unlocked
from pintutor.patches import series
from pintutor.sim.function import KernelFunction
from pintutor.sim.locks import down_read, up_read
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

FAST = {
    "get_user_pages_fast": api.get_user_pages_fast,
    "get_user_pages_fast_only": api.get_user_pages_fast_only,
    "pin_user_pages_fast": api.pin_user_pages_fast,
    "pin_user_pages_fast_only": api.pin_user_pages_fast_only,
}
LOCKED = {
    "get_user_pages": api.get_user_pages,
    "pin_user_pages": api.pin_user_pages,
}
UNLOCKED = {
    "get_user_pages_unlocked": get_user_pages_unlocked,
    "pin_user_pages_unlocked": api.pin_user_pages_unlocked,
}
REMOTE = {
    "get_user_pages_remote": api.get_user_pages_remote,
    "pin_user_pages_remote": api.pin_user_pages_remote,
}
FUNCTIONS: dict[str, KernelFunction[..., int]] = {**FAST, **LOCKED, **REMOTE, **UNLOCKED}


class FaultedIn(NamedTuple):
    """The kernel faulted memory in, without holding it."""

    function: str
    where: str
    size: int
    """Bytes asked for."""
    left: int
    """Bytes at the end that could not be had."""


def run(
    function: str,
    start: int,
    nr: int,
    flags: int,
    pages: PageArray,
    *,
    mm: MmStruct | None = None,
    locked: KArray[int] | None = None,
) -> int:
    """Call a GUP function by name, with mmap_lock where its callers hold it.

    `mm` is the address space for the functions that take one; by default one's own.
    `locked` goes to them too: an int that is 1, and 0 when they dropped mmap_lock.
    """
    if function in FAST:
        return FAST[function](start, nr, flags, pages)
    if function in UNLOCKED:
        return UNLOCKED[function](start, nr, pages, flags)
    mm = mm or current().mm
    down_read(mm, "mmap_lock")
    if function in REMOTE:
        ret = REMOTE[function](mm, start, nr, flags, pages, locked)
    else:
        ret = LOCKED[function](start, nr, flags, pages)
    if locked is None or locked[0]:
        up_read(mm, "mmap_lock")
    return ret


def taken_as(function: str, flags: int) -> int:
    """FOLL_GET or FOLL_PIN: what a call holds its pages by.

    Of the functions that reference pages only get_user_pages_unlocked() lets FOLL_PIN
    through, up to v6.2: pin_user_pages_unlocked() calls it so.
    """
    if function == "get_user_pages_unlocked":
        return FOLL_PIN if flags & FOLL_PIN else FOLL_GET
    return FOLL_GET if function.startswith("get") else FOLL_PIN


def require_function(lab: Lab, function: KernelFunction[..., Any]) -> None:
    """Refuse a function that the kernel that runs does not have (CommandError)."""
    if function.body(lab.machine.patches) is not None:
        return
    having = [
        release
        for release, patches in series.RELEASES.items()
        if function.body(patches) is not None
    ]
    name = f"{function.__name__}()"
    if having:
        raise CommandError(
            f"{lab.kernel_name} has no {name}: {_span(having, function)}",
            None,
            code="unknown-function",
            of=("function", "via", "kind"),
            hint=f"`kernel {having[0]}`",
        )
    raise CommandError(
        f"{lab.kernel_name} has no {name}: it was never merged",
        None,
        code="unknown-function",
        of=("function", "via", "kind"),
        hint=f"`apply {_bringing(function)}`",
    )


def _bringing(function: KernelFunction[..., Any]) -> str:
    """The first patch that has a body of a function."""
    return next(one.name for one in series.ALL if function in one.bodies)


def _span(having: list[str], function: KernelFunction[..., Any]) -> str:
    """Which releases have a function, and what brought it if all since then do."""
    releases = list(series.RELEASES)
    first = releases.index(having[0])
    if having != releases[first : first + len(having)]:
        return f"it is in {', '.join(having[:-1])} and {having[-1]}"
    if having[-1] == releases[-1]:
        return f"it came by {having[0]}, with `{_bringing(function)}`"
    return f"it is in {having[0]} to {having[-1]}"
