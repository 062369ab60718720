"""Random ways through time: every step is what it was, and the timeline says where."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pintutor.lab.branching import Bough, tree
from pintutor.lab.errors import CommandError
from pintutor.lab.timeline import Entry
from pintutor.view.panes import moment, timeline_rows
from pintutor.view.panes.timeline import scale_of, signs
from pintutor.view.rows import plain
from pintutor.view.wrap import columns
from tests.dumps import dump
from tests.labs import started

LINES = (
    "read a",
    "write a 0x41",
    "pin a as p",
    "unpin p",
    "get a",
    "apply zero-page-unpinned",
)
MOVES = ("step", "back", "step event", "back function", "next", "prev", "finish", "run")
WIDTHS = (40, 79, 120)


class InTime(RuleBasedStateMachine):
    """A learner who goes to and fro, and does something else now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = started("mmap a 1", "read a")
        self.seen: dict[tuple[Entry | None, int], Any] = {}
        """What the machine was at each step of each command, by the first visit."""
        self.names: dict[Entry, str] = {}
        """The name of each branch, by its first command."""

    def run(self, line: str) -> None:
        """Run a line; a refusal changes nothing."""
        try:
            self.lab.execute(line)
        except CommandError:
            return

    @rule(line=st.sampled_from(LINES))
    def type(self, line: str) -> None:
        """Do something, in the present or in the past."""
        self.run(line)

    @rule(line=st.sampled_from(MOVES), count=st.integers(1, 3))
    def move(self, line: str, count: int) -> None:
        """Step, one way or the other."""
        for _ in range(count):
            self.run(line)

    @rule(column=st.integers(0, 119), width=st.sampled_from(WIDTHS))
    def click(self, column: int, width: int) -> None:
        """Go to the step that a column of the timeline stands for."""
        self.run(f"goto {scale_of(self.lab.timeline, width).step(column)}")

    @rule(line=st.sampled_from(("undo", "redo", "undo 2", "mark m", "mark n", "unmark m")))
    def turn(self, line: str) -> None:
        """Undo and redo commands, name steps."""
        self.run(line)

    @rule(number=st.integers(0, 4))
    def enter(self, number: int) -> None:
        """Return to a branch."""
        futures = self.lab.timeline.futures
        if futures:
            future = futures[number % len(futures)]
            self.lab.execute(f"branch {future.name}")
            assert future.entries[0] in self.lab.timeline.entries

    @invariant()
    def a_step_is_what_it_was(self) -> None:
        """Wherever one came from, the machine is byte for byte as at the first visit."""
        stand = self.lab.timeline.stand()
        now = dump(self.lab)
        assert self.seen.setdefault((stand.entry, stand.local), now) == now

    @invariant()
    def the_timeline_shows_the_cursor_where_its_step_is(self) -> None:
        """The bar fits, has one cursor, and it stands at the column of its step."""
        timeline = self.lab.timeline
        for width in WIDTHS:
            bar, below = map(plain, timeline_rows(moment(self.lab), width, 2).rows)
            assert columns(bar) <= width and columns(below) <= width
            assert bar.count("●") == 1
            assert bar.index("●") == scale_of(timeline, width).column(timeline.cursor)

    @invariant()
    def every_sign_is_of_a_step_that_there_is(self) -> None:
        """Marks and branches of other futures have no sign."""
        timeline = self.lab.timeline
        assert all(0 <= sign.step <= timeline.total for sign in signs(timeline))

    @invariant()
    def the_tree_has_every_branch_under_its_name(self) -> None:
        """Nothing that was typed is lost, and a branch keeps its name."""
        timeline = self.lab.timeline
        waiting: list[Any] = [tree(timeline)]
        names = []
        while waiting:
            one = waiting.pop()
            if isinstance(one, Bough):
                names.append(one.name)
            waiting += [bough for limb in one.limbs for bough in limb.branches]
        assert sorted(names) == sorted(future.name for future in timeline.futures)
        for future in timeline.futures:
            assert self.names.setdefault(future.entries[0], future.name) == future.name


def test_time_holds_together_whichever_way_one_goes_through_it() -> None:
    run_state_machine_as_test(
        InTime,
        settings=settings(max_examples=12, stateful_step_count=15, deadline=None),
    )
