"""Where the machine stands: its kernel, its task, and in words what the step did."""

from __future__ import annotations

from pintutor.lab.results import Change, Poked
from pintutor.view.made import made
from pintutor.view.narrate import MOST, and_more, narrate, pinning
from pintutor.view.panes.moment import Moment
from pintutor.view.rows import Row, row
from pintutor.view.sentences import sentence
from pintutor.view.wrap import cut, wrap


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
    changed = f"{count} change{'' if count == 1 else 's'}"
    if not count:
        what = "" if now.running else made(entry.result)
        changed = f"made {what}" if what else "no page, count or entry changed"
    return row(" ", (entry.line, "command"), (f"  {done} · {now.span}: {changed}", "dim"))


def told_rows(now: Moment, width: int, height: int, *, note: str = "") -> tuple[Row, ...]:
    """What the step, or the command at its end, did in words; where, if there is room.

    A note, such as why the cursor did not move, comes before all.
    """
    if note:
        below = told_rows(now, width, height - 1) if height > 1 else ()
        return (cut(row(" ", (note, "note")), width), *below)
    rows = wrap(row(f" {_told(now, MOST)}"), width, indent=1)
    if len(rows) > height:
        rows = wrap(row(f" {_told(now, 1)}"), width, indent=1)
    if height > len(rows):
        return (where_row(now, width), *rows)
    if height < len(rows):
        rest = (*rows[height - 1], *rows[height])
        return (*rows[: height - 1], cut(rest, width))
    return rows


def _told(now: Moment, most: int) -> str:
    """At most so many changes in words, and how many more there are."""
    entry = now.stand.entry
    by_hand = entry is not None and isinstance(entry.result, Poked)
    if now.running or entry is None or not entry.changes or by_hand:
        return narrate(now.lab, now.lab.timeline.cursor, most=most)
    pins = pinning(entry.result, entry.changes)
    alike: dict[str, list[str]] = {}
    for one in sorted(entry.changes, key=_weight):
        told = sentence(one, pinning=pins)
        alike.setdefault(told.replace(one.subject, ""), []).append(told)
    groups = list(alike.values())
    parts = [_once(group) for group in groups[:most]]
    parts += and_more(sum(map(len, groups[most:])))
    return f"{'; '.join(parts)}."


def _once(alike: list[str]) -> str:
    """Sentences that differ in their subject only, as one."""
    return alike[0] + (f" (so too {len(alike) - 1} more)" if len(alike) > 1 else "")


def _weight(change: Change) -> int:
    """Counts of pages first, then entries of page tables, then the rest."""
    if change.field in ("_refcount", "_pincount"):
        return 0
    return 1 if change.kind == "pte" else 2
