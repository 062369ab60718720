"""`export` writes what was done as a page."""

from __future__ import annotations

from pathlib import Path

import pytest

import pintutor.recording.export_command  # noqa: F401  (declares the command)
from tests.labs import Lab, refused, run, started


def test_what_was_done_is_a_page_of_its_steps(tmp_path: Path) -> None:
    lab = started("mmap buf 1", "pin buf write as p", "fork child", "undo")
    file = tmp_path / "work.html"
    told = run(lab, f"export {file}")
    text = file.read_text(encoding="utf-8")
    assert told.data["steps"] > 100
    assert "pin buf write as p" in text and "fork child" not in text
    assert "GUP_PIN_COUNTING_BIAS" in text


@pytest.mark.parametrize(
    ("file", "code"), [("work.pin", "bad-file"), ("/nowhere/x.html", "no-file")]
)
def test_a_file_that_cannot_be_is_refused_at_its_word(file: str, code: str) -> None:
    error = refused(started("mmap buf 1"), f"export {file}")
    assert error.code == code
    assert error.at is not None and error.at.start == len("export ")


def test_nothing_done_is_nothing_to_export() -> None:
    assert refused(Lab("v6.4"), "export x.html").code == "nothing-done"
