"""`pintutor record` and `pintutor export`: a play as a file, made without a terminal."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pintutor.cli.envelope import FAILED, FINE, USAGE, Problem, Reply

if TYPE_CHECKING:
    from pintutor.recording.asciicast import Size
    from pintutor.recording.beats import Beat
    from pintutor.recording.playing import Source
    from pintutor.view.rows import Row

Form = Callable[["Source", Namespace], tuple[str, "list[Beat]"]]
"""Makes the text of a file, and the beats that it was made of."""

LEAST, MOST = 40, 400
"""Columns that a recording may have."""


def record(options: Namespace) -> Reply:
    """Play what is named into a file; exit code 1 when something in it does not hold."""
    suffix = Path(options.output).suffix.lower()
    form = FORMS.get(".cast" if options.output == "-" else suffix)
    if form is None:
        known = ", ".join(FORMS)
        what = f"`{suffix or options.output}` is no form of a recording"
        raise Problem(what, code="usage", status=USAGE, hint=f"there is {known}")
    text, beats = form(_source(options), options)
    return _written(options, text, beats)


def export(options: Namespace) -> Reply:
    """Write a page that walks through every step of a lesson or a script."""
    from pintutor.recording.page import page
    from pintutor.recording.playing import title
    from pintutor.recording.trace import trace

    source = _source(options)
    found = trace(source)
    text = page(
        found.beats, found.frames, title=title(source), width=80, titles=found.titles
    )
    return _written(options, text, list(found.beats), note=found.note)


def _written(options: Namespace, text: str, beats: list[Beat], *, note: str = "") -> Reply:
    wrong = [f"line {beat.number}: {beat.wrong}" for beat in beats if beat.wrong]
    status = FAILED if wrong else FINE
    data = {"file": options.output, "bytes": len(text.encode()), "failures": wrong}
    if options.output == "-":
        if options.json:
            return Reply({**data, "text": text}, [], status)
        sys.stdout.write(text)
        return Reply(data, [], status)
    try:
        Path(options.output).write_text(text, encoding="utf-8")
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise Problem(what, code="no-file", status=USAGE, where=options.output) from None
    told = f"{options.output}: {len(beats)} beats, {data['bytes']} bytes"
    return Reply(data, [*wrong, *([note] if note else []), told], status)


def _source(options: Namespace) -> Source:
    from pintutor.recording import sources
    from pintutor.recording.transcript import Transcript

    found = sources.find(options.name, kernel=options.kernel, seed=options.seed)
    if isinstance(found, Transcript):
        what = "a transcript is a recording already"
        hint = "record the lesson or the script that it was made of"
        raise Problem(what, code="usage", status=USAGE, hint=hint, where=options.name)
    return found


def _size(options: Namespace) -> Size:
    from pintutor.recording.asciicast import Size

    found = re.fullmatch(r"(\d{1,3})x(\d{1,3})", options.size)
    if found is None or not LEAST <= int(found[1]) <= MOST or not int(found[2]):
        hint = f"columns by rows, {LEAST} columns or more: 80x24"
        what = f"`{options.size}` is no size of a screen"
        raise Problem(what, code="usage", status=USAGE, hint=hint)
    return Size(int(found[1]), int(found[2]))


def _beats(source: Source, options: Namespace) -> list[Beat]:
    from pintutor.recording.beats import Manner
    from pintutor.recording.playing import Run

    width = _size(options).columns
    manner = Manner(width, steps=options.steps, wrong_first=options.wrong_first)
    return list(Run(source, manner))


def _cast(source: Source, options: Namespace) -> tuple[str, list[Beat]]:
    from pintutor.recording.asciicast import cast
    from pintutor.recording.pace import PACES
    from pintutor.recording.playing import title

    beats = _beats(source, options)
    text = cast(
        beats,
        title=title(source),
        size=_size(options),
        version=3 if options.v3 else 2,
        pace=PACES[options.speed],
        status=int(any(beat.wrong for beat in beats)),
    )
    return text, beats


def _svg(source: Source, options: Namespace) -> tuple[str, list[Beat]]:
    from pintutor.recording.pace import PACES
    from pintutor.recording.playing import title
    from pintutor.recording.svg import moving, still

    size, beats = _size(options), _beats(source, options)
    if not options.at:
        pace = PACES[options.speed]
        return moving(beats, title=title(source), size=size, pace=pace), beats
    return still(_until(beats, options.at, size), title=title(source), size=size), beats


def _until(beats: list[Beat], mark: str, size: Size) -> list[Row]:
    """All rows to the end of the beat that has the mark."""
    from pintutor.recording.player import beat_rows, no_such_mark

    if not any(mark in beat.mark.split() for beat in beats):
        raise no_such_mark(mark, beats)
    last = next(n for n, beat in enumerate(beats) if mark in beat.mark.split())
    return [one for beat in beats[: last + 1] for one in beat_rows(beat, size.columns)]


def _html(source: Source, options: Namespace) -> tuple[str, list[Beat]]:
    from pintutor.recording.page import frames_of, page
    from pintutor.recording.playing import title

    beats = _beats(source, options)
    width = _size(options).columns
    return page(beats, frames_of(beats), title=title(source), width=width), beats


def _markdown(source: Source, options: Namespace) -> tuple[str, list[Beat]]:
    from pintutor.recording.markdown import markdown
    from pintutor.recording.playing import title

    beats = _beats(source, options)
    width = _size(options).columns
    return markdown(beats, title=title(source), width=width), beats


def _session(source: Source, options: Namespace) -> tuple[str, list[Beat]]:
    from pintutor.recording.sources import transcript_of
    from pintutor.recording.transcript import written

    head, beats = transcript_of(source, width=_size(options).columns)
    return written(beats, head), beats


FORMS: dict[str, Form] = {
    ".cast": _cast,
    ".svg": _svg,
    ".html": _html,
    ".md": _markdown,
    ".session": _session,
}
"""How each form is made, by the ending of the file's name."""
