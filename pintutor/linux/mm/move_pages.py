"""move_pages(2): moving pages of a task (mm/migrate.c, Linux v6.1).

Not modelled: nodes. Each page is moved once, to another frame of where user
pages come from; and each on its own, so that each has its own error.
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import (
    FOLL_DUMP,
    FOLL_GET,
    folio_mapcount,
    folio_nr_pages,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio
from pintutor.linux.include.uapi.errno import EACCES, EBUSY, EFAULT, ENOENT
from pintutor.linux.mm.gup_follow import follow_page_mask
from pintutor.linux.mm.migrate import migrate_pages
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.swap_lru import folio_isolate_lru, putback_movable_pages
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read
from pintutor.sim.objects import KArray


@kernel_function("mm/migrate.c")
def do_pages_move(
    start: int, nr_pages: int, migrate_all: bool, status: KArray[int]
) -> None:
    """Move pages of the current task; `status` gets 0 or an error for each.

    With `migrate_all` those too that other tasks have mapped.
    """
    i = 0
    while i < nr_pages:
        addr = start + i * PAGE_SIZE
        folio = add_page_for_migration(addr, migrate_all)
        if isinstance(folio, int):
            status[i] = folio
            i += 1
            continue
        nr = min(nr_pages - i, folio_nr_pages(folio))
        err = do_move_pages_to_node(folio)
        for page in range(i, i + nr):
            status[page] = err
        i += nr


@kernel_function("mm/migrate.c")
def add_page_for_migration(addr: int, migrate_all: bool) -> Folio | int:
    """The folio at the address, isolated, or why it cannot be moved.

    Returns: -EFAULT where nothing is mapped, or the zero page; -ENOENT where
    the page was swapped out; -EACCES for a page of several tasks, -EBUSY when
    it is isolated.
    """
    mm = current().mm
    down_read(mm, "mmap_lock")
    vma = vma_lookup(mm, addr)
    page = (
        -EFAULT
        if vma is None
        else follow_page_mask(vma, addr, FOLL_GET | FOLL_DUMP)
    )
    up_read(mm, "mmap_lock")
    if page is None:
        return -ENOENT
    if isinstance(page, int):
        return page
    folio = page_folio(page)
    err = 0
    if folio_mapcount(folio) > 1 and not migrate_all:
        err = -EACCES
    elif not folio_isolate_lru(folio):
        err = -EBUSY
    put_page(folio)
    return err or folio


@kernel_function("mm/migrate.c")
def do_move_pages_to_node(folio: Folio) -> int:
    """Move one isolated folio, or put it back; 0 or an error."""
    failed = migrate_pages((folio,), GFP_HIGHUSER_MOVABLE, None)
    putback_movable_pages(tuple(one for one, _ in failed))
    return failed[0][1] if failed else 0
