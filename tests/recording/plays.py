"""Scripts to play in tests, and what a play of one shows."""

from __future__ import annotations

from pathlib import Path

from pintutor.recording.beats import Beat, Manner
from pintutor.recording.playing import Run
from pintutor.recording.script import Script, parse
from pintutor.view.rows import as_text

HERE = Path("talk.pin")

TALK = """\
#: title What a pin costs
#: kernel v6.4
# Memory that was only **read** is the zero page.
mmap buf 2
read buf[0]
#: mark pinned
#: note Ask who knows the number.
pin buf[0] as p
#: wait zero._refcount == 1025
#: mark given-back
unpin p
"""

BARE = Manner(steps=False)


def script(text: str = TALK) -> Script:
    """A script as a file would hold it."""
    return parse(text, HERE)


def played(text: str = TALK, manner: Manner = BARE) -> list[Beat]:
    """The beats of a script."""
    return list(Run(script(text), manner))


def shown(beats: list[Beat]) -> str:
    """The text of beats, without what is typed."""
    return "\n".join(as_text(beat.rows) for beat in beats)
