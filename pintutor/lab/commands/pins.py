"""Commands that take pages, as a driver does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.gup_calls import FUNCTIONS, REMOTE, require_function
from pintutor.lab.holding import call, call_often, free_name, require_one_page
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import FLAGS, REGION, TASK, UNUSED_NAME
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import Gup
from pintutor.linux.include.linux.mm import FOLL_LONGTERM, FOLL_WRITE
from pintutor.linux.include.linux.mm_types import TaskStruct

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

TIMES = IntRange(1, 1 << 32)
"""How often a call is made; so many pins overflow any count."""


@command(
    "pins",
    kernel="mm/gup.c: get_user_pages_fast()",
    examples=("get buf[0] as g", "get buf write slow"),
    see=("put", "pin", "gup"),
)
def get(
    lab: Lab,
    region: Annotated[Region, REGION],
    *,
    write: bool = False,
    path: Annotated[str, OneOf("fast", "slow"), "fast: without a lock first"] = "fast",
    times: Annotated[int, TIMES, "calls, for one page"] = 1,
    as_: Annotated[str, UNUSED_NAME] = "",
) -> Gup:
    """Take a reference (FOLL_GET) on every page of a region and hold the pages.

    A reference adds 1 to a page's count. It says "do not free this page", and nothing
    about its contents. `put` gives it back.
    """
    function = "get_user_pages_fast" if path == "fast" else "get_user_pages"
    flags = FOLL_WRITE if write else 0
    return take(lab, function, region, flags, free_name(lab, as_, "g"), times)


@command(
    "pins",
    kernel="mm/gup.c: pin_user_pages_fast()",
    examples=("pin buf[0] as p", "pin buf write longterm", "pin buf[0] times=2097151"),
    see=("unpin", "get", "gup"),
)
def pin(
    lab: Lab,
    region: Annotated[Region, REGION],
    *,
    write: bool = False,
    longterm: bool = False,
    path: Annotated[str, OneOf("fast", "slow"), "fast: without a lock first"] = "fast",
    times: Annotated[int, TIMES, "calls, for one page"] = 1,
    as_: Annotated[str, UNUSED_NAME] = "",
) -> Gup:
    """Pin every page of a region (FOLL_PIN), as for I/O to its contents.

    A pin adds 1024 to the count of a small page, so that others can tell that a device
    may be reading or writing it. `unpin` gives it back. With `times` the driver pins
    one page so many times over, until a call fails.
    """
    function = "pin_user_pages_fast" if path == "fast" else "pin_user_pages"
    flags = (FOLL_WRITE if write else 0) | (FOLL_LONGTERM if longterm else 0)
    return take(lab, function, region, flags, free_name(lab, as_, "p"), times)


@command(
    "pins",
    kernel="mm/gup.c",
    examples=(
        "gup pin_user_pages_fast buf 8 FOLL_WRITE as p",
        "gup get_user_pages 0x0 1",
        "gup pin_user_pages_remote buf 1 task=child",
        "gup get_user_pages buf 4 null",
        "gup get_user_pages_remote buf 2 locked",
    ),
    see=("get", "pin"),
)
def gup(
    lab: Lab,
    function: Annotated[str, OneOf(*FUNCTIONS)],
    start: Annotated[Region, REGION, "where to start; buf+0x123 need not be aligned"],
    nr: Annotated[int, IntRange(0, 1 << 20), "number of pages"],
    flags: Annotated[int, FLAGS] = 0,
    *,
    task: Annotated[TaskStruct | None, TASK, "whose memory, for the remote ones"] = None,
    null: bool = False,
    locked: bool = False,
    as_: Annotated[str, UNUSED_NAME] = "",
) -> Gup:
    """Call a function of the get_user_pages family with exactly these arguments.

    Nothing is checked before the kernel does: this is the way to see what it answers
    to wrong flags, unmapped addresses and odd counts. With `null` no array is handed
    in: get_user_pages() then faults the pages in and counts them, and takes none. With
    `locked` a remote one may drop mmap_lock while a disk reads: `locked` is 0 then.
    """
    require_function(lab, FUNCTIONS[function])
    if task is not None and function not in REMOTE:
        raise CommandError(
            f"{function}() takes pages of the task that calls it",
            None,
            code="not-remote",
            of=("task",),
            hint="`gup pin_user_pages_remote`, or `NAME: gup` to call it as that task",
        )
    if locked and function not in REMOTE:
        raise CommandError(
            f"{function}() has no argument `locked`",
            None,
            code="not-remote",
            of=("locked",),
            hint=f"`gup {function.split('_')[0]}_user_pages_remote` has one",
        )
    name = free_name(lab, as_, "p" if function.startswith("pin") else "g")
    mm = None if task is None else task.mm
    return call(
        lab, function, start.start, nr, flags, name, mm=mm, null=null, locked=locked
    )


def take(lab: Lab, function: str, region: Region, flags: int, name: str, times: int) -> Gup:
    """Call a GUP function for a region, once or many times."""
    require_one_page(region.pages, times)
    if times > 1:
        return call_often(lab, function, region.start, flags, name, times)
    return call(lab, function, region.start, region.pages, flags, name)
