"""The panes of a race: its lanes, who can go on, and why it goes as it does."""

from __future__ import annotations

from pintutor.content.races.lanes import Lanes
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_results import Standing, standing
from pintutor.content.races.witness import Witness
from pintutor.view.lanes import LETTERS, lane_lines, lane_names, lettered
from pintutor.view.panes.moment import Pane
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.walks import choice_row, seen_rows, turns
from pintutor.view.wrap import columns, cut, wrap


def heads_rows(drawn: Lanes, width: int, height: int) -> Pane:
    """What the letters of fields stand for, and the names of the lanes."""
    rows: list[Row] = [row(" ")]
    for letter, field in zip(LETTERS, drawn.fields, strict=False):
        item = row((f"{letter} ", "name"), f"{field}   ")
        if len(rows[-1]) > 1 and columns(plain((*rows[-1], *item))) > width + 3:
            rows.append(row(" "))
        rows[-1] = (*rows[-1], *item)
    if not drawn.fields:
        rows = [row((" no field has been raced for yet", "dim"))]
    letters = [cut(one, width) for one in rows[: max(0, height - 1)]]
    filled = (*letters, *((),) * (height - 1 - len(letters)))
    return Pane((), (), (*filled, lane_names(drawn, width)))


def lanes_rows(drawn: Lanes, width: int, height: int) -> Pane:
    """The turns, the one that was taken last marked and in sight."""
    lines = lane_lines(drawn, width)
    here = next((n for n, each in enumerate(lines) if each.last >= drawn.at), 0)
    title = row((drawn.race, "title"), f" on {drawn.kernel}")
    aside = row((turns(drawn.at, len(drawn.rows)), "number"), " ")
    rows = tuple(line.row for line in lines)
    if not rows:
        rows = (row(("  nothing has run: a number lets that CPU go on", "dim")),)
    return Pane(title, aside, rows, here)


def choices_rows(walk: Walk, width: int, height: int) -> Pane:
    """Each CPU with its key and what it would do; what the race looks at."""
    now = standing(walk)
    rows: list[Row] = []
    for choice in now.choices:
        key = str(choice.cpu) if choice.state == "ready" else " "
        one = (Segment(f" {key} ", "name"), *choice_row(choice))
        rows.append(cut(one, width))
    rows += (cut(one, width) for one in _seen(now, width))
    return Pane(row("who goes on"), (), tuple(rows))


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
        told = _fitting(walk.shown, drawn, width, height)
    return Pane((), (), tuple(told[:height]))


def _fitting(witness: Witness, drawn: Lanes, width: int, height: int) -> list[Row]:
    """The sentence of a witness, shorter where it has no room."""
    by_letter = lettered(witness.short, drawn.fields)
    for text in (witness.sentence, witness.short, by_letter):
        rows = wrap(row((f" {text}", "note")), width, indent=1)
        if len(rows) <= height:
            break
    return list(rows)


def choices_height(walk: Walk, width: int) -> int:
    """Rows that the CPUs and what is looked at take, at most."""
    now = standing(walk)
    values = "   ".join(f"{name} = {value}" for name, value in now.values)
    condition = columns(plain(row(f"  exists: {now.condition}"))) + 30
    return len(now.choices) + -(-columns(values) // width) + -(-condition // width) + 1
