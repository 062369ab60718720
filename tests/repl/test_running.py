"""`run` in a conversation: each step is shown, and it can be paused."""

from __future__ import annotations

import signal

import pytest

from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results import Moved
from pintutor.repl import running
from pintutor.view.motion import SECONDS
from tests.labs import run, started
from tests.repl.conversations import conversation

PROGRAM = ("mmap buf 1", "read buf", "goto 50")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS", dict.fromkeys(SECONDS, 0.0))


def _moved(lab: Lab) -> Moved:
    result = run(lab, "run event")
    assert isinstance(result, Moved)
    return result


def test_each_step_on_the_way_is_shown() -> None:
    lab = started(*PROGRAM)
    moved = _moved(lab)
    seen: list[int] = []
    assert running.run(lab, moved, lambda outcome: seen.append(outcome.step))
    assert tuple(seen) == moved.frames


def test_ctrl_c_pauses_and_the_lab_stays_at_what_was_shown_last() -> None:
    lab = started(*PROGRAM)
    moved = _moved(lab)
    seen: list[int] = []

    def show(outcome: Outcome) -> None:
        seen.append(outcome.step)
        if len(seen) == 3:
            signal.raise_signal(signal.SIGINT)

    assert not running.run(lab, moved, show)
    assert tuple(seen) == moved.frames[:3]
    assert lab.timeline.cursor == moved.frames[2]


def test_ctrl_c_means_what_it_did_when_it_is_over() -> None:
    before = signal.getsignal(signal.SIGINT)
    lab = started(*PROGRAM)
    running.run(lab, _moved(lab), lambda outcome: None)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_lively_conversation_shows_the_steps_and_another_the_last_one() -> None:
    for lively in (True, False):
        talk, kept = conversation()
        for line in PROGRAM:
            talk.take(line)
        talk.lively = lively
        kept.shown.clear()
        talk.take("run event")
        assert (len(kept.shown) > 3) == lively
        assert talk.lab.timeline.cursor == talk.lab.timeline.total
