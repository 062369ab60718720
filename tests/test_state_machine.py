"""Random programs in the command language: the books balance, and nothing is lost."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pintutor.lab import books
from pintutor.lab.errors import CommandError
from pintutor.lab.results import Gup
from pintutor.linux.arch.x86.include.pgtable import (
    pmd_trans_huge,
    pte_page,
    pte_present,
    pte_special,
    pte_write,
)
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import FOLL_PIN, page_mapcount
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    PG_buddy,
    folio_test_large,
)
from pintutor.linux.owners import folios, tables
from pintutor.patches import series
from tests.dumps import dump
from tests.labs import Lab

RANGES = ("a", "b", "c")
TASKS = ("", "one: ", "two: ")
MAPPED = ("4", "4 r", "4 none", "4 shared", "600 thp")
PATCHES = tuple(patch.name for patch in series.ALL)
PLACES = st.tuples(st.sampled_from(RANGES), st.integers(0, 3)).map(
    lambda place: f"{place[0]}[{place[1]}]"
)


class Programs(RuleBasedStateMachine):
    """A learner who types anything, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab("v6.1")
        self.start = dump(self.lab)
        self.spoiled: set[int] = set()
        """Journal positions after which the books need not balance any more."""

    def run(self, line: str) -> None:
        """Type a line; only a CommandError may refuse it."""
        try:
            outcome = self.lab.execute(line)
        except CommandError as error:
            assert error.message
            return
        assert outcome.oops is None, f"{line}: {outcome.oops}"

    @rule(name=st.sampled_from(RANGES), how=st.sampled_from(MAPPED))
    def map(self, name: str, how: str) -> None:
        """Map a range."""
        self.run(f"mmap {name} {how}")

    @rule(task=st.sampled_from(TASKS), name=st.sampled_from(RANGES))
    def unmap(self, task: str, name: str) -> None:
        """Unmap a range, whoever holds its pages."""
        self.run(f"{task}munmap {name}")

    @rule(
        task=st.sampled_from(TASKS),
        place=PLACES | st.sampled_from(RANGES),
        how=st.sampled_from(("dontneed", "hugepage", "dontfork", "wipeonfork")),
    )
    def advise(self, task: str, place: str, how: str) -> None:
        """Give advice about memory, some of it wrong."""
        self.run(f"{task}madvise {place} {how}")

    @rule(task=st.sampled_from(TASKS), place=PLACES)
    def read(self, task: str, place: str) -> None:
        """Read a page."""
        self.run(f"{task}read {place}")

    @rule(task=st.sampled_from(TASKS), place=PLACES, byte=st.integers(0, 255))
    def write(self, task: str, place: str, byte: int) -> None:
        """Write a page."""
        self.run(f"{task}write {place} 0x{byte:02x}")

    @rule(name=st.sampled_from(("one", "two")))
    def fork(self, name: str) -> None:
        """Make a task."""
        self.run(f"fork {name}")

    @rule(name=st.sampled_from(("one", "two")))
    def end(self, name: str) -> None:
        """End a task."""
        self.run(f"exit {name}")

    @rule(
        task=st.sampled_from(TASKS),
        verb=st.sampled_from(("get", "pin")),
        place=PLACES | st.sampled_from(RANGES),
        how=st.sampled_from(
            ("", "write", "slow", "write slow", "longterm", "write longterm")
        ),
    )
    def take(self, task: str, verb: str, place: str, how: str) -> None:
        """Get or pin pages."""
        if verb == "get":
            how = how.replace("longterm", "")
        self.run(f"{task}{verb} {place} {how}")

    @rule(which=st.integers(0, 5))
    def add_pin(self, which: int) -> None:
        """Take a further pin on pages that are pinned."""
        held = self.held(which)
        if held is not None and held.flags & FOLL_PIN:
            self.run(f"addpin {held.name}")

    @rule(which=st.integers(0, 5), dirty=st.booleans())
    def give_back(self, which: int, *, dirty: bool) -> None:
        """Release what is held by the call that fits."""
        held = self.held(which)
        if held is None:
            return
        if held.flags & FOLL_PIN:
            self.run(f"unpin {held.name}" + (" dirty" if dirty else ""))
        else:
            self.run(f"put {held.name}")

    def held(self, which: int) -> HeldPages | None:
        """One of the arrays that are held."""
        all_held = self.lab.kernel.held
        return all_held[which % len(all_held)] if all_held else None

    @rule(verb=st.sampled_from(("apply", "revert")), patch=st.sampled_from(PATCHES))
    def patch(self, verb: str, patch: str) -> None:
        """Patch the kernel; what is pinned by then may not balance afterwards."""
        self.change_kernel(f"{verb} {patch}")

    @rule(release=st.sampled_from(tuple(series.RELEASES)))
    def release(self, release: str) -> None:
        """Run on as another release."""
        self.change_kernel(f"kernel {release}")

    def change_kernel(self, line: str) -> None:
        """Change the rules; pins of the zero page that are held spoil the books."""
        zero = self.lab.kernel.empty_zero_page
        pinned = any(zero in held.pages for held in self.lab.kernel.held)
        self.run(line)
        if pinned:
            self.spoiled.add(self.lab.machine.journal.position)

    @rule(count=st.integers(1, 3))
    def undo(self, count: int) -> None:
        """Undo commands."""
        self.run(f"undo {count}")

    @rule(count=st.integers(1, 3))
    def redo(self, count: int) -> None:
        """Bring commands back."""
        self.run(f"redo {count}")

    @rule(count=st.integers(1, 40))
    def back(self, count: int) -> None:
        """Step back, and finish what is half done."""
        self.run(f"back {count}")
        self.lab.timeline.settle()
        self.lab.machine.seek(self.lab.timeline.position(self.lab.timeline.cursor))

    @rule(number=st.integers(1, 4))
    def branch(self, number: int) -> None:
        """Return to another future."""
        self.run(f"branch b{number}")

    @rule()
    def to_the_start_and_back(self) -> None:
        """Undoing everything restores every byte, and going on restores it again."""
        here, there = dump(self.lab), self.lab.timeline.cursor
        self.run("goto start")
        assert dump(self.lab) == self.start
        self.run(f"goto {there}")
        assert dump(self.lab) == here

    @invariant()
    def the_books_balance(self) -> None:
        """Every unit of every count belongs to somebody (I1, I2, I3)."""
        with self.lab.machine:
            assert self.spoiled_here() or not books.audit(self.lab).imbalances

    def spoiled_here(self) -> bool:
        """True when a kernel change on this line of history spoiled the books."""
        return any(one <= self.lab.machine.journal.position for one in self.spoiled)

    @invariant()
    def writable_means_exclusive(self) -> None:
        """A writable entry of an anonymous page implies that it is exclusive (I4)."""
        for entry, page in self.entries():
            if pte_write(entry) and PageAnon(page) and not page.compound_head:
                assert PageAnonExclusive(page)

    @invariant()
    def exclusive_means_one_address_space(self) -> None:
        """An exclusive page is mapped at most once (I6)."""
        for _, page in self.entries():
            if PageAnonExclusive(page) and not folio_test_large_of(page):
                assert page_mapcount(page) <= 1

    @invariant()
    def a_frame_is_free_exactly_when_nobody_refers_to_it(self) -> None:
        """Nothing frees a page that is held, and nothing that is free is held (I8)."""
        for folio in folios(self.lab.kernel):
            assert bool(folio.flags & PG_buddy) == (folio._refcount == 0)

    @invariant()
    def vmstat_counts_the_live_pins(self) -> None:
        """acquired - released is the live pins less those of folio_add_pin (I7)."""
        if self.spoiled_here():
            return
        stat, zero = self.lab.kernel.vm_stat, self.lab.kernel.empty_zero_page
        live = sum(
            page is not zero or held.zero_counted
            for held in self.lab.kernel.held
            if held.flags & FOLL_PIN
            for page in held.pages
        )
        assert stat.nr_foll_pin_acquired - stat.nr_foll_pin_released == live - self.added()

    def added(self) -> int:
        """Pins that folio_add_pin() took so far on this line of history."""
        timeline = self.lab.timeline
        position = self.lab.machine.journal.position
        return sum(
            sum(name != "zero" for name in entry.result.pages)
            for entry in timeline.entries
            if entry.end <= position
            and isinstance(entry.result, Gup)
            and entry.result.function == "folio_add_pin"
        )

    def entries(self) -> list[tuple[int, Page]]:
        """Each entry that maps a page, with the page."""
        found: list[tuple[int, Page]] = []
        with self.lab.machine:
            for task in self.lab.kernel.tasks:
                if task.mm.pgd is None:
                    continue
                for table, _ in tables(task.mm.pgd):
                    found += [
                        (entry, pte_page(entry))
                        for entry in table.entries
                        if maps(table.level, entry)
                    ]
        return found


def maps(level: str, entry: int) -> bool:
    """True for an entry that maps a page which mm counts."""
    if not pte_present(entry) or pte_special(entry):
        return False
    return level == "pte" or (level == "pmd" and pmd_trans_huge(entry))


def folio_test_large_of(page: Page) -> bool:
    """True when the page is part of a large folio."""
    return page.compound_head is not None or folio_test_large(page)  # type: ignore[arg-type]


TestPrograms: Any = Programs.TestCase
TestPrograms.settings = settings(
    stateful_step_count=200,
    max_examples=6,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
