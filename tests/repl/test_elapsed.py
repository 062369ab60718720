"""A command that takes long says how it goes on."""

from __future__ import annotations

import io
import threading

import pytest

from pintutor.lab.progress import Progress
from pintutor.repl import elapsed
from pintutor.repl.elapsed import Elapsed


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
    monkeypatch.setattr(elapsed, "FIRST", 0.01)
    stream, progress = Terminal(), Progress()
    progress.ran(1_200, 2_600, "race-fork on v6.1")
    with Elapsed(lambda: progress, stream):
        assert stream.written.wait(30)
    told = "race-fork on v6.1: 1,200 executions, about 2,600 in all; Ctrl+C ends it"
    assert told in stream.getvalue()
