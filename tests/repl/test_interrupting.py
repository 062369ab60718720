"""Ctrl+C takes back the command under way, wherever it is."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from pintutor.lab import lab as lab_module
from pintutor.lab.lab import Lab
from pintutor.linux.mm import page_alloc
from pintutor.repl.conversation import Conversation
from pintutor.repl.interrupting import interruptible
from tests.dumps import dump
from tests.labs import run, started
from tests.repl.conversations import conversation


def ctrl_c(*_: Any, **__: Any) -> None:
    """What the terminal does when somebody presses Ctrl+C."""
    os.kill(os.getpid(), signal.SIGINT)


def once(act: Callable[..., None], then: Callable[..., Any]) -> Callable[..., Any]:
    """A function that acts when it is called first, and is `then` all the same."""
    done: list[bool] = []

    def wrapped(*args: Any, **fields: Any) -> Any:
        if not done:
            done.append(True)
            act(*args, **fields)
        return then(*args, **fields)

    return wrapped


def talk() -> Conversation:
    """A conversation with a range, and a future that was undone."""
    made, _kept = conversation()
    run(made.lab, "mmap buf 4", "write buf 0x41", "undo")
    return made


def interrupted(monkeypatch: pytest.MonkeyPatch, at: Any, name: str) -> Lab:
    """A lab in which `pin buf` was interrupted as it called a function."""
    made = talk()
    before, total = dump(made.lab), made.lab.timeline.total
    monkeypatch.setattr(at, name, once(ctrl_c, getattr(at, name)))
    made.take("pin buf write")
    monkeypatch.undo()
    assert dump(made.lab) == before
    assert made.lab.timeline.total == total
    assert made.failed
    return made.lab


@pytest.mark.parametrize(
    ("at", "name"), [(page_alloc, "trace_event"), (lab_module, "changes")]
)
def test_a_command_that_is_interrupted_is_taken_back_and_the_future_kept(
    monkeypatch: pytest.MonkeyPatch, at: Any, name: str
) -> None:
    lab = interrupted(monkeypatch, at, name)
    run(lab, "redo", "pin buf write")
    assert run(lab, "expect audit.clean and buf[3].byte == 0x41").holds


def test_an_interrupt_between_commands_stops_nothing() -> None:
    lab = started("mmap buf 1")
    assert not lab.interrupt()
    assert run(lab, "write buf 0x41").faults == 1


def test_what_changes_nothing_is_interrupted_at_once() -> None:
    lab = started("mmap buf 1")
    with pytest.raises(KeyboardInterrupt), interruptible(lab):
        ctrl_c()


def test_the_handler_before_comes_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible(started()):
        pass
    assert signal.getsignal(signal.SIGINT) is before
