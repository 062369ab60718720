"""A play as one web page that needs no network: its text, and every step to walk.

Without a script the page is the text. With it one goes forward and back, and sees the
panes of each step; `#step=12` in the address opens it there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files

from pintutor.lab.errors import printable
from pintutor.recording.beats import Beat
from pintutor.recording.inks import ink_rules, role_rules
from pintutor.recording.player import beat_rows
from pintutor.view.rows import Row, plain
from pintutor.view.wrap import safe

Panes = dict[str, tuple[Row, ...]]

_MOVES = (
    ("first", "|‹", "to the start (Home)"),
    ("previous", "‹‹", "a command back (Page Up)"),
    ("back", "‹", "a step back (Left)"),
    ("forward", "›", "a step forward (Right)"),
    ("next", "››", "a command forward (Page Down)"),
    ("last", "›|", "to the end (End)"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One step that one can stand at."""

    beat: int
    """The beat that it belongs to."""
    where: str
    """What is said of it in a line."""
    panes: Panes = field(default_factory=dict)
    """What each pane shows."""


def page(
    beats: Sequence[Beat],
    frames: Sequence[Frame],
    *,
    title: str,
    width: int,
    titles: Sequence[tuple[str, str]] = (),
) -> str:
    """The page; `titles` are the panes in their order, each with its title."""
    title = printable(title)
    style = "\n".join((ink_rules(":root"), role_rules(paint="color"), _own("page.css")))
    script = _own("page.js")
    data = json.dumps(_data(frames, titles), ensure_ascii=False, separators=(",", ":"))
    # Nothing in a text may end the element that it stands in.
    data = data.replace("<", "\\u003c")
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="dark light">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(title)}</h1></header>\n{_nav()}\n"
        f'<main>\n<div id="talk">\n{_talk(beats, frames, width)}\n</div>\n'
        '<div id="panes"></div>\n</main>\n'
        f'<script type="application/json" id="trace">{data}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def frames_of(beats: Sequence[Beat]) -> list[Frame]:
    """A frame for each beat, without panes."""
    return [
        Frame(number, f"{beat.where.kernel}, step {beat.where.step} of {beat.where.total}")
        for number, beat in enumerate(beats)
    ]


def _own(name: str) -> str:
    """A file that lies beside this one."""
    return files("pintutor.recording").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the page may do: run its own script, and nothing else."""
    return (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _nav() -> str:
    buttons = "".join(
        f'<button type="button" data-move="{name}" title="{told}">{sign}</button>'
        for name, sign, told in _MOVES
    )
    slider = '<input type="range" id="range" min="0" value="0" aria-label="step">'
    return f'<nav hidden>{buttons}{slider}<output id="where"></output></nav>'


def _talk(beats: Sequence[Beat], frames: Sequence[Frame], width: int) -> str:
    first: dict[int, int] = {}
    for number, frame in enumerate(frames):
        first.setdefault(frame.beat, number)
    parts = []
    for number, beat in enumerate(beats):
        anchor = f' id="{escape(beat.mark)}"' if beat.mark else ""
        start = f' data-frame="{first[number]}"' if number in first else ""
        text = "\n".join(_html(one) for one in beat_rows(beat, width))
        parts.append(f'<div class="beat"{anchor}{start}><pre>\n{text}\n</pre></div>')
    return "\n".join(parts)


def _html(one: Row) -> str:
    return "".join(
        escape(text) if role == "plain" else f'<span class="{role}">{escape(text)}</span>'
        for text, role in one
    )


def _data(frames: Sequence[Frame], titles: Sequence[tuple[str, str]]) -> dict[str, object]:
    """The frames, each as what differs from the one before; equal rows stand once."""
    rows: dict[Row, int] = {}
    before: dict[str, list[int]] = {}
    told = []
    for frame in frames:
        changed: dict[str, object] = {}
        for name, shown in frame.panes.items():
            found = [rows.setdefault(one, len(rows)) for one in safe(shown)]
            old = before.get(name, [])
            if found != old:
                changed[name] = [len(found), _changes(old, found)]
            before[name] = found
        told.append({"beat": frame.beat, "where": frame.where, "panes": changed})
    return {
        "panes": [list(each) for each in titles],
        "rows": [_parts(one) for one in rows],
        "frames": told,
    }


def _changes(old: Sequence[int], new: Sequence[int]) -> list[list[int]]:
    return [[at, row] for at, row in enumerate(new) if at >= len(old) or old[at] != row]


def _parts(one: Row) -> list[list[str]]:
    if not plain(one).strip():
        return []
    return [[text] if role == "plain" else [text, role] for text, role in one if text]
