"""The page of a trace: every step of the play, walked in both directions, in one file."""

from __future__ import annotations

import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pintutor.recording.beats import Beat, Where
from pintutor.recording.inks import DARK, LIGHT, ROLE_INKS
from pintutor.recording.page import Frame, frames_of, page
from pintutor.recording.trace import Trace, trace
from pintutor.view.rows import ROLES, Row, plain, row
from tests.recording.chromium import dumped
from tests.recording.plays import played, script

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m"


@cache
def traced() -> Trace:
    """The steps of the talk."""
    return trace(script())


@cache
def made() -> str:
    """The page of the talk."""
    found = traced()
    return page(found.beats, found.frames, title="A pin", width=80, titles=found.titles)


def data(text: str) -> dict[str, Any]:
    """What the page's script reads."""
    (found,) = re.findall(r'id="trace">(.*?)</script>', text, re.DOTALL)
    read: dict[str, Any] = json.loads(found)
    return read


def whole(read: dict[str, Any]) -> list[dict[str, list[str]]]:
    """The panes of each frame, put together as the page's script does it."""
    texts = ["".join(part[0] for part in parts) for parts in read["rows"]]
    found = []
    now: dict[str, list[int]] = {}
    for frame in read["frames"]:
        now = dict(now)
        for name, (size, changes) in frame["panes"].items():
            rows = [*now.get(name, [])[:size]]
            rows += [-1] * (size - len(rows))
            for at, number in changes:
                rows[at] = number
            now[name] = rows
        found.append({name: [texts[n] for n in rows] for name, rows in now.items()})
    return found


def test_every_line_of_the_model_is_a_step() -> None:
    lines = [frame for frame in traced().frames if frame.panes["source"]]
    total = traced().beats[-1].where.total
    assert total - 10 < len(traced().frames) <= total + len(traced().beats)
    assert len(lines) > 400


def test_the_differences_of_the_frames_make_up_the_panes() -> None:
    for frame, found in zip(traced().frames, whole(data(made())), strict=True):
        for name, rows in frame.panes.items():
            texts = [plain(one) if plain(one).strip() else "" for one in rows]
            assert found.get(name, []) == texts


def test_a_step_shows_its_source_its_story_and_the_machine() -> None:
    pinned = [
        panes
        for panes in whole(data(made()))
        if any(
            "zero's count rose" in line or "is pinned" in line for line in panes["story"]
        )
    ]
    assert pinned
    assert any("1025" in line for panes in pinned for line in panes["pages"])


def test_steps_are_in_the_order_of_time() -> None:
    beats = [frame.beat for frame in traced().frames]
    assert beats == sorted(beats)


def test_turns_of_a_race_are_walked_too() -> None:
    found = trace(script("race race-tee kernel=v6.1\nturn P0*2\nundo\nredo\n"))
    counts = [sum(frame.beat == n for frame in found.frames) for n in range(4)]
    assert counts[2] == counts[3] == 1
    assert counts[1] > 3


def test_of_a_long_play_only_the_changes_are_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pintutor.recording.trace.MOST_LINES", 100)
    found = trace(script())
    assert len(found.frames) < len(traced().frames) / 3
    assert found.note.endswith("the steps are the changes")


def test_the_page_asks_the_network_for_nothing() -> None:
    text = made()
    assert not re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", text)
    assert "default-src 'none'" in html.unescape(text)


def test_the_page_is_the_same_every_time() -> None:
    found = trace(script())
    again = page(found.beats, found.frames, title="A pin", width=80, titles=found.titles)
    assert again == made()


def test_the_page_stays_small() -> None:
    assert len(made()) < 1000 * len(traced().frames)


def test_without_a_script_the_whole_text_is_there() -> None:
    text = html.unescape(re.sub(r"<[^>]*>", "", made().partition("<main>")[2]))
    for beat in traced().beats:
        for one in beat.rows:
            assert plain(one) in text


def test_no_text_can_become_markup() -> None:
    rows: tuple[Row, ...] = (row(HOSTILE), row((HOSTILE, "bad")))
    beat = Beat("line", Where("v6.4", 1, 1), rows, HOSTILE, "v6.4 ▸ ", mark="a-b")
    frame = Frame(0, HOSTILE, {"story": rows})
    text = page([beat], [frame], title=HOSTILE, width=400, titles=[("story", HOSTILE)])
    assert text.count("<script") == 2 and "<img" not in text
    assert "\x1b" not in text
    assert whole(data(text))[0]["story"][0].startswith("</script><script>alert(1)")


def test_a_recording_has_a_frame_for_each_beat() -> None:
    beats = played()
    text = page(beats, frames_of(beats), title="A pin", width=80)
    assert len(data(text)["frames"]) == len(beats)
    assert 'id="given-back"' in text


def test_chromium_scrubs_to_a_step(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(made(), encoding="utf-8")
    frames = whole(data(made()))
    at = len(frames) * 2 // 3
    document = dumped(file, f"#step={at}", tmp_path / "chromium")
    assert f'data-step="{at}"' in document
    assert f"{at + 1} of {len(frames)}" in document
    shown = html.unescape(re.sub(r"<[^>]*>", "", document))
    for name in ("story", "source", "pages"):
        for line in frames[at][name]:
            assert line.strip() in shown


def test_every_role_has_an_ink() -> None:
    assert set(ROLE_INKS) == set(ROLES) - {"plain"}


@pytest.mark.parametrize("inks", [DARK, LIGHT], ids=["dark", "light"])
def test_every_ink_can_be_read_on_its_paper(inks: dict[str, str]) -> None:
    for name, colour in inks.items():
        if name != "paper":
            assert contrast(colour, inks["paper"]) >= 4.5, name


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    weights = (0.2126, 0.7152, 0.0722)
    return sum(weight * part for weight, part in zip(weights, linear, strict=True))
