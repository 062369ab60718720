"""`pintutor play`: a lesson or a script that plays by itself, on a terminal or as a test.

`pintutor notes` shows on a second terminal what is meant for who presents it.
"""

from __future__ import annotations

import os
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from pintutor.cli.envelope import FAILED, FINE, USAGE, Problem, Reply

if TYPE_CHECKING:
    from pintutor.recording.beats import Beat
    from pintutor.recording.player import Player
    from pintutor.recording.playing import Source
    from pintutor.recording.transcript import Transcript

FOLLOWED = 0.2
"""How often a file of notes is looked at [s]."""
ENDED = "the play has ended"


def play(options: Namespace, *, on_terminal: bool) -> Reply | int:
    """Play what is named; exit code 1 when something in it does not hold."""
    from pintutor.recording import sources
    from pintutor.recording.transcript import Transcript

    if options.all:
        return _all(options)
    if options.name is None:
        what = "a lesson or a script is missing"
        raise Problem(what, code="usage", status=USAGE, hint="or play `--all` lessons")
    source = sources.find(options.name, kernel=options.kernel, seed=options.seed)
    if isinstance(source, Transcript):
        return _compare(source, update=options.update)
    if on_terminal and not options.json:
        return _live(source, options)
    return _through(source, options)


def _live(source: Source, options: Namespace) -> int:
    import shutil

    from pintutor.recording.beats import Manner
    from pintutor.recording.live import Live
    from pintutor.recording.pace import PACES

    width = max(40, min(100, shutil.get_terminal_size((80, 24)).columns))
    manner = Manner(width, steps=options.steps, wrong_first=options.wrong_first)
    notes = Path(options.notes) if options.notes else None
    if notes is not None:
        _write(notes, "the play begins")

    def watch(player: Player) -> None:
        if notes is not None:
            _write(notes, _notes(player))

    live = Live(source, manner, PACES[options.speed], watcher=watch)
    try:
        live.run(start=options.start)
    finally:
        if notes is not None:
            _write(notes, ENDED)
    for told in _told(source, live.player.failures):
        print(told)
    return FAILED if live.player.failures else FINE


def _notes(player: Player) -> str:
    """What who presents a play is told: where it is, what to say, and what comes."""
    from pintutor.recording.playing import title

    where, beat = player.where, player.beat
    head = f"{title(player.source)} · beat {player.at + 1}"
    texts = [head, f"{where.kernel} · step {where.step} of {where.total}", ""]
    if beat is not None and beat.prompt:
        texts += [f"now   {beat.line}", ""]
    if beat is not None and beat.notes:
        texts += [*beat.notes, ""]
    return "\n".join([*texts, f"next  {player.upcoming or '-'}"])


def _write(path: Path, text: str) -> None:
    """Put a text in place of a file at once, so that nobody reads half of it."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        what = f"the notes cannot be written: {error.strerror}"
        raise Problem(what, code="no-file", status=USAGE, where=str(path)) from None


def follow_notes(options: Namespace) -> int:
    """Show a file of notes, again whenever it is another one, until the play ends."""
    path, shown = Path(options.file), ""
    while ENDED not in shown:
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = f"no play writes its notes into {path} so far; Ctrl+C stops waiting"
        if text != shown:
            print(f"\x1b[H\x1b[2J{_safe(text)}", flush=True)
            shown = text
        time.sleep(FOLLOWED)
    return FINE


def _safe(text: str) -> str:
    from pintutor.lab.errors import printable

    return "\n".join(printable(line) for line in text.splitlines())


def _through(source: Source, options: Namespace) -> Reply:
    """Play without anybody looking: the text, and whether everything held."""
    from pintutor.recording.player import beat_rows
    from pintutor.view.rows import as_text

    beats = _played(source, options)
    lines = [as_text(beat_rows(beat, 80)) for beat in beats]
    told = _told(source, tuple(beat for beat in beats if beat.wrong))
    return _reply(_data(source, beats), [*lines, "", *told, _summary(source, beats)])


def _reply(data: dict[str, object], lines: list[str]) -> Reply:
    return Reply(data, lines, FINE if data["held"] else FAILED)


def _played(source: Source, options: Namespace) -> list[Beat]:
    from pintutor.recording.beats import Manner
    from pintutor.recording.playing import Run

    manner = Manner(steps=options.steps, wrong_first=options.wrong_first)
    return list(Run(source, manner))


def _told(source: Source, failures: tuple[Beat, ...]) -> list[str]:
    from pintutor.content.errors import shown
    from pintutor.recording.playing import file_of

    where = shown(file_of(source))
    return [f"{where}:{beat.number}: {beat.wrong}" for beat in failures]


def _summary(source: Source, beats: list[Beat]) -> str:
    from pintutor.recording.playing import name

    lines = sum(bool(beat.prompt) for beat in beats)
    wrong = sum(bool(beat.wrong) for beat in beats)
    held = f"{wrong} did not hold" if wrong else "all held"
    return f"{name(source)}: {lines} lines, {len(beats)} beats, {held}"


def _data(source: Source, beats: list[Beat]) -> dict[str, object]:
    from pintutor.recording.playing import name

    failures = [
        {"line": beat.number, "typed": beat.line, "message": beat.wrong}
        for beat in beats
        if beat.wrong
    ]
    return {
        "name": name(source),
        "kernel": source.kernel,
        "lines": sum(bool(beat.prompt) for beat in beats),
        "beats": len(beats),
        "marks": [beat.mark for beat in beats if beat.mark],
        "held": not failures,
        "failures": failures,
    }


def _all(options: Namespace) -> Reply:
    """Play every lesson twice; each must hold, and be the same recording both times."""
    from pintutor.content import catalogue
    from pintutor.recording.asciicast import cast
    from pintutor.recording.sources import lesson_named

    found = []
    for listed in catalogue.lessons():
        lesson = lesson_named(listed.front.id)
        beats = _played(lesson, options)
        casts = {cast(each, title="") for each in (beats, _played(lesson, options))}
        data = _data(lesson, beats) | {"same": len(casts) == 1}
        found.append(data)
        lines = _told(lesson, tuple(beat for beat in beats if beat.wrong))
        same = "twice the same" if data["same"] else "not the same the second time"
        lines.append(f"{_summary(lesson, beats)}, {same}")
        if not options.json:  # said at once: the races take their time
            print("\n".join(lines), flush=True)
    held = all(each["held"] and each["same"] for each in found)
    return Reply(found, [], FINE if held else FAILED)


def _compare(found: Transcript, *, update: bool) -> Reply:
    """Run a transcript's lines, and compare what they show or write it down anew."""
    from pintutor.content.errors import shown
    from pintutor.recording.sources import transcript_beats
    from pintutor.recording.transcript import compared, updated

    beats = transcript_beats(found)
    differences = compared(found, beats)
    where = shown(found.path)
    if update:
        found.path.write_text(updated(found, beats), encoding="utf-8")
    lines = []
    for each in differences:
        typed = f"`{each.line}` shows" if each.line else "it begins with"
        lines += [f"{where}:{each.number}: {typed} something else", *each.rows]
    count = len(found.blocks)
    verb = "written anew" if update else "differ" if len(differences) > 1 else "differs"
    told = f"{len(differences)} {verb}" if differences else "all as it says"
    data: dict[str, object] = {
        "path": where,
        "lines": count,
        "held": update or not differences,
        "updated": update,
        "differences": [
            {"line": each.number, "typed": each.line, "diff": list(each.rows)}
            for each in differences
        ],
    }
    return _reply(data, [*lines, f"{where}: {count} lines, {told}"])
