"""The arguments of get_user_pages*() are checked once, at the entry points.

Flags that are mm's own affair, FOLL_PIN among them, are refused from outside:
the pin functions set it themselves. Those of them whose result was once
unsigned answer wrong flags with 0 pages rather than an error.

Linux kernel commit d64e2dbc33a1 ("mm/gup: simplify the external interface
functions and consolidate invariants") (in v6.3). The functions inside take
mmap_lock where `locked` is 0, and a pin for long may have a `locked`, since
b2a72dff85fa ("mm/gup: have internal functions get the mmap_read_lock()").
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_PCI_P2PDMA,
    FOLL_PIN,
    FOLL_REMOTE,
    FOLL_TOUCH,
    FOLL_TRIED,
)
from pintutor.linux.include.linux.mm_types import MmStruct, PageArray
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.mm import gup_api, gup_locked
from pintutor.linux.mm.gup_fast import internal_get_user_pages_fast
from pintutor.linux.mm.gup_locked import (
    __get_user_pages_locked,
    __gup_longterm_locked,
)
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "gup-args-checked",
    "mm/gup: simplify the external interface functions and consolidate "
    "invariants",
    commit="d64e2dbc33a1",
    release="v6.3",
    author="Jason Gunthorpe",
)


@PATCH.adds("mm/gup.c")
def is_valid_gup_args(
    pages: PageArray, locked: KArray[int] | None, gup_flags: int, to_set: int
) -> bool:
    """True when a caller's flags and what its function sets obey the rules."""
    internal = FOLL_TOUCH | FOLL_TRIED | FOLL_REMOTE | FOLL_PIN | FOLL_FAST_ONLY
    if warn_on_once(
        bool(gup_flags & internal), "is_valid_gup_args: internal flags"
    ):
        return False
    gup_flags |= to_set
    if locked is not None:
        if warn_on_once(locked[0] != 1, "is_valid_gup_args: locked is not 1"):
            return False
    if warn_on_once(
        gup_flags & (FOLL_PIN | FOLL_GET) == FOLL_PIN | FOLL_GET,
        "is_valid_gup_args: FOLL_GET and FOLL_PIN",
    ):
        return False
    if warn_on_once(
        not gup_flags & FOLL_PIN and bool(gup_flags & FOLL_LONGTERM),
        "is_valid_gup_args: FOLL_LONGTERM without FOLL_PIN",
    ):
        return False
    if warn_on_once(
        bool(gup_flags & (FOLL_GET | FOLL_PIN)) and not pages,
        "is_valid_gup_args: no array",
    ):
        return False
    return not warn_on_once(
        bool(gup_flags & FOLL_LONGTERM) and bool(gup_flags & FOLL_PCI_P2PDMA),
        "is_valid_gup_args: FOLL_LONGTERM and FOLL_PCI_P2PDMA",
    )


@PATCH.replaces(gup_locked.__gup_longterm_unlocked)
def __gup_longterm_unlocked(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """The slow part of a fast call: take mmap_lock and get what is left."""
    locked = KArray([0])
    mm, flags = current().mm, gup_flags | FOLL_TOUCH
    return __gup_longterm_locked(mm, start, nr_pages, pages, locked, flags)


@PATCH.replaces(gup_locked.get_user_pages_unlocked)
def get_user_pages_unlocked(
    start: int, nr_pages: int, pages: PageArray, gup_flags: int
) -> int:
    """Get pages, taking and dropping mmap_lock here."""
    if not is_valid_gup_args(pages, None, gup_flags, FOLL_TOUCH):
        return -EINVAL
    return __gup_longterm_unlocked(start, nr_pages, gup_flags, pages)


@PATCH.replaces(gup_api.get_user_pages_remote)
def get_user_pages_remote(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    gup_flags: int,
    pages: PageArray,
    locked: KArray[int] | None,
) -> int:
    """Reference pages of any address space; the caller holds its mmap_lock."""
    if not is_valid_gup_args(
        pages, locked, gup_flags, FOLL_TOUCH | FOLL_REMOTE
    ):
        return -EINVAL
    flags = gup_flags | FOLL_TOUCH | FOLL_REMOTE
    return __get_user_pages_locked(mm, start, nr_pages, pages, locked, flags)


@PATCH.replaces(gup_api.get_user_pages)
def get_user_pages(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Reference pages of the current task; the caller holds mmap_lock."""
    if not is_valid_gup_args(pages, None, gup_flags, FOLL_TOUCH):
        return -EINVAL
    mm, flags = current().mm, gup_flags | FOLL_TOUCH
    return __gup_longterm_locked(mm, start, nr_pages, pages, None, flags)


@PATCH.replaces(gup_api.get_user_pages_fast)
def get_user_pages_fast(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Reference pages of the current task, without a lock where possible."""
    if not is_valid_gup_args(pages, None, gup_flags, FOLL_GET):
        return -EINVAL
    gup_flags |= FOLL_GET
    return internal_get_user_pages_fast(start, nr_pages, gup_flags, pages)


@PATCH.replaces(gup_api.get_user_pages_fast_only)
def get_user_pages_fast_only(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Reference pages without a lock or not at all."""
    if not is_valid_gup_args(pages, None, gup_flags, FOLL_GET | FOLL_FAST_ONLY):
        return -EINVAL
    gup_flags |= FOLL_GET | FOLL_FAST_ONLY
    return internal_get_user_pages_fast(start, nr_pages, gup_flags, pages)


@PATCH.replaces(gup_api.pin_user_pages)
def pin_user_pages(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Pin pages of the current task; the caller holds mmap_lock."""
    if not is_valid_gup_args(pages, None, gup_flags, FOLL_PIN):
        return 0
    mm, flags = current().mm, gup_flags | FOLL_PIN
    return __gup_longterm_locked(mm, start, nr_pages, pages, None, flags)


@PATCH.replaces(gup_api.pin_user_pages_remote)
def pin_user_pages_remote(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    gup_flags: int,
    pages: PageArray,
    locked: KArray[int] | None,
) -> int:
    """Pin pages of any address space; the caller holds its mmap_lock."""
    if not is_valid_gup_args(
        pages, locked, gup_flags, FOLL_PIN | FOLL_TOUCH | FOLL_REMOTE
    ):
        return 0
    flags = gup_flags | FOLL_PIN | FOLL_TOUCH | FOLL_REMOTE
    return __gup_longterm_locked(mm, start, nr_pages, pages, locked, flags)


@PATCH.replaces(gup_api.pin_user_pages_fast)
def pin_user_pages_fast(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Pin pages of the current task, without a lock where possible."""
    if not is_valid_gup_args(pages, None, gup_flags, FOLL_PIN):
        return -EINVAL
    gup_flags |= FOLL_PIN
    return internal_get_user_pages_fast(start, nr_pages, gup_flags, pages)


@PATCH.replaces(gup_api.pin_user_pages_unlocked)
def pin_user_pages_unlocked(
    start: int, nr_pages: int, pages: PageArray, gup_flags: int
) -> int:
    """Pin pages of the current task, taking and dropping mmap_lock here."""
    if not is_valid_gup_args(pages, None, gup_flags, FOLL_PIN | FOLL_TOUCH):
        return 0
    gup_flags |= FOLL_PIN
    return __gup_longterm_unlocked(start, nr_pages, gup_flags, pages)
