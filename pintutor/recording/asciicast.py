"""Asciicasts: what a terminal would have been sent, with times, as asciinema plays it.

Version 2 says when each event is, version 3 how long after the one before; both are
lines of JSON behind a header. Nothing here knows a clock, so the same play is the same
file, byte by byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pintutor.lab.errors import printable
from pintutor.recording.ansi import ansi, ansi_lines
from pintutor.recording.beats import Beat
from pintutor.recording.pace import NORMAL, Pace, reading
from pintutor.view.rows import Segment

TERM = "xterm-256color"
DECIMALS = 3

Event = tuple[float, str, str]
"""When [s], the kind of event, and what of it."""


class Size(NamedTuple):
    """A screen."""

    columns: int
    rows: int


SCREEN = Size(80, 24)
"""The screen that every terminal has."""


def cast(
    beats: Iterable[Beat],
    *,
    title: str,
    size: Size = SCREEN,
    version: int = 2,
    pace: Pace = NORMAL,
    status: int = 0,
) -> str:
    """The beats as an asciicast of version 2 or 3, with a marker at each mark."""
    clock = 0.0
    lines = [_json(_header(printable(title), size, version))]
    for wait, kind, data in (*_events(beats, size, pace), *_end(version, status)):
        clock = round(clock + wait, DECIMALS)
        when = clock if version == 2 else round(wait, DECIMALS)
        lines.append(_json([when, kind, data]))
    return "\n".join(lines) + "\n"


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(", ", ": "))


def _header(title: str, size: Size, version: int) -> dict[str, object]:
    if version == 2:
        shape: dict[str, object] = {"width": size.columns, "height": size.rows}
        return {"version": 2, **shape, "title": title, "env": {"TERM": TERM}}
    term = {"cols": size.columns, "rows": size.rows, "type": TERM}
    return {"version": 3, "term": term, "title": title}


def _end(version: int, status: int) -> Iterator[Event]:
    if version == 3:
        yield 0.0, "x", str(status)


def _events(beats: Iterable[Beat], size: Size, pace: Pace) -> Iterator[Event]:
    """What happens, each behind the time since the event before."""
    wait = 0.0
    for beat in beats:
        if beat.mark:
            yield wait, "m", beat.mark
            wait = 0.0
        for event in _typed(beat, size, pace):
            yield event[0] + wait, *event[1:]
            wait = 0.0
        if beat.rows:
            shown = "".join(f"{line}\r\n" for line in ansi_lines(beat.rows))
            yield wait + (pace.enter if beat.prompt else 0.0), "o", shown
            wait = 0.0
        wait += reading(beat, pace)
    yield wait, "o", ""


def _typed(beat: Beat, size: Size, pace: Pace) -> Iterator[Event]:
    """The line, key by key; the prompt is there at once."""
    for number, one in enumerate(beat.typed(size.columns)):
        prompt, rest = (one[:1], one[1:]) if number == 0 else ((), one)
        if number == 0:
            yield 0.0, "o", ansi(prompt)
        for segment in rest:
            for key in segment.text:
                yield pace.key, "o", ansi((Segment(key, segment.role),))
        yield 0.0, "o", "\r\n"
