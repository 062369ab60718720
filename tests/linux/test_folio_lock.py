"""The sleeping lock of a folio: who has it, and who waits for whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import PG_locked, PG_uptodate
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.folio import folio_lock, folio_trylock, folio_unlock
from pintutor.sim import atomic
from pintutor.sim.errors import Deadlock
from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.naive import naive
from pintutor.sim.search.world import Search
from tests.labs import Lab, run, started, value
from tests.sim.races import Made, Race, executions
from tests.sim.toys import Box

READING = ("file F 2", "mmap f 2 of F shared", "gup get_user_pages_remote f 1 FOLL_NOWAIT")
"""A page of a file that a disk is reading: its folio is locked."""


def first(lab: Lab) -> Folio:
    """The folio of the file's first page."""
    page = i_pages(lab.kernel.files[0].i_mapping)[0]
    assert page is not None
    return page_folio(page)


def test_a_folio_is_locked_while_a_disk_reads_it() -> None:
    lab = started(*READING)
    assert first(lab).flags & PG_locked
    run(lab, "irq ext4disk all")
    assert not first(lab).flags & PG_locked
    assert first(lab).flags & PG_uptodate


def test_who_locks_a_folio_that_is_read_waits_for_the_disk() -> None:
    lab = started(*READING)
    with lab.machine:
        folio = first(lab)
        folio_lock(folio)
        assert folio.flags & PG_uptodate
        assert not any(disk.queue.requests for disk in lab.kernel.disks)
        folio_unlock(folio)
        assert not folio.flags & PG_locked


def test_two_calls_for_a_page_wait_for_one_read_of_the_disk() -> None:
    lab = started(*READING)
    before = len(lab.kernel.disks[0].queue.requests)
    run(lab, "read f")
    assert before == 1
    assert lab.kernel.disks[0].queue.requests == ()
    assert value(lab, "audit.clean")


def test_a_folio_that_nobody_will_unlock_cannot_be_locked() -> None:
    lab = started("file F 1", "mmap f 1 of F shared", "read f")
    with lab.machine:
        folio = first(lab)
        folio_lock(folio)
        assert not folio_trylock(folio)
        with pytest.raises(Deadlock, match="already locked"):
            folio_lock(folio)


def counted() -> Made:
    """Two CPUs that count up what the lock of a folio guards."""
    box, folio = Box(0), Folio(Page(0))

    def count() -> None:
        folio_lock(folio)
        seen = atomic.read_once(box, "value")
        atomic.write_once(box, "value", seen + 1)
        folio_unlock(folio)

    return [box], [count, count]


def tried() -> Made:
    """Two CPUs of which each counts up only if it gets the lock, and keeps it."""
    box, folio = Box(0), Folio(Page(0))

    def count() -> None:
        if folio_trylock(folio):
            seen = atomic.read_once(box, "value")
            atomic.write_once(box, "value", seen + 1)

    return [box], [count, count]


@pytest.mark.parametrize("search", [naive, dpor])
@pytest.mark.parametrize(("race", "value"), [(counted, 2), (tried, 1)])
def test_two_cpus_never_have_a_folio_locked_at_once(
    race: Callable[[], Made], value: int, search: Callable[[Race], Search]
) -> None:
    found = executions(race, search)
    assert {each.final[0] for each in found} == {(value,)}  # type: ignore[index]
    assert {each.stuck for each in found} == {()}
