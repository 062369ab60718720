"""GUP's slow path: mmap_lock, and faults that drop it (mm/gup.c, v6.1).

A fault that waits for a disk should not keep mmap_lock meanwhile. Who lets GUP
drop the lock hands in `locked`, an int that is 1: the fault may then drop it
and ask to be tried again. GUP takes the lock, gets that one page, and goes on.
In the end the lock is dropped and `locked` is 0, so the caller knows that what
the lock protected may have changed. Where `locked` is 0 GUP takes the lock.

v6.1 does not do the last, and hands no `locked` to __gup_longterm_locked(); the
functions that call it there say None.

Not modelled: waiting for mmap_lock is not broken off by a signal.
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_PIN,
    FOLL_TOUCH,
    FOLL_TRIED,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    MmStruct,
    PageArray,
)
from pintutor.linux.include.linux.sched import fatal_signal_pending
from pintutor.linux.include.uapi.errno import EAGAIN, EINTR, EINVAL
from pintutor.linux.mm.gup import mm_set_has_pinned_flag
from pintutor.linux.mm.gup_longterm import check_and_migrate_movable_pages
from pintutor.linux.mm.gup_slow import __get_user_pages
from pintutor.linux.mm.page_zone import memalloc_pin_restore, memalloc_pin_save
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read
from pintutor.sim.objects import KArray


@kernel_function("mm/gup.c")
def __gup_longterm_unlocked(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """The slow part of a fast call: take mmap_lock and get what is left."""
    if gup_flags & FOLL_LONGTERM:
        mm = current().mm
        down_read(mm, "mmap_lock")
        ret = __gup_longterm_locked(mm, start, nr_pages, pages, None, gup_flags)
        up_read(mm, "mmap_lock")
        return ret
    return get_user_pages_unlocked(start, nr_pages, pages, gup_flags)


@kernel_function("mm/gup.c")
def get_user_pages_unlocked(
    start: int, nr_pages: int, pages: PageArray, gup_flags: int
) -> int:
    """Get pages, taking and dropping mmap_lock here."""
    locked = KArray([1])
    if warn_on_once(
        bool(gup_flags & FOLL_LONGTERM),
        "get_user_pages_unlocked: FOLL_LONGTERM",
    ):
        return -EINVAL
    mm = current().mm
    down_read(mm, "mmap_lock")
    flags = gup_flags | FOLL_TOUCH
    ret = __get_user_pages_locked(mm, start, nr_pages, pages, locked, flags)
    if locked[0]:
        up_read(mm, "mmap_lock")
    return ret


@kernel_function("mm/gup.c")
def __gup_longterm_locked(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    pages: PageArray,
    locked: KArray[int] | None,
    gup_flags: int,
) -> int:
    """Get pages; for a long-term pin they are moved to where they may stay."""
    if not gup_flags & FOLL_LONGTERM:
        return __get_user_pages_locked(
            mm, start, nr_pages, pages, locked, gup_flags
        )
    if warn_on_once(
        not gup_flags & FOLL_PIN, "__gup_longterm_locked: FOLL_LONGTERM alone"
    ):
        return -EINVAL
    flags = memalloc_pin_save()
    rc = -EAGAIN
    while rc == -EAGAIN:
        nr_pinned_pages = __get_user_pages_locked(
            mm, start, nr_pages, pages, locked, gup_flags
        )
        if nr_pinned_pages <= 0:
            rc = nr_pinned_pages
            break
        rc = check_and_migrate_movable_pages(nr_pinned_pages, pages)
    memalloc_pin_restore(flags)
    return rc or nr_pinned_pages


@kernel_function("mm/gup.c")
def __get_user_pages_locked(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    pages: PageArray,
    locked: KArray[int] | None,
    flags: int,
) -> int:
    """Get pages with mmap_lock held; an array alone means FOLL_GET.

    Without `locked` the lock may not be dropped. Where it is 0 the lock is
    taken here. Afterwards it is 0 if the lock is not held any more.
    """
    must_unlock = False
    if locked is not None and not locked[0]:
        down_read(mm, "mmap_lock")
        must_unlock = True
        locked[0] = 1
    if flags & FOLL_PIN:
        mm_set_has_pinned_flag(mm)
    if pages and not flags & FOLL_PIN:
        flags |= FOLL_GET
    if locked is None:
        return __get_user_pages(mm, start, nr_pages, flags, pages, None)
    ret, lock_dropped = get_pages_and_retry(
        mm, start, nr_pages, pages, locked, flags
    )
    if (must_unlock or lock_dropped) and locked[0]:
        up_read(mm, "mmap_lock")
        locked[0] = 0
    return ret


@kernel_function("mm/gup.c")
def get_pages_and_retry(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    pages: PageArray,
    locked: KArray[int],
    flags: int,
) -> tuple[int, bool]:
    """Pages had, or an error; and whether mmap_lock was dropped meanwhile.

    In C this is the loop of __get_user_pages_locked().
    """
    done = 0
    lock_dropped = False
    while True:
        at, rest = start + (done << PAGE_SHIFT), pages.plus(done)
        ret = __get_user_pages(mm, at, nr_pages - done, flags, rest, locked)
        done += max(ret, 0)
        if done == nr_pages or locked[0]:
            return done or ret, lock_dropped
        lock_dropped = True
        at, rest = start + (done << PAGE_SHIFT), pages.plus(done)
        ret = retry_one_page(mm, at, rest, locked, flags)
        if ret != 1:
            return done or ret, lock_dropped
        done += 1
        if done == nr_pages:
            return done, lock_dropped


@kernel_function("mm/gup.c")
def retry_one_page(
    mm: MmStruct, start: int, pages: PageArray, locked: KArray[int], flags: int
) -> int:
    """Take mmap_lock and get the page whose fault dropped it, until it is had.

    In C this is the part of __get_user_pages_locked() from `retry` on.
    """
    while True:
        if fatal_signal_pending(current()):
            return -EINTR
        down_read(mm, "mmap_lock")
        locked[0] = 1
        flags |= FOLL_TRIED
        ret = __get_user_pages(mm, start, 1, flags, pages, locked)
        if locked[0]:
            return ret
