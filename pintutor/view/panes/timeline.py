"""The timeline: the commands as segments, the cursor among their steps; the status."""

from __future__ import annotations

from pintutor.lab.lab import Lab
from pintutor.lab.results import Change
from pintutor.lab.timeline import Entry
from pintutor.view.narrate import narrate, pinning
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.rows import Row, Segment, row
from pintutor.view.sentences import sentence
from pintutor.view.wrap import wrap

LEAST = 4
"""Narrowest segment of a command [columns]."""


def timeline_rows(now: Moment, width: int, height: int) -> Pane:
    """One row: commands as segments of a bar, the cursor among them, and its step."""
    timeline = now.lab.timeline
    count = f" step {timeline.cursor}/{timeline.total} "
    if not timeline.entries:
        told = "│ no command has run yet"
        bar: Row = row((told.ljust(width - len(count) - 1), "dim"))
    else:
        bar = _bar(now, width - len(count) - 1)
    return Pane(row("time"), _branches(now.lab), ((*bar, Segment(count, "number")),))


def _branches(lab: Lab) -> Row:
    futures = len(lab.timeline.futures)
    if not futures:
        return ()
    return row((f"{futures} other branch{'es' if futures > 1 else ''}", "dim"))


def _bar(now: Moment, width: int) -> Row:
    entries = now.lab.timeline.entries
    here = entries.index(now.stand.entry) if now.stand.entry else -1
    first, last = _window(entries, max(0, here), width)
    before = f"..{first} " if first else ""
    after = f" {len(entries) - last}.." if last < len(entries) else ""
    widths = _widths(entries[first:last], width - len(before) - len(after) - 1)
    parts: list[Segment] = [Segment(before, "dim")]
    parts.append(Segment("●" if here < 0 else "├", "current" if here < 0 else "dim"))
    for number, (entry, size) in enumerate(zip(entries[first:last], widths, strict=True)):
        if first + number == here:
            parts += _under_cursor(entry, size, now.stand.local)
        else:
            past = first + number < here
            text = _label(entry, size - 1).ljust(size - 1, "─" if past else "┄") + "┴"
            parts.append(Segment(text, "plain" if past else "dim"))
    return (*parts, Segment(after, "dim"))


def _label(entry: Entry, size: int) -> str:
    """What fits of a command: its line, else its name."""
    for text in (entry.line, entry.name):
        if len(text) <= size:
            return text
    return entry.name[: max(0, size)]


def _under_cursor(entry: Entry, size: int, local: int) -> list[Segment]:
    """The segment of the command that the cursor is in, marked at its step."""
    text = _label(entry, size - 2)
    at = size - 1 if local >= entry.steps else (size - 1) * (local - 1) // entry.steps
    line = text.ljust(size - 1, "─") + "┴"
    return [
        Segment(line[:at], "plain"),
        Segment("●", "current"),
        Segment(line[at + 1 :], "plain"),
    ]


def _window(entries: list[Entry], here: int, width: int) -> tuple[int, int]:
    """The commands round the cursor's whose names fit in `width` columns."""
    first = last = here
    room = width - 10
    while last < len(entries) or first > 0:
        grown = False
        if last < len(entries) and room >= _least(entries[last]):
            room -= _least(entries[last])
            last += 1
            grown = True
        if first > 0 and room >= _least(entries[first - 1]):
            first -= 1
            room -= _least(entries[first])
            grown = True
        if not grown:
            break
    return first, max(last, here + 1)


def _least(entry: Entry) -> int:
    return max(LEAST, len(entry.name) + 2)


def _widths(entries: list[Entry], width: int) -> list[int]:
    """A width for each command: room for its name, the rest by its steps."""
    widths = [_least(entry) for entry in entries]
    spare = max(0, width - sum(widths))
    steps = sum(entry.steps for entry in entries)
    grown = [
        least + spare * entry.steps // steps
        for least, entry in zip(widths, entries, strict=True)
    ]
    grown[-1] += width - sum(grown) if sum(grown) < width else 0
    return grown


def status_row(now: Moment, width: int) -> Row:
    """The kernel and the task, and whether the machine has stopped."""
    lab = now.lab
    task = lab.kernel.current.comm if lab.kernel.current else "nobody"
    parts: list[str | tuple[str, str]] = [
        (lab.kernel_name, "name"),
        (f" · {task}", "dim"),
    ]
    if now.stand.entry is not None and now.stand.entry.oops is not None:
        parts.append((f" · {now.stand.entry.oops.kind}", "bad"))
    return row(*parts)


def where_row(now: Moment, width: int) -> Row:
    """The command under the cursor and the line of it that ran."""
    entry = now.stand.entry
    if entry is None:
        return row((" before the first command", "dim"))
    done = f"line {now.stand.local} of {entry.steps - 1}" if now.running else "done"
    count = len(now.changes)
    changed = f"{count} change{'' if count == 1 else 's'}" if count else "nothing changed"
    return row(" ", (entry.line, "command"), (f"  {done} · {now.span}: {changed}", "dim"))


def told_rows(now: Moment, width: int, height: int) -> tuple[Row, ...]:
    """What the step, or the command at its end, did in words; where, if there is room."""
    rows = wrap(row(f" {_told(now)}"), width, indent=1)
    if height > len(rows):
        rows = (where_row(now, width), *rows)
    return rows[:height]


def _told(now: Moment) -> str:
    entry = now.stand.entry
    if now.running or entry is None or not entry.changes:
        return narrate(now.lab, now.lab.timeline.cursor)
    pins = pinning(entry.result)
    alike: dict[str, list[str]] = {}
    for one in sorted(entry.changes, key=_weight):
        told = sentence(one, pinning=pins)
        alike.setdefault(told.replace(one.subject, ""), []).append(told)
    groups = list(alike.values())
    parts = [_once(group) for group in groups[:2]]
    more = sum(map(len, groups[2:]))
    parts += [f"{more} change{'s' if more > 1 else ''} more"] if more else []
    return f"{'; '.join(parts)}."


def _once(alike: list[str]) -> str:
    """Sentences that differ in their subject only, as one."""
    return alike[0] + (f" (so too {len(alike) - 1} more)" if len(alike) > 1 else "")


def _weight(change: Change) -> int:
    """Counts of pages first, then entries of page tables, then the rest."""
    if change.field in ("_refcount", "_pincount"):
        return 0
    return 1 if change.kind == "pte" else 2
