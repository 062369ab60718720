"""Lines that are carried out by another process, beside the learner's work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from pintutor import directories
from pintutor.content.races.explored import Explored
from pintutor.content.races.exploring import Exploration
from pintutor.content.session import Session
from pintutor.lab import jobs
from pintutor.lab.beside import arrived
from pintutor.lab.job_messages import Order, Refused
from pintutor.lab.job_process import carried_out
from pintutor.lab.jobs import Asked, JobList, JobTold
from pintutor.lab.lab import Lab
from pintutor.lab.results import to_json
from tests.dumps import dump
from tests.jobs import ENDLESS, SHORT, beside, came, gone, processes, until_counted
from tests.labs import refused, run, started, value


def word_at(lab: Lab, line: str) -> str:
    """The word that an error points at."""
    span = refused(lab, line).at
    assert span is not None
    return line[span.start : span.stop]


def test_a_job_comes_to_what_the_line_comes_to_and_leaves_the_machine_alone() -> None:
    with beside() as lab:
        assert run(lab, f"{SHORT} &") == JobTold(1, SHORT, "begun")
        run(lab, "mmap buf 4", "pin buf as p")
        before = dump(lab)
        one = came(lab)
        assert (one.number, one.error, one.outcome.line) == (1, None, SHORT)
        assert to_json(one.outcome.result) == to_json(run(started(), SHORT))
        assert dump(lab) == before
        assert value(lab, "result.verdict") == run(started(), SHORT).answers["verdict"]
        assert run(lab, "jobs") == JobList(())


def test_a_job_that_is_cancelled_tells_what_it_has_seen() -> None:
    with beside() as lab:
        run(lab, f"{ENDLESS} &")
        until_counted(lab)
        (state,) = run(lab, "jobs").jobs
        assert (state.number, state.line, state.race) == (1, ENDLESS, "race-fork on v6.1")
        assert refused(lab, ENDLESS).code == "under-way"
        assert word_at(lab, "cancel 2") == "2"
        assert run(lab, "cancel") == JobTold(1, ENDLESS, "stopping")
        result = came(lab).outcome.result
        assert isinstance(result, Explored) and isinstance(
            result.kernels[0].found, Exploration
        )
        assert result.kernels[0].found.stopped == "interrupt"
        assert result.kernels[0].found.executions > 0


def test_one_that_is_cancelled_twice_is_gone_at_once_with_all_that_it_began() -> None:
    with beside() as lab:
        run(lab, "check-course &")
        assert lab.jobs is not None
        session = lab.jobs.under_way[0]._process.pid
        while len(processes(session)) < 2:
            assert not lab.jobs.under_way[0].wait(0.01)
        run(lab, "cancel", "cancel")
        one = came(lab)
        assert one.outcome.result == JobTold(1, "check-course", "stopped")
        assert one.error is None
        assert gone(session)


def test_a_process_that_was_killed_is_told_as_an_error() -> None:
    with beside() as lab:
        run(lab, f"{ENDLESS} &")
        assert lab.jobs is not None
        os.kill(lab.jobs.under_way[0]._process.pid, signal.SIGKILL)
        error = came(lab).error
        assert error is not None and error.code == "job-lost"
        assert "by SIGKILL" in error.message and "run the line again" in error.hint


def test_a_fault_of_ours_is_told_with_the_file_that_has_the_traceback() -> None:
    told = carried_out(Order(SHORT, "pintutor.no_such_module"), started())
    assert isinstance(told, Refused)
    assert told.message.startswith("internal error, ModuleNotFoundError: ")
    (path,) = (directories.state() / "crashes").iterdir()
    assert str(path) in told.hint and "Traceback" in path.read_text()


def test_so_is_one_in_taking_what_a_process_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(jobs.Job, "_take")
    with beside() as lab:
        run(lab, f"{ENDLESS} &")
        error = came(lab).error
        assert error is not None and error.code == "internal-error"
        assert "the traceback is in" in error.hint


def test_no_process_outlives_a_tutor_that_was_killed() -> None:
    program = f"""if True:
        import sys
        import pintutor.content.races.explore_commands
        from pintutor.lab.jobs import Jobs
        from pintutor.lab.lab import Lab
        lab = Lab()
        lab.jobs = Jobs()
        lab.execute("{ENDLESS} &")
        print(lab.jobs.under_way[0]._process.pid, flush=True)
        sys.stdin.readline()
    """
    words, pipe = [sys.executable, "-c", program], subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as tutor:
        assert tutor.stdout is not None
        session = int(tutor.stdout.readline())
        assert processes(session)
        tutor.kill()
    assert gone(session)


def test_what_takes_longer_than_is_waited_for_becomes_a_job() -> None:
    with beside(patience=0) as lab:
        assert run(lab, SHORT) == JobTold(1, SHORT, "begun")


def test_what_is_done_by_then_runs_here() -> None:
    with beside(patience=60) as lab:
        assert run(lab, SHORT).answers["verdict"]


def test_where_nothing_is_waited_for_a_line_becomes_a_job_only_when_it_says_so() -> None:
    with beside() as lab:
        assert run(lab, SHORT).answers["verdict"]


def test_in_a_script_each_line_ends_before_the_next() -> None:
    lab = started()
    assert run(lab, f"{SHORT} &").answers["verdict"]
    assert run(lab, "wait") == JobList(())
    assert run(lab, "jobs") == JobList(())
    assert refused(lab, "cancel").code == "not-there"


@pytest.mark.parametrize("line", ["mmap buf 1 &", "audit --json &", "witness race-tee &"])
def test_what_takes_no_time_or_moves_the_machine_cannot_run_beside(line: str) -> None:
    assert word_at(started(), line) == "&"


def test_no_more_jobs_are_begun_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST", 0)
    with beside(patience=0) as lab:
        assert refused(lab, f"{SHORT} &").code == "too-many-jobs"
        assert run(lab, SHORT).answers["verdict"]


def test_a_lesson_goes_on_when_the_job_that_it_waits_for_ends() -> None:
    with beside(patience=0) as lab:
        session = at_its_search(lab)
        place = session.place
        assert run(lab, "go").result == JobTold(1, SHORT, "begun")
        assert session.place == place
        assert refused(lab, "go").code == "under-way"
        run(lab, "wait")
        came(lab)
        assert session.place > place
        assert SHORT in session.typed.lines


def at_its_search(lab: Lab) -> Session:
    """A lesson that asks for a search next."""
    run(lab, "lesson race-tee")
    session = lab.session
    assert isinstance(session, Session)
    while session.next_line() != SHORT:
        run(lab, "go" if session.next_line() else "skip")
    return session


class Ended:
    """A job that has come to its end, without a process."""

    number = 1
    command = "explore"
    error = None

    def __init__(self, session: object) -> None:
        self.session = session
        self.asked = Asked(SHORT, SHORT, beside=True, as_json=False)
        self.came = started().execute(SHORT)


def test_another_lesson_takes_no_notice_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with beside() as lab:
        session = at_its_search(lab)
        before = session.place
        monkeypatch.setattr(lab.jobs, "ended", lambda: [Ended(None)])
        assert arrived(lab) and session.place == before
        monkeypatch.setattr(lab.jobs, "ended", lambda: [Ended(session)])
        assert arrived(lab) and session.place > before
