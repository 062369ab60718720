"""What a race can come to, as lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from pintutor.content.exploring import Exploration
from pintutor.content.race_commands import Explored, Witnessed
from pintutor.content.scenario import Scenario
from pintutor.content.witness import Told
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, row

WIDTH = 78


@result_rows.register
def _(result: Explored, width: int) -> tuple[Row, ...]:
    lines = [line for each in result.kernels for line in exploration_lines(each)]
    return tuple(row(line) for line in lines)


@result_rows.register
def _(result: Witnessed, width: int) -> tuple[Row, ...]:
    lines = [f"{result.scenario.name} on {result.kernel}: {result.witness.finding}"]
    lines += step_lines(result.witness.steps)
    if result.witness.sentence:
        lines += _wrapped("  ", result.witness.sentence)
    return tuple(row(line) for line in lines)


def exploration_lines(found: Exploration, *, claimed: str = "") -> list[str]:
    """One kernel's verdict, its ends, and the witness."""
    wrong = f"   stated: {claimed}" if claimed and claimed != found.verdict else ""
    lines = [f"  {found.kernel}   {found.verdict}{wrong}", f"    {_counted(found)}"]
    for ending in found.endings:
        values = ", ".join(f"{name} = {value}" for name, value in ending.values)
        mark = "!" if ending.finding else " "
        words = [part for part in (ending.finding, values) if part]
        lines += _wrapped(f"    {mark} {ending.count:>5}  ", "; ".join(words))
    if found.witness is not None:
        lines += witness_lines(found)
    return lines


def witness_lines(found: Exploration) -> list[str]:
    """The schedule to show, and why it goes wrong."""
    witness = found.witness
    assert witness is not None, "something can go wrong"
    count = witness.preemptions
    often = f"{count} preemption" + ("" if count == 1 else "s")
    lines = _wrapped("    ", f"with {often}, the fewest: {witness.schedule}")
    return lines + (_wrapped("    ", witness.sentence) if witness.sentence else [])


def step_lines(told: Sequence[Told]) -> list[str]:
    """A witness step by step: a lane for each CPU, a line for each step."""
    lines = []
    for number, each in enumerate(told, 1):
        switch = "   <- taken away here" if each.preempted else ""
        lines.append(f"  {number:>4}  {'       ' * each.cpu}{each}{switch}")
    return lines


def matrix_lines(scenarios: Sequence[tuple[Scenario, Sequence[Exploration]]]) -> list[str]:
    """Scenario by kernel, the verdict in each place, as a Markdown table."""
    kernels = list(dict.fromkeys(each.kernel for _, found in scenarios for each in found))
    rows = [["scenario", *kernels], ["---"] * (len(kernels) + 1)]
    for scenario, found in scenarios:
        verdicts = {each.kernel: each.verdict for each in found}
        rows.append([scenario.name, *(verdicts.get(kernel, "") for kernel in kernels)])
    widths = [max(len(row[at]) for row in rows) for at in range(len(kernels) + 1)]
    return [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]


def _counted(found: Exploration) -> str:
    count = f"{found.executions:,} execution" + ("" if found.executions == 1 else "s")
    if found.exhausted:
        return f"{count}, nothing left to try"
    return f"{count}, not exhausted: more may happen"


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
    )
