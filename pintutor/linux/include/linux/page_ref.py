"""The reference count of a folio (include/linux/page_ref.h)."""

from pintutor.linux.include.linux.mm_types import Folio
from pintutor.sim.atomic import (
    atomic_add,
    atomic_add_unless,
    atomic_read,
    atomic_set,
    atomic_sub_and_test,
    cmpxchg,
    write_once,
)
from pintutor.sim.trace import trace_event


def folio_ref_count(folio: Folio) -> int:
    """References of the folio; negative after an overflow."""
    return atomic_read(folio, "_refcount")


def set_page_count(folio: Folio, v: int) -> None:
    """Set the count of a folio that nobody else can see yet."""
    atomic_set(folio, "_refcount", v)
    trace_event("page_ref:page_ref_set", pfn=folio.pfn, val=v)


def folio_ref_add(folio: Folio, nr: int) -> None:
    """Add `nr` references."""
    atomic_add(nr, folio, "_refcount")
    trace_event("page_ref:page_ref_mod", pfn=folio.pfn, val=nr)


def folio_ref_inc(folio: Folio) -> None:
    """Add one reference."""
    folio_ref_add(folio, 1)


def folio_ref_sub_and_test(folio: Folio, nr: int) -> bool:
    """Drop `nr` references; true when none is left."""
    ret = atomic_sub_and_test(nr, folio, "_refcount")
    trace_event("page_ref:page_ref_mod_and_test", pfn=folio.pfn, val=-nr)
    return ret


def folio_ref_freeze(folio: Folio, count: int) -> bool:
    """Set the count to 0 if it is `count`: nobody else can get hold of it."""
    ret = cmpxchg(folio, "_refcount", count, 0) == count
    trace_event("page_ref:page_ref_freeze", pfn=folio.pfn, val=count)
    return bool(ret)


def folio_ref_unfreeze(folio: Folio, count: int) -> None:
    """Let others get hold of the folio again, with `count` references."""
    write_once(folio, "_refcount", count)
    trace_event("page_ref:page_ref_unfreeze", pfn=folio.pfn, val=count)


def folio_ref_try_add_rcu(folio: Folio, count: int) -> bool:
    """Add `count` references unless there are none: it is being freed."""
    ret = atomic_add_unless(folio, "_refcount", count, 0)
    trace_event("page_ref:page_ref_mod_unless", pfn=folio.pfn, val=count)
    return ret
