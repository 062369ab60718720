"""How a command goes on that takes longer than a moment, in a line of words."""

from __future__ import annotations

from pintutor.lab.progress import Progress


def progress_words(progress: Progress, seconds: float) -> str:
    """What is done with its rate, where that is counted, or the time it has taken.

    `98,304 of 262,144 pages, 8,192/s, about 20 s more`
    """
    done, total = progress.done, progress.total
    if progress.race:
        return f"{progress.race}: {_executions(done, total, seconds)}"
    if not total:
        return f"{seconds:.0f} s"
    told = f"{done:,} of {total:,} pages"
    if done == total:
        return f"{told}, {seconds:.0f} s; now what changed"
    if not done or seconds < 1:
        return told
    rate = done / seconds
    return f"{told}, {rate:,.0f}/s, about {(total - done) / rate:.0f} s more"


def _executions(done: int, total: int, seconds: float) -> str:
    """`1,200 executions, 400/s, about 2,600 in all`."""
    told = f"{done:,} executions"
    if seconds >= 1:
        told += f", {done / seconds:,.0f}/s"
    return f"{told}, about {total:,} in all" if total > done else told
