"""Casts keep the rules of the format, show what was played, and are always the same.

The rules are those of docs.asciinema.org for asciicast v2 and v3.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyte
import pytest

from pintutor.recording.asciicast import cast
from pintutor.recording.beats import Beat, Manner, Where
from pintutor.recording.pace import PACES
from pintutor.recording.player import beat_rows
from pintutor.recording.playing import Run
from pintutor.recording.sources import lesson_named
from pintutor.view.rows import as_text
from tests.recording.plays import played

Event = tuple[float, str, str]
V2_CODES, V3_CODES = set("oimr"), set("oimrx")


def recorded(*, version: int = 2) -> str:
    """The talk as a cast."""
    return cast(played(manner=Manner()), title="What a pin costs", version=version)


def parsed(text: str) -> tuple[dict[str, Any], list[Event]]:
    """The header and the events of a cast; AssertionError where a rule is broken."""
    assert text.endswith("\n") and "\r" not in text
    first, *others = text.splitlines()
    header = json.loads(first)
    assert header["version"] in (2, 3)
    sizes = (header["width"], header["height"]) if header["version"] == 2 else ()
    if header["version"] == 3:
        assert "width" not in header and "height" not in header
        sizes = header["term"]["cols"], header["term"]["rows"]
    assert all(isinstance(size, int) and size > 0 for size in sizes)
    events = [tuple(json.loads(line)) for line in others]
    for when, code, data in events:
        assert isinstance(when, int | float) and not isinstance(when, bool) and when >= 0
        assert code in (V2_CODES if header["version"] == 2 else V3_CODES)
        assert isinstance(data, str)
    if header["version"] == 2:
        times = [when for when, *_ in events]
        assert times == sorted(times), "times are from the start, and never go back"
    return header, events


@pytest.mark.parametrize("version", [2, 3])
def test_a_cast_keeps_the_rules_of_its_version(version: int) -> None:
    header, events = parsed(recorded(version=version))
    assert header["version"] == version
    assert header["title"] == "What a pin costs"
    assert "timestamp" not in header
    assert len(events) > 50


def test_both_versions_say_the_same_at_the_same_time() -> None:
    _, second = parsed(recorded())
    _, third = parsed(recorded(version=3))
    assert [event[1:] for event in second] == [e[1:] for e in third if e[1] != "x"]
    assert third[-1][1:] == ("x", "0")
    assert sum(when for when, *_ in third) == pytest.approx(second[-1][0], abs=0.01)


def test_there_is_a_marker_at_each_mark() -> None:
    _, events = parsed(recorded())
    assert [data for _, code, data in events if code == "m"] == ["pinned", "given-back"]


def test_a_terminal_shows_at_the_end_what_was_played() -> None:
    screen = pyte.Screen(80, 24)
    stream = pyte.Stream(screen)
    for _, code, data in parsed(recorded())[1]:
        if code == "o":
            stream.feed(data)
    rows = [row for beat in played(manner=Manner()) for row in beat_rows(beat, 80)]
    assert [line.rstrip() for line in screen.display[:-1]] == as_text(rows[-23:]).split(
        "\n"
    )


def test_lines_are_typed_key_by_key() -> None:
    _, events = parsed(recorded())
    keys = [data for _, code, data in events if code == "o" and "\x1b[36m" in data]
    typed = "".join(key.replace("\x1b[36m", "").replace("\x1b[0m", "") for key in keys)
    assert typed.startswith("mmap buf 2")


def test_a_faster_pace_takes_less_time() -> None:
    beats = played()
    lengths = [
        parsed(cast(beats, title="", pace=PACES[name]))[1][-1][0]
        for name in ("slow", "normal", "fast")
    ]
    assert lengths == sorted(lengths, reverse=True) and len(set(lengths)) == 3


def test_what_a_text_holds_never_reaches_the_terminal_as_a_command() -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m"
    text = cast(played(f"# {hostile}\nmmap buf 1\n"), title=hostile)
    told = "".join(data for _, code, data in parsed(text)[1] if code == "o")
    assert "\x07" not in told and "\x9b" not in told
    assert "\x1b]" not in told and "\x1b[2J" not in told
    assert parsed(text)[0]["title"].isprintable()


@pytest.mark.parametrize("name", ["get-versus-pin", "fill-the-blanks"])
def test_a_lesson_is_the_same_cast_every_time(name: str) -> None:
    lesson = lesson_named(name)
    once, again = (cast(Run(lesson, Manner()), title=name) for _ in range(2))
    assert once == again
    parsed(once)


def test_the_exit_status_is_in_version_3() -> None:
    beat = Beat("wait", Where("v6.4", 0, 0), wrong="it does not hold")
    assert parsed(cast([beat], title="", version=3, status=1))[1][-1][2] == "1"


PLAYER = "asciinema-player@3.17.0"
READ = """
import { parse } from "./parser.mjs";
import { readFileSync } from "node:fs";
const found = await parse(new Response(readFileSync(process.argv[2], "utf8")));
const events = [...found.events];
console.log(JSON.stringify({ size: [found.cols, found.rows], events }));
"""


def reader(folder: Path) -> Path:
    """A program that reads a cast with the public player's own parser."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm is not installed")
    packed = subprocess.run(
        [npm, "pack", "--silent", PLAYER], cwd=folder, capture_output=True, text=True
    )
    if packed.returncode:
        pytest.skip(f"{PLAYER} cannot be had: {packed.stderr.strip()[-200:]}")
    shutil.unpack_archive(folder / packed.stdout.strip(), folder, filter="data")
    lib = folder / "package" / "dist"
    (core,) = lib.glob("core-*.js")
    # The parser has no name outside the module that it is in.
    text = core.read_text(encoding="utf-8") + "\nexport { parse$2 as parse };\n"
    (lib / "parser.mjs").write_text(text, encoding="utf-8")
    (lib / "package.json").write_text('{"type": "module"}')
    (lib / "read.mjs").write_text(READ)
    return lib / "read.mjs"


def test_the_public_player_reads_both_versions(tmp_path: Path) -> None:
    program = reader(tmp_path)
    for version in (2, 3):
        file = tmp_path / f"v{version}.cast"
        file.write_text(recorded(version=version), encoding="utf-8")
        read = subprocess.run(
            ["node", str(program), str(file)], capture_output=True, text=True, check=True
        )
        found = json.loads(read.stdout)
        _, events = parsed(recorded(version=version))
        assert found["size"] == [80, 24]
        assert [event[1:] for event in found["events"]] == [list(e[1:]) for e in events]
        times = [event[0] for event in found["events"]]
        assert times == sorted(times)
