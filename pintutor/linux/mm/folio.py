"""Locking a folio, and its bits on the way to the disk
(mm/filemap.c, mm/page-writeback.c, Linux v6.1).

What file systems call. Deciding which of these a folio needs, and write-back
itself, are in page_writeback.py.

Not modelled: limits on dirty memory, tags of the
page cache; a file's dirty pages are counted in the inode instead of per disk.
"""

from pintutor.linux.include.linux.fs import mapping_can_writeback
from pintutor.linux.include.linux.mm import folio_mapping
from pintutor.linux.include.linux.mm_types import AddressSpace, Folio
from pintutor.linux.include.linux.page_flags import (
    PG_dirty,
    PG_locked,
    PG_writeback,
)
from pintutor.linux.kernel.sched import busy, io_schedule, wait_event
from pintutor.sim.atomic import (
    alone,
    announce,
    clear_bits,
    set_bits,
    test_and_clear_bits,
    test_and_set_bits,
    wait_until,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/filemap.c")
def folio_lock(folio: Folio) -> None:
    """Take the folio's sleeping lock; who reads the folio from a disk has it.

    Errors: Deadlock when it is held and nobody else can run to drop it.
    """
    while alone() and folio.flags & PG_locked and busy():
        io_schedule()
    wait_until(
        lambda: not folio.flags & PG_locked,
        folio,
        "flags",
        "lock",
        f"folio {folio.pfn} is already locked",
    )
    folio.flags |= PG_locked


@kernel_function("mm/filemap.c")
def folio_trylock(folio: Folio) -> bool:
    """Take the folio's sleeping lock if it is free; true when it was."""
    return not test_and_set_bits(PG_locked, folio, "flags")


@kernel_function("mm/filemap.c")
def folio_unlock(folio: Folio) -> None:
    """Drop the folio's sleeping lock."""
    announce(folio, "flags", "unlock")
    folio.flags &= ~PG_locked


@kernel_function("mm/filemap.c")
def folio_wait_locked(folio: Folio) -> None:
    """Wait until nobody has the folio locked: until it is read."""
    wait_event(lambda: not folio.flags & PG_locked, folio, "flags")


@kernel_function("mm/page-writeback.c")
def folio_wait_writeback(folio: Folio) -> None:
    """Wait until the folio is no longer on its way to the disk."""
    wait_event(lambda: not folio.flags & PG_writeback, folio, "flags")


def folio_test_set_dirty(folio: Folio) -> bool:
    """Set PG_dirty; true when it was set before."""
    return test_and_set_bits(PG_dirty, folio, "flags")


def folio_test_clear_dirty(folio: Folio) -> bool:
    """Clear PG_dirty; true when it was set before."""
    return test_and_clear_bits(PG_dirty, folio, "flags")


@kernel_function("mm/page-writeback.c")
def noop_dirty_folio(folio: Folio) -> bool:
    """Set PG_dirty and account nothing; true when it was not set before."""
    return not folio_test_set_dirty(folio)


@kernel_function("mm/page-writeback.c")
def filemap_dirty_folio(mapping: AddressSpace, folio: Folio) -> bool:
    """Set PG_dirty and account it; true when it was not set before."""
    if folio_test_set_dirty(folio):
        return False
    spin_lock(mapping, "xa_lock")
    folio_account_dirtied(folio, mapping, 1)
    spin_unlock(mapping, "xa_lock")
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
    set_bits(PG_writeback, folio, "flags")


@kernel_function("mm/filemap.c")
def folio_end_writeback(folio: Folio) -> None:
    """Say that the contents have reached the disk."""
    clear_bits(PG_writeback, folio, "flags")
