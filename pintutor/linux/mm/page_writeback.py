"""Marking folios dirty (mm/page-writeback.c, mm/folio-compat.c).

Not modelled: files and their accounting; a dirty folio has the flag, no more.
"""

from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import (
    PG_dirty,
    PG_locked,
    folio_test_dirty,
)
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
def folio_unlock(folio: Folio) -> None:
    """Drop the folio's sleeping lock."""
    folio.flags &= ~PG_locked


@kernel_function("mm/page-writeback.c")
def folio_mark_dirty(folio: Folio) -> None:
    """Say that the folio was changed since it was last written back."""
    if not folio_test_dirty(folio):
        folio.flags |= PG_dirty
