"""Jobs in the prompt: when they are told, and what becomes of them."""

from __future__ import annotations

import sys

from pintutor.lab.commands.jobs import under_way
from pintutor.lab.jobs import Jobs
from pintutor.repl.checking import problem
from tests.jobs import ENDLESS, SHORT, gone, sessions_of
from tests.labs import started
from tests.repl.conversations import conversation
from tests.terminal import Terminal


def test_jobs_are_told_behind_the_next_line_and_a_farewell_stops_the_others() -> None:
    talk, kept = conversation()
    talk.lab.jobs = Jobs()
    talk.take(f"{SHORT} &")
    talk.take("explore race-tee strategy=naive workers=2 &")
    talk.take("wait")
    assert "job 1 does it while you go on" in kept.shown[0]
    assert kept.shown[-3] == f"job 1 ▸ {SHORT}"
    assert "nothing left to try" in kept.shown[-2]
    assert kept.shown[-1].startswith("job 2 ▸ explore race-tee")
    assert "cannot be shared among processes" in kept.complaints[-1]
    assert "`dpor` can" in kept.complaints[-1]
    talk.take(f"{ENDLESS} &")
    talk.farewell()
    assert kept.shown[-1] == f"job 3 is stopped: `{ENDLESS}`"
    assert under_way(talk.lab)[0].wait(0)


def test_while_it_is_typed_the_sign_of_a_job_is_right_only_where_it_can_stand() -> None:
    lab = started("mmap buf 1")
    assert problem(lab, f"{SHORT} &") is None
    error = problem(lab, "pin buf &")
    assert error is not None and error.at == (8, 9) and "`explore`" in error.hint


def test_a_search_is_stopped_while_one_types_and_nothing_is_left_behind() -> None:
    argv = [sys.executable, "-m", "pintutor", "repl", "--kernel", "v6.4"]
    with Terminal(argv, rows=30, columns=100) as terminal:
        terminal.wait_for("Tab completes")
        terminal.send(f"{ENDLESS} &\r")
        terminal.wait_for(r"job 1: race-fork on v6.1: [0-9,]+ executions")
        terminal.send("mmap buf 2\r")
        terminal.wait_for("nothing there yet")
        terminal.send("cancel\r")
        terminal.wait_for("job 1 has ended: Enter shows what it came to")
        terminal.send("\r")
        terminal.wait_for(r"job 1 ▸ explore race-fork")
        terminal.wait_for("not exhausted, interrupted")
        terminal.send(f"{ENDLESS} &\r")
        terminal.wait_for("job 2: ")
        sessions = sessions_of(terminal.child.pid)
        terminal.send("quit\r")
        terminal.wait_for("job 2 is stopped")
        assert terminal.wait_end() == 0
    assert len(sessions) == 1 and gone(sessions[0])
