"""The panes of a race: its lanes, who can go on, and why it goes as it does."""

from __future__ import annotations

from collections.abc import Sequence

from pintutor.content.races.lanes import Lanes
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_results import Standing, standing
from pintutor.content.races.witness import Witness
from pintutor.view.lanes import LEGEND, LETTERS, lane_lines, lane_names, lettered
from pintutor.view.panes.moment import Hit, Pane
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.walks import choice_row, seen_rows, turns
from pintutor.view.wrap import columns, cut, wrap

LOW = 10
"""In a lower pane the letters of fields have one row [rows]."""
ROOMY = 20
"""From here on the signs of the lanes are explained [rows]."""
NOTE = 2
"""Rows that are left for what a line told besides."""
MOST_SAID = 4
"""Rows of what is said about a witness, if it can be said in so few."""


def lanes_rows(walk: Walk, drawn: Lanes, width: int, height: int) -> Pane:
    """The turns under the names of their lanes, the one that was taken last marked.

    A click on a turn goes to where it has been taken.
    """
    lines = lane_lines(drawn, width)
    here = next((n for n, each in enumerate(lines) if each.last >= drawn.at), 0)
    title = row((drawn.race, "title"), f" on {drawn.kernel}")
    aside = row((turns(drawn.at, len(drawn.rows)), "number"), " ")
    rows = tuple(line.row for line in lines)
    if not rows:
        rows = (row(("  nothing has run: a number lets that CPU go on", "dim")),)
    hits = tuple(
        Hit(number, 0, width, "line", f"goto {walk.step_behind(line.last)}")
        for number, line in enumerate(lines)
    )
    heads = _heads(drawn, width, height)
    return Pane(title, aside, rows, here, hits=hits, heads=heads)


def _heads(drawn: Lanes, width: int, height: int) -> tuple[Row, ...]:
    """The signs, if there is room, the letters of fields, and the names of the lanes."""
    rows: list[Row] = []
    for letter, field in zip(LETTERS, drawn.fields, strict=False):
        item = row((f"{letter} ", "name"), f"{field}   ")
        if not rows or columns(plain((*rows[-1], *item))) > width + 3:
            rows.append(row(" "))
        rows[-1] = (*rows[-1], *item)
    if not rows:
        rows = [row((" no field has been raced for yet", "dim"))]
    most = 1 if height < LOW else 2
    letters = [cut(one, width) for one in rows[:most]]
    legend = wrap(row((f" {LEGEND}", "dim")), width, indent=1) if height >= ROOMY else ()
    return (*legend, *letters, lane_names(drawn, width, programs=True))


def choices_rows(walk: Walk, width: int, height: int) -> Pane:
    """Each CPU with its key and what it would do; what the race looks at.

    A click on a CPU lets it go on.
    """
    now = standing(walk)
    rows: list[Row] = []
    hits: list[Hit] = []
    for choice in now.choices:
        ready = choice.state == "ready"
        key = str(choice.cpu) if ready else " "
        if ready:
            hits.append(Hit(len(rows), 0, width, "line", f"turn P{choice.cpu}"))
        rows.append(cut((Segment(f" {key} ", "name"), *choice_row(choice)), width))
    rows += (cut(one, width) for one in _seen(now, width))
    last = len(rows) - 1 if now.ended else 0
    return Pane(row("who goes on"), (), tuple(rows), last, hits=tuple(hits))


def _seen(now: Standing, width: int) -> list[Row]:
    """What the race looks at; at the end whether it came to what it is about."""
    rows = seen_rows(now, width)
    if not now.ended:
        rows += wrap(row((f"  exists: {now.condition}", "dim")), width, indent=4)
    return rows


def cause_rows(
    walk: Walk, drawn: Lanes, notes: tuple[str, ...], width: int, height: int
) -> Pane:
    """What the last line told, or why the witness goes wrong."""
    told: list[Row] = []
    for note in notes:
        told += wrap(row((f" {note}", "note")), width, indent=1)
    if not told and walk.shown is not None:
        told = _fitting(_texts(walk.shown, drawn), width, height)
    return Pane((), (), tuple(told[:height]))


def _texts(witness: Witness, drawn: Lanes) -> tuple[str, str, str]:
    """The sentence of a witness: with places, without, and with letters for fields."""
    return witness.sentence, witness.short, lettered(witness.short, drawn.fields)


def _fitting(texts: Sequence[str], width: int, height: int) -> list[Row]:
    """The first of some texts that fits, or the last."""
    for text in texts:
        rows = wrap(row((f" {text}", "note")), width, indent=1)
        if len(rows) <= height:
            break
    return list(rows)


def choices_height(walk: Walk, width: int) -> int:
    """Rows that the CPUs and what is looked at take, at most."""
    now = standing(walk)
    values = "   ".join(f"  {name} = {value}" for name, value in now.values)
    condition = columns(f"  exists: {now.condition}")
    return len(now.choices) + -(-columns(values) // width) + -(-condition // width)


def cause_height(walk: Walk, drawn: Lanes, width: int) -> int:
    """Rows that what is said about a witness takes, and at least those of a note."""
    if walk.shown is None:
        return NOTE
    _, *shorter = _texts(walk.shown, drawn)
    return max(NOTE, len(_fitting(shorter, width, MOST_SAID)))
