"""Moving folios to other frames (mm/migrate.c, Linux v6.1).

The entries become migration entries, so that nobody gets hold of the page any
more; then what it is and holds is moved; then the entries map it again.

Not modelled: unmapping many folios before the first is moved, as from v6.3 on;
splitting huge pages for which there is no huge frame.
"""

from pintutor.linux.include.linux.mm import folio_mapped, page_folio
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import PG_lru, folio_test_large
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.linux.include.uapi.errno import EAGAIN, ENOMEM
from pintutor.linux.mm.compact_control import CompactControl, compaction_alloc
from pintutor.linux.mm.folio import folio_trylock, folio_unlock
from pintutor.linux.mm.migrate_entries import (
    remove_migration_ptes,
    try_to_migrate,
)
from pintutor.linux.mm.migrate_folio import move_to_new_folio
from pintutor.linux.mm.page_alloc import alloc_page, alloc_pages, put_page
from pintutor.linux.mm.swap_lru import folio_unisolate
from pintutor.sim.function import kernel_function

NR_MAX_MIGRATE_PAGES_RETRY = 10
"""How often a folio is tried that cannot be moved at the moment."""

Failed = tuple[tuple[Folio, int], ...]
"""Folios that stay where they were, each with the error."""


@kernel_function("mm/migrate.c")
def migrate_pages(
    from_: tuple[Folio, ...], gfp: int, cc: CompactControl | None
) -> Failed:
    """Move isolated folios to frames that `gfp`, or compaction, chooses.

    Returns: the folios that stay; they are still isolated.
    """
    failed: Failed = ()
    retry = from_
    for _ in range(NR_MAX_MIGRATE_PAGES_RETRY):
        results = tuple((one, unmap_and_move(one, gfp, cc)) for one in retry)
        retry = tuple(folio for folio, rc in results if rc == -EAGAIN)
        failed += tuple(each for each in results if each[1] not in (0, -EAGAIN))
        if not retry:
            break
    return failed + tuple((folio, -EAGAIN) for folio in retry)


@kernel_function("mm/migrate.c")
def unmap_and_move(folio: Folio, gfp: int, cc: CompactControl | None) -> int:
    """Move one isolated folio; its old frame is free then.

    Returns: 0, -EAGAIN while it is in use, -ENOMEM without a frame for it.
    """
    if folio_ref_count(folio) == 1:
        folio_unisolate(folio)
        put_page(folio)
        return 0
    dst = get_new_folio(folio, gfp, cc)
    if dst is None:
        return -ENOMEM
    rc = __unmap_and_move(folio, dst)
    if rc == 0:
        folio_unisolate(folio)
        put_page(folio)
    else:
        put_page(dst)
    return rc


@kernel_function("mm/migrate.c")
def get_new_folio(
    folio: Folio, gfp: int, cc: CompactControl | None
) -> Folio | None:
    """A frame, or a huge one, to move the folio to, or None.

    In C the caller hands in alloc_migration_target() or compaction_alloc().
    """
    if cc is not None:
        page = compaction_alloc(cc)
    elif folio_test_large(folio):
        page = alloc_pages(folio.order, gfp=gfp)
    else:
        page = alloc_page(gfp=gfp)
    return None if page is None else page_folio(page)


@kernel_function("mm/migrate.c")
def __unmap_and_move(src: Folio, dst: Folio) -> int:
    """Unmap, move, and map again: `dst` after success, else `src`."""
    if not folio_trylock(src):
        return -EAGAIN
    folio_trylock(dst)
    rc = -EAGAIN
    page_was_mapped = src.mapping is not None and folio_mapped(src)
    if page_was_mapped:
        try_to_migrate(src)
    if src.mapping is not None and not folio_mapped(src):
        rc = move_to_new_folio(dst, src)
    if rc == 0:
        dst.flags |= PG_lru
    if page_was_mapped:
        remove_migration_ptes(src, dst if rc == 0 else src)
    folio_unlock(dst)
    folio_unlock(src)
    if rc == 0:
        put_page(dst)
    return rc
