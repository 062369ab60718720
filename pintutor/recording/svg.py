"""Pictures of a play: one that scrolls by itself, or the screen at one mark.

All rows stand in the picture once; what plays is only where they are seen through the
frame. Whoever asks for no motion sees the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pintutor.lab.errors import printable
from pintutor.recording.asciicast import Size
from pintutor.recording.beats import Beat
from pintutor.recording.inks import ink_rules, role_rules
from pintutor.recording.pace import Pace, reading
from pintutor.recording.player import beat_rows
from pintutor.view.rows import Row
from pintutor.view.wrap import columns, safe

CELL = 8.4
"""Width of a column [px]."""
LINE = 18
"""Height of a row [px]."""
EDGE = 12
"""Paper around the screen [px]."""
FONT = 'ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace'


def moving(beats: Sequence[Beat], *, title: str, size: Size, pace: Pace) -> str:
    """The whole play, which scrolls beat by beat, again and again."""
    rows: list[Row] = []
    stops: list[tuple[float, int]] = []
    clock = 0.0
    for beat in beats:
        rows += beat_rows(beat, size.columns)
        stops.append((clock, size.rows - len(rows)))
        clock += reading(beat, pace) + pace.key * len(beat.line)
    frames = "".join(
        f"{100 * when / max(clock, 1.0):.3f}%{{transform:translateY({top * LINE}px)}}"
        for when, top in stops
    )
    last = stops[-1][1] * LINE if stops else 0
    style = (
        f".play{{transform:translateY({last}px)}}\n"
        f"@keyframes play{{{frames}}}\n"
        "@media (prefers-reduced-motion: no-preference)"
        f"{{.play{{animation:play {max(clock, 1.0):.1f}s step-end infinite}}}}"
    )
    return _svg(rows, title=title, size=size, style=style)


def still(rows: Sequence[Row], *, title: str, size: Size) -> str:
    """The last rows that a screen has room for."""
    return _svg(rows[-size.rows :], title=title, size=size, style="")


def _svg(rows: Sequence[Row], *, title: str, size: Size, style: str) -> str:
    width = round(size.columns * CELL + 2 * EDGE)
    height = size.rows * LINE + 2 * EDGE
    inner = f'width="{width - 2 * EDGE}" height="{size.rows * LINE}"'
    texts = "\n".join(_text(one, number) for number, one in enumerate(safe(rows)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">\n'
        f"<title>{escape(printable(title))}</title>\n"
        f"<style>\n{ink_rules('svg')}\n"
        f"text{{font:14px {FONT};fill:var(--plain);white-space:pre}}\n"
        f"{role_rules(paint='fill')}\n{style}\n</style>\n"
        f'<rect width="100%" height="100%" rx="6" style="fill:var(--paper)"/>\n'
        f'<svg x="{EDGE}" y="{EDGE}" {inner}>\n<g class="play">\n{texts}\n</g>\n'
        "</svg>\n</svg>\n"
    )


def _text(one: Row, number: int) -> str:
    """A row; each part stands at its own column, whatever font there is."""
    parts = []
    column = 0
    for text, role in one:
        if text.strip():
            kind = "" if role == "plain" else f' class="{escape(role)}"'
            parts.append(f'<tspan x="{column * CELL:.1f}"{kind}>{escape(text)}</tspan>')
        column += columns(text)
    return f'<text y="{number * LINE + 14}">{"".join(parts)}</text>'
