"""Walking through a race: where it stands, who can go on, and the witness, as rows."""

from __future__ import annotations

from pintutor.content.races.points import Choice
from pintutor.content.races.telling import Told
from pintutor.content.races.walk_results import Standing, Taken, Witnessed
from pintutor.content.races.witness import Witness
from pintutor.view.differences import draw, drawn
from pintutor.view.results import plural, result_rows
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import wrap

MOST = 12
"""Turns that are shown one by one where several are taken at once."""


@result_rows.register
def _(result: Standing, width: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    for each in _shown(result.taken):
        rows += [(Segment(each),)] if isinstance(each, str) else taken_rows(each, width)
    if not result.taken:
        rows.append(where_row(result))
    rows += choice_rows(result.choices, width)
    rows += seen_rows(result, width)
    for note in result.notes:
        rows += wrap(row((f"  {note}", "note")), width, indent=4)
    return tuple(rows)


def _shown(taken: tuple[Taken, ...]) -> list[Taken | str]:
    """The turns, or the first and the last of many."""
    if len(taken) <= MOST:
        return list(taken)
    half = MOST // 2
    between = f"       ·· {plural(len(taken) - 2 * half, 'turn')} more; `lanes` draws them"
    return [*taken[:half], between, *taken[-half:]]


def where_row(result: Standing) -> Row:
    """The race, its kernel, and how far it is."""
    return row(
        (result.race, "name"),
        f" on {result.kernel}",
        (f"   {turns(result.at, result.of)}", "dim"),
    )


def turns(at: int, of: int) -> str:
    """How far a race is: `turn 9 of 58`, `9 turns taken`."""
    if not of:
        return "nothing has run"
    return f"turn {at} of {of}" if at < of else f"{plural(of, 'turn')} taken"


def taken_rows(taken: Taken, width: int) -> tuple[Row, ...]:
    """A turn, and what it changed."""
    told = row((f"{taken.number:>5}  ", "number"), *_told(taken.told))
    rows = [*wrap(told, width, indent=11)]
    for part in draw(drawn(taken.changes, pinning=False), width=width - 7):
        rows.append((Segment(" " * 7), *part))
    if taken.splat:
        rows += wrap(row((f"     ! P{taken.told.cpu} stops: {taken.splat}", "bad")), width)
    return tuple(rows)


def _told(told: Told) -> tuple[tuple[str, str], ...]:
    place = f" in {told.function}()" if told.function else ""
    what = f"{told.verb} {told.place}" if told.place else "begins"
    return ((f"P{told.cpu}  ", "title"), (what, "plain"), (place, "dim"))


def choice_rows(choices: tuple[Choice, ...], width: int) -> list[Row]:
    """What each CPU would do next."""
    rows: list[Row] = []
    for choice in choices:
        rows += wrap(choice_row(choice), width, indent=6)
    return rows


def choice_row(choice: Choice) -> Row:
    """What one CPU would do next, or why it does nothing."""
    name = (f"  P{choice.cpu}  ", "title")
    told = choice.next
    if choice.state == "ready" and told is not None:
        if not told.place:
            return row(name, ("would begin  ", "plain"), (choice.line, "command"))
        site = f"   {told.file}, {told.source}" if told.function else ""
        return row(name, (f"next {told.wants}", "plain"), (site, "dim"))
    if choice.state in ("waits", "idle") and told is not None:
        return row(name, (f"waits for {told.site}", "note"))
    if choice.state == "stopped":
        return row(name, (f"was stopped: {choice.result}", "bad"))
    return row(name, ("has ended", "dim"))


def seen_rows(result: Standing, width: int) -> list[Row]:
    """What the race looks at, and at the end whether it came to what it is about."""
    rows: list[Row] = []
    if result.values:
        values = "   ".join(f"{name} = {value}" for name, value in result.values)
        rows += wrap(row(f"  {values}"), width, indent=2)
    if not result.ended:
        return rows
    if result.stuck:
        names = " and ".join(f"P{cpu}" for cpu in result.stuck)
        wait = "waits" if len(result.stuck) == 1 else "wait"
        rows += wrap(row((f"  ! {names} {wait} for ever: a deadlock", "bad")), width)
    verdict = ("does not hold", "good")
    if result.holds:
        verdict = ("! it holds: this went wrong", "bad")
    parts = row(("  the end  ", "title"), f"exists: {result.condition}   ", verdict)
    return [*rows, *wrap(parts, width, indent=4)]


@result_rows.register
def _(result: Witnessed, width: int) -> tuple[Row, ...]:
    head = row((result.race, "name"), f" on {result.kernel}: {result.witness.finding}")
    rows = [*wrap(head, width, indent=2), *witness_rows(result.witness, width)]
    told = "you stand before its first turn: `redo` goes on by turns, `lanes` draws it, "
    told += "`turn P0` takes it another way, `leave` returns"
    return (*rows, *wrap(row((f"  {told}", "note")), width, indent=2))


def witness_rows(found: Witness, width: int) -> list[Row]:
    """The schedule to show, why it goes wrong, and what of it does not matter."""
    often = plural(found.preemptions, "preemption")
    text = f"with {often}, the fewest: {found.schedule}"
    rows = [*wrap(row(f"  {text}"), width, indent=4)]
    rows += wrap(row((f"  {found.sentence}", "note")), width, indent=4)
    minimal = []
    if found.left:
        names = " and ".join(f"P{cpu}" for cpu in found.left)
        stand = "stands" if len(found.left) == 1 else "stand"
        minimal.append(f"{names} did not matter, and {stand} at the end")
    if found.alone:
        of = f"{found.alone} of {plural(len(found.steps), 'turn')}"
        minimal.append(f"{of} touch nothing of another CPU")
    if minimal:
        rows += wrap(row((f"  minimised: {'; '.join(minimal)}", "dim")), width, indent=4)
    return rows
