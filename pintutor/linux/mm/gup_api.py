"""GUP's entry points, as drivers call them (mm/gup.c, v6.1).

Not modelled: the argument `vmas`.
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_PIN,
    FOLL_REMOTE,
    FOLL_TOUCH,
)
from pintutor.linux.include.linux.mm_types import MmStruct, PageArray
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.mm.gup_fast import internal_get_user_pages_fast
from pintutor.linux.mm.gup_locked import (
    __get_user_pages_locked,
    __gup_longterm_locked,
    get_user_pages_unlocked,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("mm/gup.c")
def is_valid_gup_flags(gup_flags: int) -> bool:
    """True when a caller of get_user_pages*() may set these flags."""
    if warn_on_once(bool(gup_flags & FOLL_PIN), "is_valid_gup_flags: FOLL_PIN"):
        return False
    return not warn_on_once(
        bool(gup_flags & FOLL_LONGTERM), "is_valid_gup_flags: FOLL_LONGTERM"
    )


@kernel_function("mm/gup.c")
def __get_user_pages_remote(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    gup_flags: int,
    pages: PageArray,
    locked: KArray[int] | None,
) -> int:
    """Get pages of any address space; not for long if the lock may drop."""
    flags = gup_flags | FOLL_TOUCH | FOLL_REMOTE
    if gup_flags & FOLL_LONGTERM:
        if warn_on_once(
            locked is not None,
            "__get_user_pages_remote: FOLL_LONGTERM and locked",
        ):
            return -EINVAL
        return __gup_longterm_locked(mm, start, nr_pages, pages, None, flags)
    return __get_user_pages_locked(mm, start, nr_pages, pages, locked, flags)


@kernel_function("mm/gup.c")
def get_user_pages_remote(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    gup_flags: int,
    pages: PageArray,
    locked: KArray[int] | None,
) -> int:
    """Reference pages of any address space; the caller holds its mmap_lock."""
    if not is_valid_gup_flags(gup_flags):
        return -EINVAL
    return __get_user_pages_remote(
        mm, start, nr_pages, gup_flags, pages, locked
    )


@kernel_function("mm/gup.c")
def get_user_pages(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Reference pages of the current task; the caller holds mmap_lock."""
    if not is_valid_gup_flags(gup_flags):
        return -EINVAL
    mm, flags = current().mm, gup_flags | FOLL_TOUCH
    return __gup_longterm_locked(mm, start, nr_pages, pages, None, flags)


@kernel_function("mm/gup.c")
def get_user_pages_fast(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Reference pages of the current task, without a lock where possible."""
    if not is_valid_gup_flags(gup_flags):
        return -EINVAL
    gup_flags |= FOLL_GET
    return internal_get_user_pages_fast(start, nr_pages, gup_flags, pages)


@kernel_function("mm/gup.c")
def get_user_pages_fast_only(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Reference pages without a lock or not at all; 0 for any error."""
    gup_flags |= FOLL_GET | FOLL_FAST_ONLY
    nr_pinned = internal_get_user_pages_fast(start, nr_pages, gup_flags, pages)
    return max(nr_pinned, 0)


@kernel_function("mm/gup.c")
def pin_user_pages(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Pin pages of the current task; the caller holds mmap_lock."""
    if warn_on_once(bool(gup_flags & FOLL_GET), "pin_user_pages: FOLL_GET"):
        return -EINVAL
    if warn_on_once(not pages, "pin_user_pages: no array"):
        return -EINVAL
    mm, flags = current().mm, gup_flags | FOLL_PIN
    return __gup_longterm_locked(mm, start, nr_pages, pages, None, flags)


@kernel_function("mm/gup.c")
def pin_user_pages_remote(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    gup_flags: int,
    pages: PageArray,
    locked: KArray[int] | None,
) -> int:
    """Pin pages of any address space; the caller holds its mmap_lock."""
    if warn_on_once(
        bool(gup_flags & FOLL_GET), "pin_user_pages_remote: FOLL_GET"
    ):
        return -EINVAL
    if warn_on_once(not pages, "pin_user_pages_remote: no array"):
        return -EINVAL
    gup_flags |= FOLL_PIN
    return __get_user_pages_remote(
        mm, start, nr_pages, gup_flags, pages, locked
    )


@kernel_function("mm/gup.c")
def pin_user_pages_fast(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Pin pages of the current task, without a lock where possible."""
    if warn_on_once(
        bool(gup_flags & FOLL_GET), "pin_user_pages_fast: FOLL_GET"
    ):
        return -EINVAL
    if warn_on_once(not pages, "pin_user_pages_fast: no array"):
        return -EINVAL
    gup_flags |= FOLL_PIN
    return internal_get_user_pages_fast(start, nr_pages, gup_flags, pages)


@kernel_function("mm/gup.c")
def pin_user_pages_fast_only(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Pin pages without a lock or not at all; 0 for any error."""
    if warn_on_once(
        bool(gup_flags & FOLL_GET), "pin_user_pages_fast_only: FOLL_GET"
    ):
        return 0
    if warn_on_once(not pages, "pin_user_pages_fast_only: no array"):
        return 0
    gup_flags |= FOLL_PIN | FOLL_FAST_ONLY
    nr_pinned = internal_get_user_pages_fast(start, nr_pages, gup_flags, pages)
    return max(nr_pinned, 0)


@kernel_function("mm/gup.c")
def pin_user_pages_unlocked(
    start: int, nr_pages: int, pages: PageArray, gup_flags: int
) -> int:
    """Pin pages of the current task, taking and dropping mmap_lock here."""
    if warn_on_once(
        bool(gup_flags & FOLL_GET), "pin_user_pages_unlocked: FOLL_GET"
    ):
        return -EINVAL
    if warn_on_once(not pages, "pin_user_pages_unlocked: no array"):
        return -EINVAL
    gup_flags |= FOLL_PIN
    return get_user_pages_unlocked(start, nr_pages, pages, gup_flags)
