"""What a command did, as rows: its result, what it changed, the way it took, the step.

`outcome_rows(lab.execute("pin buf[0] as p"), lab=lab)`
"""

from __future__ import annotations

from contextlib import nullcontext
from types import TracebackType

import pintutor.view.branches  # (draws what `branches` returns)
import pintutor.view.browse.course_map  # (draws what `lessons` returns)
import pintutor.view.jobs  # (draws what `jobs` and `cancel` return)
import pintutor.view.pictures  # noqa: F401  (draws what `draw` returns)
from pintutor.lab.changes import step_changes
from pintutor.lab.comparing import comparing
from pintutor.lab.errors import CommandError, caret
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results import Accessed, Gup, Mapped, Moved, Patched
from pintutor.lab.sources import body_of
from pintutor.lab.timeline import Entry
from pintutor.lab.words import MAX_LINE
from pintutor.sim.errors import Oops
from pintutor.sim.function import CODES
from pintutor.view.accounts import result_rows
from pintutor.view.compare import compared_rows
from pintutor.view.differences import draw, drawn
from pintutor.view.markdown import inline
from pintutor.view.narrate import narrate, pinning
from pintutor.view.path import ending, path
from pintutor.view.rows import Row, plain, row
from pintutor.view.unchanged import unchanged
from pintutor.view.wrap import columns, cut, safe, wrap


def outcome_rows(
    outcome: Outcome, *, lab: Lab | None = None, width: int = 80
) -> tuple[Row, ...]:
    """What a learner is told after a command.

    With the lab that ran it, and that has not gone on since, more can be said: the way
    the command took, what stayed as it was, what one step did, what to try next.
    """
    if outcome.skipped:
        return (row((f"not for {outcome.kernel}: nothing was run", "dim")),)
    with lab.machine if lab is not None else nullcontext():
        return safe(_outcome(outcome, lab, width))


def _outcome(outcome: Outcome, lab: Lab | None, width: int) -> list[Row]:
    if isinstance(outcome.result, Outcome):
        echo = row(("▸ ", "prompt"), (outcome.result.line.strip(), "command"))
        inner = _outcome(outcome.result, lab, width)
        return [*wrap(echo, width, indent=2), *inner, *_notes(outcome, width)]
    rows = list(result_rows(outcome.result, width))
    if outcome.oops is not None:
        rows += splat_rows(outcome.oops, width=width)
    entry = _entry(outcome, lab)
    if isinstance(outcome.result, Mapped) and not _populated(outcome):
        text = "  nothing there yet: the first touch makes page tables and a page"
        rows += wrap(row((text, "note")), width, indent=2)
    lines = drawn(outcome.changes, pinning=pinning(outcome.result, outcome.changes))
    if lab is not None and entry is not None:
        lines += unchanged(lab, entry, outcome.changes)
    rows += draw(lines, width=width)
    if lab is not None and isinstance(outcome.result, Moved):
        rows += _step(lab, outcome.result, width)
    rows += _notes(outcome, width)
    if lab is not None and entry is not None:
        rows += _way(entry, width)
        rows = _closed(rows, outcome, entry, lab, width)
    return rows


def _notes(outcome: Outcome, width: int) -> list[Row]:
    return [
        part
        for note in outcome.notes
        for part in wrap((*row("  "), *inline(note, role="note")), width, indent=2)
    ]


def _populated(outcome: Outcome) -> bool:
    return any(change.kind in ("pte", "table") for change in outcome.changes)


def error_rows(
    error: CommandError, line: str, *, indent: int = 2, width: int = 80
) -> tuple[Row, ...]:
    """What is wrong with a line: the line, a caret under the word, and what to try."""
    if error.at is None or len(line) > MAX_LINE:
        message = (*row(("! ", "bad")), *inline(error.message))
        return safe((*wrap(message, width, indent=2), *_error_hint(error, 2, width)))
    margin = " " * indent
    echoed, marks = caret(line, error.at)
    rows = [row(margin, (echoed, "command"))]
    told = inline(error.message)
    room = width - indent - columns(marks) - 1
    if columns(plain(told)) <= room:
        rows.append((*row(margin, (marks, "bad"), " "), *told))
    else:
        rows.append(row(margin, (marks, "bad")))
        rows += wrap((*row(margin), *told), width, indent=indent)
    return safe((*rows, *_error_hint(error, indent, width)))


