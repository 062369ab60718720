"""A command that takes long says how it goes on."""

from __future__ import annotations

import io
import threading

import pytest

from pintutor.lab.progress import TELLS, Progress
from pintutor.repl import elapsed
from pintutor.repl.elapsed import Elapsed
from pintutor.view.progress import progress_line


class Terminal(io.StringIO):
    """A stream that takes itself for a terminal, and says when it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def test_a_long_command_tells_the_time_and_clears_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(elapsed, "FIRST", 0.01)
    stream = Terminal()
    with Elapsed(Progress, stream):
        assert stream.written.wait(30)
    text = stream.getvalue()
    assert "0 s; Ctrl+C takes it back" in text
    assert text.endswith("\r") and text.split("\r")[-2].strip() == ""


def test_a_short_command_says_nothing() -> None:
    stream = Terminal()
    with Elapsed(Progress, stream):
        pass
    assert stream.getvalue() == ""


def test_nothing_is_counted_where_nobody_looks() -> None:
    stream = io.StringIO()
    with Elapsed(Progress, stream) as one:
        assert one._thread is None


def test_executions_are_counted_with_how_many_there_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(elapsed, "FIRST", 0.01)
    stream, progress = Terminal(), Progress(stop=TELLS)
    progress.ran(1_200, 2_600, "race-fork on v6.1")
    with Elapsed(lambda: progress, stream):
        assert stream.written.wait(30)
    told = "race-fork on v6.1: 1,200 executions, about 2,600 in all; Ctrl+C ends it"
    assert told in stream.getvalue()


@pytest.mark.parametrize("width", [40, 60, 79, 110])
def test_what_is_told_takes_one_line_and_says_how_it_is_stopped(width: int) -> None:
    progress = Progress()
    progress.ran(1_200, 2_600, "race-lock-page on v6.1 -gup-fast-seq")
    told = progress_line(progress, 12.0, "; Ctrl+C stops it", width)
    assert len(told) <= width
    assert told.startswith("race-lock-page") and told.endswith("; Ctrl+C stops it")
    assert width < 110 or "1,200 executions, about 2,600 in all, about 14 s more" in told
