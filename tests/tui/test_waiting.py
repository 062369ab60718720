"""A line that takes long: the screen waits, says how it goes on, and takes it back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from pintutor.lab.lab import Outcome
from pintutor.linux.mm import page_alloc
from pintutor.sim.trace import trace_event
from pintutor.tui import working
from pintutor.tui.app import Tutor
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose
from pintutor.tui.pane import RowsPane
from pintutor.tui.waiting import Waiting
from tests.dumps import dump
from tests.tui.screens import desk, drive

LINE = [*"write", "space", *"buf", "space", *"0x41", "enter"]


class Held:
    """The model stops at an allocation until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()
        event = trace_event

        def hold(name: str, /, **fields: int | str) -> None:
            self.reached.set()
            assert self.let_go.wait(30)
            event(name, **fields)

        monkeypatch.setattr(page_alloc, "trace_event", hold)
        monkeypatch.setattr(working, "PATIENCE", 0.01)


def waits(app: Tutor) -> bool:
    """True while a line is waited for."""
    return isinstance(app.screen, Waiting)


def watched(made: Desk, held: Held, look: Callable[[Tutor, str], list[str]]) -> str:
    """Type a line that is held, look at the screen, press keys; the log at the end."""
    return asyncio.run(_watched(made, held, look))


async def _watched(made: Desk, held: Held, look: Callable[[Tutor, str], list[str]]) -> str:
    app = Tutor(lambda looks: LessonScreen(made, History(), looks), choose({}))
    async with app.run_test(size=(120, 40)) as pilot:
        while app.screen.focused is None:
            await pilot.pause()
        await pilot.press(*LINE)
        while not waits(app) or not held.reached.is_set():
            await pilot.pause(0.02)
            assert app.is_running, "the line did not begin"
        await pilot.pause(0.2)
        told = "\n".join(app.screen.query_one(RowsPane).text())
        await pilot.press(*look(app, told))
        held.let_go.set()
        while waits(app):
            await pilot.pause(0.02)
        await pilot.pause()
        assert isinstance(app.screen, LessonScreen)
        return "\n".join(app.screen.pane("log").text())


def test_it_tells_the_time_the_pages_and_the_way_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def look(app: Tutor, told: str) -> list[str]:
        seen.append(told)
        return []

    made = desk("mmap buf 4")
    log = watched(made, Held(monkeypatch), look)
    assert "0 of 4 pages" in seen[0]
    assert "Esc or Ctrl+C takes it back" in seen[0]
    assert "write buf 0x41" in seen[0]
    assert "written, 4 page faults" in log


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
def test_a_key_takes_it_back_and_the_machine_is_as_it_was(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    made = desk("mmap buf 4")
    before = dump(made.lab)
    log = watched(made, Held(monkeypatch), lambda app, told: [key])
    assert "interrupted; the machine is as it was" in log
    assert dump(made.lab) == before
    monkeypatch.undo()
    assert made.run("write buf 0x41").changes


def test_no_other_key_does_anything_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    made = desk("mmap buf 4")
    watched(made, Held(monkeypatch), lambda app, told: ["u", "n", "question_mark", "q"])
    assert [item.line for item in made.log.items] == ["write buf 0x41"]


def test_an_error_comes_from_a_line_that_took_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "PATIENCE", 0)
    seen = drive(desk(), [*"pni", "space", *"buf", "enter"])
    assert "no such command" in seen.text and seen.typed == "pni buf"


def test_a_failure_of_ours_leaves_the_screen_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "PATIENCE", 0)
    made = desk()

    def fail(line: str) -> Outcome:
        raise RuntimeError(line)

    made.lab.execute = fail  # type: ignore[method-assign]
    assert isinstance(drive(made, [*"audit", "enter"]).result, RuntimeError)
