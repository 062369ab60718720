"""The functions of the get_user_pages family by name, called as their callers do."""

from __future__ import annotations

from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.linux.mm import gup_api as api
from pintutor.linux.mm.gup_slow import get_user_pages_unlocked
from pintutor.sim.locks import down_read, up_read

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
REMOTE = {"pin_user_pages_remote": api.pin_user_pages_remote}
FUNCTIONS = (*FAST, *LOCKED, *REMOTE, *UNLOCKED)


def run(function: str, start: int, nr: int, flags: int, pages: PageArray) -> int:
    """Call a GUP function by name, with mmap_lock where its callers hold it."""
    if function in FAST:
        return FAST[function](start, nr, flags, pages)
    if function in UNLOCKED:
        return UNLOCKED[function](start, nr, pages, flags)
    mm = current().mm
    down_read(mm, "mmap_lock")
    if function in REMOTE:
        ret = REMOTE[function](mm, start, nr, flags, pages)
    else:
        ret = LOCKED[function](start, nr, flags, pages)
    up_read(mm, "mmap_lock")
    return ret
