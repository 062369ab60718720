"""Where the machine stands: its kernel, its task, and in words what the step did."""

from __future__ import annotations

from pintutor.lab.results import Change
from pintutor.view.narrate import narrate, pinning
from pintutor.view.panes.moment import Moment
from pintutor.view.rows import Row, row
from pintutor.view.sentences import sentence
from pintutor.view.wrap import wrap


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
    pins = pinning(entry.result, entry.changes)
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
