"""Random programs in the command language: the books balance, and nothing is lost."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pintutor.lab.errors import CommandError
from pintutor.lab.results import Gup
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.mm import FOLL_PIN
from pintutor.patches import series
from tests import invariants
from tests.dumps import dump
from tests.labs import Lab
from tests.profiles import ends
from tests.typed import FILES, MAPPED, PARTS, PATCHES, PLACES, RANGES, START, TASKS


class Programs(RuleBasedStateMachine):
    """A learner who types anything, in any order."""

    kernel = series.DEFAULT

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(self.kernel)
        self.start = dump(self.lab)
        self.spoiled: set[int] = set()
        """Journal positions after which the books need not balance any more."""
        self.added: invariants.Added = {}
        self.checked: object = None
        """Where the machine stood when it was looked at last."""
        for line in START:
            self.run(line)

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

    @rule(name=st.sampled_from(FILES))
    def file(self, name: str) -> None:
        """Make a file, on a disk or in memory."""
        self.run(f"file {name} 4" + (" tmpfs" if name == "S" else ""))

    @rule(
        name=st.sampled_from(FILES),
        how=st.sampled_from(
            (
                "fsync {}",
                "truncate {} 2",
                "truncate {} 4",
                "punch {} 1",
                "dropcache {}",
                "invalidate {}",
            )
        ),
    )
    def change_file(self, name: str, how: str) -> None:
        """Write a file back, make it shorter, or drop its pages from memory."""
        self.run(how.format(name))

    @rule(which=st.integers(0, 5), byte=st.integers(0, 255))
    def device(self, which: int, byte: int) -> None:
        """Let a device write to pages that are held."""
        held = self.held(which)
        if held is not None:
            self.run(f"dma {held.name} 0x{byte:02x}")

    @rule(name=st.sampled_from(("v", "w")), place=PLACES | PARTS)
    def map_for_device(self, name: str, place: str) -> None:
        """Let vfio map memory; writable, as some kernels lose pins of the zero page."""
        self.run(f"vfio-map {name} {place} write")

    @rule(name=st.sampled_from(("v", "w")))
    def unmap_for_device(self, name: str) -> None:
        """Take the memory back."""
        self.run(f"vfio-unmap {name}")

    @rule(task=st.sampled_from(TASKS), part=st.sampled_from(RANGES) | PARTS)
    def unmap(self, task: str, part: str) -> None:
        """Unmap a range or a part of it, whoever holds its pages."""
        self.run(f"{task}munmap {part}")

    @rule(
        task=st.sampled_from(TASKS),
        part=st.sampled_from(RANGES) | PARTS,
        prot=st.sampled_from(("rw", "r", "none")),
    )
    def protect(self, task: str, part: str, prot: str) -> None:
        """Change what may be done to memory."""
        self.run(f"{task}mprotect {part} {prot}")

    @rule(
        task=st.sampled_from(TASKS),
        place=PLACES | PARTS | st.sampled_from(RANGES),
        how=st.sampled_from(
            ("dontneed", "hugepage", "dontfork", "wipeonfork", "mergeable", "unmergeable")
        ),
    )
    def advise(self, task: str, place: str, how: str) -> None:
        """Give advice about memory, some of it wrong."""
        self.run(f"{task}madvise {place} {how}")

    @rule(
        task=st.sampled_from(TASKS),
        place=PLACES | st.sampled_from(RANGES),
        how=st.sampled_from(
            ("madvise {} pageout", "madvise {} cold", "migrate {}", "migrate {} all")
        ),
    )
    def take_away(self, task: str, place: str, how: str) -> None:
        """Swap pages out, or move them."""
        self.run(task + how.format(place))

    @rule(
        line=st.sampled_from(
            ("swapon 3", "swapon 2048", "zone movable", "zone normal", "compact", "ksmd")
        )
    )
    def memory(self, line: str) -> None:
        """Give the machine a swap device or other memory, compact or merge what it has."""
        self.run(line)

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
        if held is None or not held.flags & FOLL_PIN:
            return
        zero = self.lab.kernel.empty_zero_page
        self.run(f"addpin {held.name}")
        last = self.lab.timeline.entries[-1]
        if isinstance(last.result, Gup) and last.result.function == "folio_add_pin":
            self.added.setdefault(last, sum(page is not zero for page in held.pages))

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
    def look(self) -> None:
        """Look, which must change nothing; hypothesis tries its first rule a lot."""
        self.run("show pages")

    @rule(really=st.booleans())
    def to_the_start_and_back(self, *, really: bool) -> None:
        """Undoing everything restores every byte, and going on restores it again."""
        if not really:
            return
        here, there = dump(self.lab), self.lab.timeline.cursor
        self.run("goto start")
        assert dump(self.lab) == self.start
        self.run(f"goto {there}")
        assert dump(self.lab) == here

    @invariant()
    def everything_holds(self) -> None:
        """I1..I8, wherever the last line brought the machine."""
        here = (self.lab.machine.journal.position, self.lab.timeline.stand().entry)
        if here != self.checked:
            self.checked = here
            invariants.check(self.lab, self.added, balanced=not self.spoiled_here())

    def spoiled_here(self) -> bool:
        """True when a kernel change on this line of history spoiled the books."""
        return any(one <= self.lab.machine.journal.position for one in self.spoiled)


LONG = settings(
    stateful_step_count=200,
    max_examples=3,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
SHORT = settings(LONG, stateful_step_count=30, max_examples=6)
"""Short programs get at other things: hypothesis spreads what it tries over a run."""


@pytest.mark.parametrize("size", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize("release", ends(series.RELEASES))
def test_whatever_is_typed_nothing_is_lost(release: str, size: Any) -> None:
    class OnRelease(Programs):
        kernel = release

    run_state_machine_as_test(OnRelease, settings=size)