def _error_hint(error: CommandError, indent: int, width: int) -> tuple[Row, ...]:
    if not error.hint:
        return ()
    told = (*row(" " * indent), *inline(error.hint, role="note"))
    return wrap(told, width, indent=indent)


def splat_rows(oops: Oops, *, width: int = 80) -> tuple[Row, ...]:
    """What a kernel would print as it stops, with the model's own call trace."""
    rows = [*wrap(row(("! ", "bad"), (f"{oops.kind}: {oops}", "bad")), width, indent=2)]
    trace = _call_trace(oops.__traceback__)
    if trace:
        rows.append(row(("  Call trace, innermost first:", "dim")))
        rows += [cut(one, width) for one in reversed(trace)]
    hint = "  the kernel stopped; `undo` goes back before the command, `back` into it"
    return (*rows, *wrap(inline(hint, role="note"), width, indent=2))


def _call_trace(trace: TracebackType | None) -> list[Row]:
    """The frames of model functions, outermost first."""
    rows = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if code in CODES:
            body = body_of(code)
            line = trace.tb_lineno - body.first + 1
            text = body.lines[line - 1].strip()
            where = f"{body.function} ({body.file}), line {line}"
            rows.append(row(f"    {where:<44} ", (text, "dim")))
        trace = trace.tb_next
    return rows


def _entry(outcome: Outcome, lab: Lab | None) -> Entry | None:
    """The command in the lab's history, if it stands there still at its end."""
    entry = lab.timeline.stand(outcome.step).entry if lab is not None else None
    if entry is None or lab is None or lab.timeline.cursor != outcome.step:
        return None
    same = entry.result is outcome.result and entry.name == outcome.command
    return entry if same else None


def _step(lab: Lab, moved: Moved, width: int) -> list[Row]:
    """What the step did that the cursor stands at, and the sentence about it."""
    step = moved.step
    if lab.timeline.cursor != step or step == 0:
        return []
    comparison = comparing(lab)
    if comparison is not None:
        return [*compared_rows(comparison.standing(), width)[1:]]
    entry = lab.timeline.stand(step).entry
    pins = entry is not None and pinning(entry.result, entry.changes)
    found = step_changes(lab, step)
    rows = draw(drawn(found, pinning=pins), width=width)
    told = (*row("  "), *inline(narrate(lab, step, found=found), role="note"))
    return [*rows, *wrap(told, width, indent=2)]


def _way(entry: Entry, width: int) -> list[Row]:
    """The way that an access or a GUP call took, in words."""
    result = entry.result
    if not isinstance(result, (Accessed, Gup)):
        return []
    words = path(entry)
    if not words:
        return []
    short = result.signal if isinstance(result, Accessed) else result.ret < result.asked
    if short and (reason := ending(entry)):
        words += f": {reason}"
    return [*wrap(row(("  path  ", "dim"), (words, "note")), width, indent=8)]


def _closed(
    rows: list[Row], outcome: Outcome, entry: Entry, lab: Lab, width: int
) -> list[Row]:
    """The rows with the step at the end, and what to try when it is the first time."""
    text = f"step {outcome.step} of {outcome.total}"
    first = sum(each.name == entry.name for each in lab.timeline.entries) == 1
    hint = _hint(outcome) if first else ""
    if rows and not hint:
        gap = width - columns(plain(rows[-1])) - len(text)
        if gap >= 3:
            return [*rows[:-1], (*rows[-1], *row(" " * gap, (text, "dim")))]
    footer = (*row((f"  {text}", "dim")), *inline(f" · {hint}" if hint else ""))
    return [*rows, *wrap(footer, width, indent=2)]


def _hint(outcome: Outcome) -> str:
    """What a newcomer can do after the first command of its kind."""
    result = outcome.result
    if outcome.oops is not None:
        return ""
    if isinstance(result, Mapped):
        page = f"{result.name}[0]"
        return f"`read {page}`, `write {page} 0x41` or `pin {page}`"
    if isinstance(result, Accessed):
        return "`back` walks it, `show pt` draws the page tables"
    if isinstance(result, Gup) and result.ret > 0:
        exact = any(change.field == "_pincount" for change in outcome.changes)
        field = f"{result.pages[0]}.{'_pincount' if exact else '_refcount'}"
        return f"`back` walks it, `why {field}` explains it"
    if isinstance(result, Patched) and result.action == "applied":
        return f"`diff {result.name}` shows the change"
    return ""
