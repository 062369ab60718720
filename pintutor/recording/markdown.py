"""A play as Markdown: its prose as it was written, and what was typed in fences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from pintutor.recording.beats import Beat
from pintutor.recording.player import beat_rows
from pintutor.view.rows import as_text

_TICKS = re.compile(r"`{3,}")


def markdown(beats: Iterable[Beat], *, title: str, width: int) -> str:
    """The beats as one document."""
    parts: list[str] = []
    for is_prose, group in groupby(beats, key=lambda beat: beat.kind == "say"):
        found = list(group)
        if is_prose:
            parts += [beat.source.strip() for beat in found]
        else:
            parts.append(_fence(found, width))
    if not parts or not parts[0].startswith("# "):
        parts.insert(0, f"# {title}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _fence(beats: list[Beat], width: int) -> str:
    text = "\n".join(as_text(beat_rows(beat, width)) for beat in beats).strip("\n")
    if not text:
        return ""
    longest = max([2, *map(len, _TICKS.findall(text))])
    ticks = "`" * (longest + 1)
    return f"{ticks}txt\n{text}\n{ticks}"
