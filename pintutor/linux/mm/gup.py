"""Taking and giving back pages of user space: the accounting (mm/gup.c, v6.1).

A reference (FOLL_GET) adds 1 to the folio's count. A pin (FOLL_PIN) adds
GUP_PIN_COUNTING_BIAS to the count of a small folio; to a large one it adds 1,
and 1 to its exact pin count. The fast path is in gup_fast.py, the slow one in
gup_locked.py and gup_slow.py, what drivers call afterwards in gup_unpin.py.

Not modelled: CONFIG_DEBUG_VM's sanity_check_pinned_pages(); device pages.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_PIN,
    GUP_PIN_COUNTING_BIAS,
    MMF_HAS_PINNED,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Folio, MmStruct, Page
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.page_ref import (
    folio_ref_add,
    folio_ref_count,
    folio_ref_inc,
    folio_ref_try_add_rcu,
)
from pintutor.linux.mm.page_alloc import folio_put_refs
from pintutor.linux.mm.page_zone import is_longterm_pinnable_page
from pintutor.linux.mm.vmstat import (
    NR_FOLL_PIN_ACQUIRED,
    NR_FOLL_PIN_RELEASED,
    mod_node_page_state,
)
from pintutor.sim.atomic import atomic_add, atomic_sub, read_once, set_bits
from pintutor.sim.function import kernel_function


def mm_set_has_pinned_flag(mm: MmStruct) -> None:
    """Remember for fork that this address space was pinned once."""
    if not read_once(mm, "flags") & MMF_HAS_PINNED:
        set_bits(MMF_HAS_PINNED, mm, "flags")


@kernel_function("mm/gup.c")
def try_get_folio(page: Page, refs: int) -> Folio | None:
    """The page's folio with `refs` references more; None if it goes away."""
    while True:
        folio = page_folio(page)
        if warn_on_once(folio_ref_count(folio) < 0, "try_get_folio: count < 0"):
            return None
        if not folio_ref_try_add_rcu(folio, refs):
            return None
        if page_folio(page) is folio:
            return folio
        folio_put_refs(folio, refs)


@kernel_function("mm/gup.c")
def try_grab_folio(page: Page, refs: int, flags: int) -> Folio | None:
    """Take `refs` references or pins by `flags`, without any lock.

    Returns: the folio, or None when it cannot be had.
    """
    if flags & FOLL_GET:
        return try_get_folio(page, refs)
    if flags & FOLL_PIN:
        if flags & FOLL_LONGTERM and not is_longterm_pinnable_page(page):
            return None
        folio = try_get_folio(page, refs)
        if folio is None:
            return None
        if folio_test_large(folio):
            atomic_add(refs, folio, "_pincount")
        else:
            folio_ref_add(folio, refs * (GUP_PIN_COUNTING_BIAS - 1))
        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, refs)
        return folio
    warn_on_once(True, "try_grab_folio: neither FOLL_GET nor FOLL_PIN")
    return None


@kernel_function("mm/gup.c")
def gup_put_folio(folio: Folio, refs: int, flags: int) -> None:
    """Give back `refs` references or pins that were taken with `flags`."""
    if flags & FOLL_PIN:
        mod_node_page_state(NR_FOLL_PIN_RELEASED, refs)
        if folio_test_large(folio):
            atomic_sub(refs, folio, "_pincount")
        else:
            refs *= GUP_PIN_COUNTING_BIAS

    folio_put_refs(folio, refs)


@kernel_function("mm/gup.c")
def try_grab_page(page: Page, flags: int) -> bool:
    """Take one reference or pin by `flags`; true when it was had.

    Context: the page-table lock is held, so the page cannot go away.
    """
    folio = page_folio(page)

    warn_on_once(
        flags & (FOLL_GET | FOLL_PIN) == FOLL_GET | FOLL_PIN,
        "try_grab_page: FOLL_GET and FOLL_PIN",
    )
    if warn_on_once(folio_ref_count(folio) <= 0, "try_grab_page: count <= 0"):
        return False

    if flags & FOLL_GET:
        folio_ref_inc(folio)
    elif flags & FOLL_PIN:
        if folio_test_large(folio):
            folio_ref_add(folio, 1)
            atomic_add(1, folio, "_pincount")
        else:
            folio_ref_add(folio, GUP_PIN_COUNTING_BIAS)

        mod_node_page_state(NR_FOLL_PIN_ACQUIRED, 1)

    return True
