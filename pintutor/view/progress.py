"""How a command goes on that takes longer than a moment, in a line of words."""

from __future__ import annotations

from pintutor.lab.progress import Progress


def progress_words(progress: Progress, seconds: float) -> str:
    """The time it has taken, and the pages done with their rate, where they count.

    `12 s, 98,304 of 262,144 pages, 8,192 a second, about 20 s more`
    """
    told = f"{seconds:.0f} s"
    done, total = progress.done, progress.total
    if not total:
        return told
    told += f", {done:,} of {total:,} pages"
    if done == total:
        return f"{told}; now what changed"
    if not done or seconds < 1:
        return told
    rate = done / seconds
    return f"{told}, {rate:,.0f} a second, about {(total - done) / rate:.0f} s more"
