"""What the last command did, as records for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.errors import CommandError
from pintutor.lab.events import Events, events_of
from pintutor.lab.registry import command

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@command(
    "look",
    examples=("events",),
    see=("timeline", "last", "show"),
    mutates=False,
)
def events(lab: Lab) -> Events:
    """Show the calls of the last command that were handed an iterator, a bio or pages.

    Each is a record made at the return of the call: who ran, with what, what it returned,
    and how the iterator, the bio, the direct I/O and the pages were then. `--json` gives
    all of it; the table shows the iterator's count, the bio's flags and the pages. Where
    the command was too long to be recorded whole, a note says so, and `partial` is true.
    """
    stand = lab.timeline.stand()
    if stand.entry is None:
        raise CommandError(
            "no command has run yet",
            None,
            code="nothing-ran",
            hint="`dio read d 0 buf`, then `events`",
        )
    return events_of(lab, stand.entry)
