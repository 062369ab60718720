"""What panes keep from step to step: it is never another step's."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from pintutor.lab import releases
from pintutor.lab.errors import CommandError
from pintutor.view.panes import Pane, code, lab, moment, source, timeline
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.catalogue import CATALOGUE
from pintutor.view.panes.lab import lab_rows
from tests.labs import Lab, started

START = ("mmap a 2", "read a[0]", "pin a[0] as p")
LINES = (
    *("read a", "write a[1] 0x41", "pin a as q", "unpin p", "unpin q", "get a[0]"),
    *("mmap b 1", "munmap b", "write b 0x42", "fork c", "apply zero-page-unpinned"),
    *("revert zero-page-unpinned", "watch zero._refcount"),
    *("disk d 64K", "iter it iovec source a[0]+1:5", "extract it as r", "pin nobody"),
)
MARKS = ("mark m", "unmark m")
MOVES = (
    *("step", "back", "step event", "back event", "next", "prev", "finish"),
    *("back function", "back command", "step command", "undo", "redo", "branch b1"),
)
OTHER_WAYS = ("undo; get a[0]; undo; branch b1", "undo; mmap c 1; undo 2; redo 2")
"""Lines that come back to commands which were there before."""
SIZES = ((71, 14), (40, 6))
KEPT = (
    *(code.numbered, code.diffed, source._patch, source._others, source._difference),
    *(timeline._drawn, lab._rows, releases.name),
)
"""What is remembered between drawings, besides the names of pages."""


def forget(here: Lab) -> None:
    """Let everything be found out anew."""
    for function in KEPT:
        function.cache_clear()
    here.names._labels = None, {}


def asked(random: Random) -> Asked:
    """Something that a learner may look at."""
    return Asked(
        page=random.choice(("zero", "a[0]", "")),
        face=random.choice(("", "", "before", "after", "diff")),
        function=random.choice(("", "", "gup_put_folio")),
        focus=random.choice(("", "pages", "tables", "bio")),
    )


def drawn(here: Lab, look: Asked, size: tuple[int, int]) -> dict[str, Pane]:
    """All that is drawn from step to step, by name."""
    now = moment(here)
    panes = {kind.name: kind.draw(now, look, *size) for kind in CATALOGUE}
    panes["time"] = timeline.timeline_rows(now, *size)
    panes["bar"] = timeline.timeline_rows(now, size[0], 1)
    return panes | {"lab": lab_rows(here, *size)}


def wander(here: Lab, random: Random) -> None:
    """Step some way, or do something, in the present or in the past."""
    way = random.choice((LINES, LINES, MOVES, MOVES, MARKS, OTHER_WAYS))
    for line in random.choice(way).split("; "):
        with suppress(CommandError):
            here.execute(line)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_would_be_drawn_anew(seed: int) -> None:
    random, here = Random(seed), started(*START)
    for _ in range(60):
        wander(here, random)
        look, size = asked(random), random.choice(SIZES)
        kept = drawn(here, look, size)
        forget(here)
        assert drawn(here, look, size) == kept


@pytest.mark.parametrize("seed", range(3))
def test_a_pane_that_depends_on_nothing_new_would_be_drawn_as_it_was(seed: int) -> None:
    random, here = Random(seed), started(*START)
    before: dict[str, tuple[object, Pane]] = {}
    same = 0
    for _ in range(100):
        wander(here, random)
        now, look = moment(here), Asked(focus=random.choice(("", "pages")))
        for kind in CATALOGUE:
            shows, pane = kind.shows(now, look), kind.draw(now, look, *SIZES[0])
            if kind.name in before and before[kind.name][0] == shows:
                assert before[kind.name][1] == pane, kind.name
                same += 1
            before[kind.name] = shows, pane
    assert same > 100  # else nothing was put to the test
