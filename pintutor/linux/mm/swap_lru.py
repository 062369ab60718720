"""Taking folios off the LRU list and putting them back
(mm/vmscan.c, mm/swap.c, Linux v6.1).

Whoever isolates a folio holds a reference to it, and is the only one who may
reclaim or move it.

Not modelled: the order of the list; the per-CPU batch in which a folio that is
put back waits with a reference more.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_flags import PG_lru
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.atomic import set_bits, test_and_clear_bits
from pintutor.sim.function import kernel_function


def folio_test_lru(folio: Folio) -> bool:
    """True while the folio is on the LRU list."""
    return bool(folio.flags & PG_lru)


@kernel_function("mm/vmscan.c")
def folio_isolate_lru(folio: Folio) -> bool:
    """Take the folio off the list, with a reference; false if it is on none."""
    if not test_and_clear_bits(PG_lru, folio, "flags"):
        return False
    folio_ref_inc(folio)
    kernel = this_kernel()
    kernel.isolated = (*kernel.isolated, folio)
    return True


def folio_unisolate(folio: Folio) -> None:
    """Note that nobody has the folio for himself any more.

    In C the folio leaves the list that its holder kept it on.
    """
    kernel = this_kernel()
    kernel.isolated = tuple(one for one in kernel.isolated if one is not folio)


@kernel_function("mm/vmscan.c")
def folio_putback_lru(folio: Folio) -> None:
    """Put the folio back on the list, and drop the reference."""
    set_bits(PG_lru, folio, "flags")
    folio_unisolate(folio)
    put_page(folio)


@kernel_function("mm/migrate.c")
def putback_movable_pages(folios: tuple[Folio, ...]) -> None:
    """Put folios back that could not be moved."""
    for folio in folios:
        folio_putback_lru(folio)
