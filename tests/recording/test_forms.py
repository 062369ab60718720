"""SVG, Markdown and the other forms in which a play is written."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pintutor import cli
from pintutor.recording.ansi import CODES, PLAIN
from pintutor.recording.asciicast import SCREEN
from pintutor.recording.markdown import markdown
from pintutor.recording.pace import NORMAL
from pintutor.recording.player import beat_rows
from pintutor.recording.svg import moving, still
from pintutor.view.rows import ROLES, plain, row
from tests.recording.plays import TALK, played

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>x</script> & \x1b[31m"


def texts(svg: str) -> list[str]:
    """The lines of a picture."""
    found = ["".join(one.itertext()) for one in ET.fromstring(svg).iter(f"{SVG}text")]
    return [re.sub(r"\s+", " ", text).strip() for text in found]


def lines() -> list[str]:
    """The lines that the talk shows, blanks aside."""
    rows = [one for beat in played() for one in beat_rows(beat, 80)]
    found = [re.sub(r"\s+", "", plain(one)) for one in rows]
    return [line for line in found if line]


def test_a_moving_picture_has_every_line_once() -> None:
    svg = moving(played(), title="A pin", size=SCREEN, pace=NORMAL)
    found = [text.replace(" ", "") for text in texts(svg)]
    assert [text for text in found if text] == lines()


def test_a_moving_picture_stops_at_each_beat() -> None:
    svg = moving(played(), title="A pin", size=SCREEN, pace=NORMAL)
    assert svg.count("translateY") == len(played()) + 1
    assert "prefers-reduced-motion: no-preference" in svg


def test_a_still_picture_has_the_last_rows() -> None:
    rows = [row(str(number)) for number in range(100)]
    svg = still(rows, title="Numbers", size=SCREEN)
    assert texts(svg) == [str(number) for number in range(76, 100)]


def test_no_text_becomes_markup_in_a_picture() -> None:
    svg = still([row((HOSTILE, "bad"))], title=HOSTILE, size=SCREEN)
    assert not list(ET.fromstring(svg).iter(f"{SVG}script"))
    assert "\x1b" not in svg


def test_markdown_has_the_prose_as_it_was_written_and_lines_in_fences() -> None:
    text = markdown(played(), title="What a pin costs", width=80)
    assert text.startswith("# What a pin costs\n\nMemory that was only **read** is")
    assert "```txt\nv6.4 ▸ mmap buf 2\nbuf  0x7f0000000000" in text
    assert text.count("```") % 2 == 0


def test_a_fence_is_longer_than_any_in_what_it_holds() -> None:
    text = markdown(played("mmap buf 1\nwrite buf '````'\n"), title="", width=80)
    assert "\n`````txt\n" in text and text.endswith("\n`````\n")


def test_every_code_is_of_a_role_and_has_no_colour_where_none_is_wanted() -> None:
    assert set(CODES) <= set(ROLES)
    assert {int(code) for code in PLAIN.values()} <= {1, 2, 3}


@pytest.mark.parametrize("form", ["cast", "svg", "html", "md", "session"])
def test_every_form_is_the_same_bytes_every_time(form: str, tmp_path: Path) -> None:
    talk = tmp_path / "talk.pin"
    talk.write_text(TALK, encoding="utf-8")
    files = [tmp_path / f"{name}.{form}" for name in ("one", "two")]
    for file in files:
        assert cli.main(["record", str(talk), "-o", str(file)]) == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert b"1025" in files[0].read_bytes()
