"""What a race can come to, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pintutor.content.races.witness_commands
import pintutor.view.bisections
import pintutor.view.lanes  # noqa: F401  (draws what they return)
from pintutor.content.races.explored import Explored, OnKernel, Unexplored
from pintutor.content.races.exploring import SAMPLES, Exploration
from pintutor.content.races.tally import Ending
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, plain, row
from pintutor.view.walks import witness_rows

WIDTH = 78
MANY = 10**7
"""Numbers from here on are written with a power of ten."""

STOPPED = {
    "": "nothing left to try",
    "budget": "not exhausted, the budget is spent: more may happen",
    "interrupt": "not exhausted, interrupted: more may happen",
    "strategy": "not exhausted, {strategy} looks at a part only: more may happen",
}


@result_rows.register
def _(result: Explored, width: int) -> tuple[Row, ...]:
    return tuple(row(line) for line in explored_lines(result))


def explored_lines(result: Explored) -> list[str]:
    """What a race comes to on each kernel."""
    return [line for each in result.kernels for line in _lines(each)]


def _lines(on: OnKernel) -> list[str]:
    found = on.found
    wrong = f"   stated: {on.stated}" if on.stated not in ("", found.verdict) else ""
    head = f"  {found.kernel}   {found.verdict}{wrong}"
    if isinstance(found, Unexplored):
        return [head, *_wrapped("    ", found.why)]
    lines = [head, *_wrapped("    ", counted(found)), *_ending_lines(found)]
    for inversion in found.lock_orders:
        lines += _wrapped("    ! ", str(inversion))
    if found.witness is not None:
        lines += [f"  {plain(one)}" for one in witness_rows(found.witness, WIDTH - 2)]
    return lines


def _ending_lines(found: Exploration) -> list[str]:
    numbers = [number(ending.count) for ending in found.endings]
    width = max(map(len, numbers), default=0)
    lines = []
    for ending, count in zip(found.endings, numbers, strict=True):
        mark = "!" if ending.finding else " "
        lines += _wrapped(f"    {mark} {count:>{width}}  ", _ended(ending))
    return lines


def _ended(ending: Ending) -> str:
    values = ", ".join(f"{name} = {value}" for name, value in ending.values)
    return "; ".join(part for part in (ending.finding, values) if part)


def counted(found: Exploration) -> str:
    """What was run, what it stands for, and whether something is left to try.

    `47 executions for 2.31e+16 interleavings, nothing left to try`
    """
    told = f"{found.executions:,} execution" + ("" if found.executions == 1 else "s")
    if found.interleavings is not None:
        told += f" for {number(found.interleavings)} interleavings"
    elif found.estimated is not None:
        guess = number(found.estimated)
        told += f", of about {guess} interleavings (estimated from {SAMPLES} by chance)"
    return f"{told}; {STOPPED[found.stopped].format(strategy=found.strategy)}"


def number(count: int) -> str:
    """A number in as many characters as fit: `1,204`, or `2.31e+16`."""
    return f"{count:,}" if count < MANY else f"{count:.2e}"


def matrix_lines(explored: Sequence[Explored]) -> list[str]:
    """Scenario by kernel, the verdict in each place, as a Markdown table."""
    kernels = list(
        dict.fromkeys(on.found.kernel for each in explored for on in each.kernels)
    )
    rows = [["scenario", *kernels]]
    for each in explored:
        verdicts = {on.found.kernel: on.found.verdict for on in each.kernels}
        cells = (verdicts.get(kernel, "") for kernel in kernels)
        rows.append([each.scenario.name, *cells])
    return markdown_table(rows)


def markdown_lines(explored: Explored) -> list[str]:
    """What a race comes to on each kernel, as Markdown."""
    rows = [["kernel", "verdict", "stated", "executions", "interleavings", "end", "of all"]]
    for on in explored.kernels:
        rows += _markdown_rows(on)
    about = textwrap.wrap(explored.scenario.about, WIDTH)
    return [f"## {explored.scenario.name}", "", *about, "", *markdown_table(rows), ""]


def _markdown_rows(on: OnKernel) -> list[list[str]]:
    """A row for each end of a race on one kernel."""
    found = on.found
    if isinstance(found, Unexplored):
        return [[found.kernel, found.verdict, on.stated, "", "", found.why, ""]]
    whole = found.interleavings or found.estimated
    about = "about " if found.interleavings is None else ""
    all_of_them = "" if whole is None else about + number(whole)
    verdict = found.verdict if found.exhausted else f"{found.verdict} (not exhausted)"
    head = [found.kernel, verdict, on.stated, f"{found.executions:,}", all_of_them]
    ends = [[_ended(ending), number(ending.count)] for ending in found.endings]
    blank = [""] * len(head)
    return [[*(blank if at else head), *end] for at, end in enumerate(ends)]


def markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as a Markdown table whose columns stand below each other, the head first."""
    cells = [[cell.replace("|", "\\|") for cell in one] for one in rows]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    return [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(one, widths, strict=True)) + " |"
        for one in cells
    ]


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
    )
