"""How a command goes on that takes longer than a moment, in a line of words."""

from __future__ import annotations

from pintutor.lab.jobs import JobState
from pintutor.lab.progress import Progress
from pintutor.view.rows import plain, row
from pintutor.view.wrap import columns, cut


def progress_line(
    progress: Progress | JobState, seconds: float, how: str, width: int
) -> str:
    """That with how it is stopped, in one line; what there is no room for is left out."""
    first, *more = progress_words(progress, seconds).split(", ")
    while more and columns(", ".join((first, *more)) + how) > width:
        del more[0]
    told = ", ".join((first, *more))
    return plain(cut(row(told), max(1, width - columns(how)))) + how


def progress_words(progress: Progress | JobState, seconds: float) -> str:
    """What is done with its rate, where that is counted, or the time it has taken.

    `98,304 of 262,144 pages, 8,192/s, about 20 s more`
    """
    done, total = progress.done, progress.total
    if progress.race:
        return f"{progress.race}: {_executions(done, total, seconds)}"
    if not total:
        return f"{seconds:.0f} s"
    told = f"{done:,} of {total:,} {progress.what}"
    if done == total:
        return f"{told}, {seconds:.0f} s; now what changed"
    if not done or seconds < 1:
        return told
    rate = f", {done / seconds:,.0f}/s" if done >= seconds else ""
    return f"{told}{rate}, about {_left(done, total, seconds)} more"


def _left(done: int, total: int, seconds: float) -> str:
    """How long the rest takes at the pace so far: `20 s`, or `3 min`."""
    more = (total - done) * seconds / done
    return f"{more:.0f} s" if more < 100 else f"{more / 60:.0f} min"


def _executions(done: int, total: int, seconds: float) -> str:
    """`1,200 executions, 400/s, about 2,600 in all, about 4 s more`."""
    told = f"{done:,} executions"
    known = done and seconds >= 1
    if known:
        told += f", {done / seconds:,.0f}/s"
    if total > done:
        told += f", about {total:,} in all"
        told += f", about {_left(done, total, seconds)} more" if known else ""
    return told
