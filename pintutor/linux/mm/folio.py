"""Locking a folio, and its bits on the way to the disk
(mm/filemap.c, mm/page-writeback.c, Linux v6.1).

What file systems call. Deciding which of these a folio needs, and write-back
itself, are in page_writeback.py.

Not modelled: waiting for a lock or for I/O, limits on dirty memory, tags of the
page cache; a file's dirty pages are counted in the inode instead of per disk.
"""

from pintutor.linux.include.linux.fs import mapping_can_writeback
from pintutor.linux.include.linux.mm import folio_mapping
from pintutor.linux.include.linux.mm_types import AddressSpace, Folio
from pintutor.linux.include.linux.page_flags import (
    PG_dirty,
    PG_locked,
    PG_writeback,
    folio_test_dirty,
)
from pintutor.linux.kernel.sched import io_schedule
from pintutor.sim.errors import Deadlock
from pintutor.sim.function import kernel_function


@kernel_function("mm/filemap.c")
def folio_lock(folio: Folio) -> None:
    """Take the folio's sleeping lock.

    Errors: Deadlock when it is held.
    """
    if folio.flags & PG_locked:
        raise Deadlock(f"folio {folio.pfn} is already locked")
    folio.flags |= PG_locked


@kernel_function("mm/filemap.c")
def folio_trylock(folio: Folio) -> bool:
    """Take the folio's sleeping lock if it is free; true when it was."""
    if folio.flags & PG_locked:
        return False
    folio.flags |= PG_locked
    return True


@kernel_function("mm/filemap.c")
def folio_unlock(folio: Folio) -> None:
    """Drop the folio's sleeping lock."""
    folio.flags &= ~PG_locked


@kernel_function("mm/filemap.c")
def folio_wait_locked(folio: Folio) -> None:
    """Wait until nobody has the folio locked: until it is read."""
    while folio.flags & PG_locked:
        io_schedule()


def folio_test_set_dirty(folio: Folio) -> bool:
    """Set PG_dirty; true when it was set before."""
    was_dirty = folio_test_dirty(folio)
    if not was_dirty:
        folio.flags |= PG_dirty
    return was_dirty


def folio_test_clear_dirty(folio: Folio) -> bool:
    """Clear PG_dirty; true when it was set before."""
    was_dirty = folio_test_dirty(folio)
    if was_dirty:
        folio.flags &= ~PG_dirty
    return was_dirty


@kernel_function("mm/page-writeback.c")
def noop_dirty_folio(folio: Folio) -> bool:
    """Set PG_dirty and account nothing; true when it was not set before."""
    return not folio_test_set_dirty(folio)


@kernel_function("mm/page-writeback.c")
def filemap_dirty_folio(mapping: AddressSpace, folio: Folio) -> bool:
    """Set PG_dirty and account it; true when it was not set before."""
    if folio_test_set_dirty(folio):
        return False
    folio_account_dirtied(folio, mapping, 1)
    return True


def folio_account_dirtied(folio: Folio, mapping: AddressSpace, nr: int) -> None:
    """Count `nr` dirty pages more in the file, if it is still the folio's."""
    if folio.mapping is mapping and mapping.host is not None:
        mapping.host.nr_dirty += nr


@kernel_function("mm/page-writeback.c")
def folio_cancel_dirty(folio: Folio) -> None:
    """Clear PG_dirty: the contents need not be written any more."""
    mapping = folio_mapping(folio)
    if not folio_test_clear_dirty(folio):
        return
    if mapping is not None and mapping_can_writeback(mapping):
        folio_account_dirtied(folio, mapping, -1)


@kernel_function("mm/page-writeback.c")
def folio_start_writeback(folio: Folio) -> None:
    """Say that the contents are on their way to the disk."""
    folio.flags |= PG_writeback


@kernel_function("mm/filemap.c")
def folio_end_writeback(folio: Folio) -> None:
    """Say that the contents have reached the disk."""
    folio.flags &= ~PG_writeback
