"""What takes long runs beside: one steps and types, and sees its result come."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from pintutor.lab.commands.jobs import under_way
from pintutor.lab.jobs import Jobs, JobState
from pintutor.tui import jobs_pane, linear
from pintutor.tui.desk import Desk
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.race_screen import RaceScreen
from pintutor.tui.waiting import Waiting
from pintutor.tui.working import WorkScreen
from pintutor.view.rows import as_text
from tests.jobs import ENDLESS, SHORT, gone, sessions_of
from tests.terminal import Terminal, script
from tests.tui.pressing import Tried, click, drawn, press, sitting
from tests.tui.screens import PINNED, desk


def with_jobs(*lines: str) -> Desk:
    """A desk on which whatever can be a job is one at once."""
    made = desk(*lines)
    made.lab.jobs = Jobs(patience=0)
    return made


def told(screen: WorkScreen) -> bool:
    """True while a screen tells how jobs go on."""
    return bool(screen.jobs.display)


async def ran(pilot: Tried, screen: WorkScreen, line: str) -> None:
    """Run a line as a key would, until a machine that is busy has begun it too."""
    screen.run_line(line)
    while isinstance(pilot.app.screen, Waiting):
        await pilot.pause(0.02)
    await pilot.pause()


async def until_told(pilot: Tried, made: Desk) -> None:
    """Wait until no job is under way any more."""
    while under_way(made.lab):
        await pilot.pause(0.05)
    await pilot.pause()


def test_one_steps_while_a_search_goes_on_and_sees_its_result_come() -> None:
    made = with_jobs(*PINNED)

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await ran(pilot, screen, SHORT)
        await press(pilot, "escape")
        before = made.lab.timeline.cursor
        await press(pilot, "b", "b")
        assert made.lab.timeline.cursor < before
        assert under_way(made.lab)
        while not told(screen):
            await pilot.pause(0.05)
        assert any("1 " in line and "cancel 1" in line for line in drawn(pilot))
        await until_told(pilot, made)
        assert not told(screen)
        (item,) = [one for one in made.log.items if one.kernel == "job 1"]
        assert item.line == SHORT
        assert "nothing left to try" in as_text(item.told)
        assert f"job 1 ▸ {SHORT}" in "\n".join(screen.pane("log").text())

    sitting(made, then)


def test_a_click_stops_a_job_and_what_it_has_seen_comes_on_another_screen() -> None:
    made = with_jobs()

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        await ran(pilot, screen, ENDLESS)
        await ran(pilot, screen, "race race-tee")
        front = pilot.app.screen
        assert isinstance(front, RaceScreen)
        while not (told(front) and under_way(made.lab)[0].state.done):
            await pilot.pause(0.05)
        await pilot.pause(0.3)
        await click(pilot, "cancel 1")
        await until_told(pilot, made)
        assert isinstance(pilot.app.screen, RaceScreen) and not told(front)
        item = made.log.items[-1]
        assert (item.line, item.kernel) == (ENDLESS, "job 1")
        await press(pilot, "escape")
        await pilot.pause(0.3)
        assert not told(screen)

    sitting(made, then)


class Going:
    """A job that goes on for ever, without a process."""

    def __init__(self, number: int) -> None:
        counts = (1_200, 2_400, "pages", "race-fork on v6.1")
        self.state = JobState(number, ENDLESS, *counts, 4.0, stopping=False)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((120, 40), [" 1 █████░░░░░ race-fork on v6.1: 1,200 executions, 300/s", " 2 ███"]),
        ((60, 16), [" 1 █████░░░░░ race-fork on v6.1: 1,200 execut"]),
        ((40, 12), []),
    ],
)
def test_jobs_take_only_the_rows_that_there_are(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], shown: list[str]
) -> None:
    going = [Going(number) for number in range(1, 5)]
    monkeypatch.setattr(jobs_pane, "under_way", lambda lab: going)

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.refit()
        await pilot.pause()
        rows = screen.jobs.text() if screen.jobs.display else []
        more = ["   and 2 more"] if shown[1:] else []
        for row, words in zip(rows, shown + more, strict=True):
            assert row.startswith(words)
        assert [row[-8:] for row in rows[: len(shown)]] == ["cancel 1", "cancel 2"][
            : len(shown)
        ]
        assert screen.pane("foot").region.bottom == size[1]

    sitting(desk(), then, size=size)


def test_who_quits_leaves_no_process_behind() -> None:
    with Terminal([script("pintutor"), "tui"], rows=40, columns=120) as terminal:
        terminal.wait_for("This is a model")
        terminal.settle()
        terminal.send(f"{ENDLESS}\r")
        terminal.wait_for(r"1 race-fork on v6.1: [0-9,]+ executions")
        sessions = sessions_of(terminal.child.pid)
        terminal.send("quit\r")
        assert terminal.wait_end() == 0
    assert len(sessions) == 1 and gone(sessions[0])


def test_in_lines_a_result_is_said_while_no_key_comes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = with_jobs()
    monkeypatch.setattr(linear, "key_waits", lambda seconds: not under_way(made.lab))
    monkeypatch.setattr(linear, "key_by_key", nullcontext)
    monkeypatch.setattr(linear, "read_key", lambda: "q")
    made.run(SHORT)
    assert linear.run(made) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"job 1, {SHORT}" in said and any("nothing left to try" in one for one in said)
