"""A tutor that broke off, and what the next one offers and goes on with."""

import os
from pathlib import Path

import pytest

from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.learner.resuming import begun, offer
from pintutor.content.learner.sittings import MOST_KEPT, Sitting, Work, broken
from pintutor.content.session import Session
from pintutor.directories import sittings
from pintutor.lab.jobs import Jobs
from pintutor.lab.lab import Lab
from pintutor.lab.results import Told
from tests.jobs import ENDLESS, came
from tests.labs import refused, run
from tests.tutors import Tutor


def test_a_lab_that_broke_off_is_offered() -> None:
    Tutor("mmap buf 4", "pin buf", kernel="v6.1").kill()
    assert offer() == "v6.1, 2 commands"


def test_a_lesson_that_broke_off_is_offered_with_what_is_done_of_it() -> None:
    Tutor("lesson zero-page", "go", "go").kill()
    assert offer() == "lesson zero-page, 1 step done"


def test_a_tutor_that_runs_is_not_offered() -> None:
    tutor = Tutor("mmap buf 4")
    assert offer() == ""
    tutor.kill()
    assert offer()


def test_a_tutor_that_was_left_in_order_is_not_offered() -> None:
    Tutor("mmap buf 4").leave()
    assert offer() == ""
    assert list(sittings().glob("*.jsonl")) == []


def test_a_tutor_in_which_nothing_was_done_leaves_no_file() -> None:
    Tutor("help", "audit")
    assert not sittings().exists()


def test_a_lab_goes_on_with_the_same_machine() -> None:
    Tutor("mmap buf 4", "read buf", "apply zero-page-unpinned", "pin buf as p").kill()
    tutor = Tutor("resume", kernel="v6.12")
    assert tutor.lab.kernel_name == "v6.4+1"
    assert tutor.lines[-1] == "pin buf as p"
    assert "p" in tutor.lab.names.held()


def test_what_lies_in_another_branch_can_be_returned_to() -> None:
    Tutor("mmap a 1", "mmap b 1", "undo 2", "mmap c 1", "mmap d 1").kill()
    tutor = Tutor("resume")
    assert tutor.lines == ["mmap c 1", "mmap d 1"]
    run(tutor.lab, "branch b1")
    assert tutor.lines == ["mmap a 1", "mmap b 1"]


def test_what_was_undone_can_be_done_again() -> None:
    Tutor("mmap a 1", "mmap b 1", "mmap c 1", "undo 2").kill()
    tutor = Tutor("resume")
    assert not {"b", "c"} & set(tutor.lab.names.all())
    run(tutor.lab, "redo 2")
    assert {"a", "b", "c"} <= set(tutor.lab.names.all())


def test_a_learner_who_went_to_the_start_to_look_has_lost_nothing() -> None:
    Tutor("mmap a 1", "goto start").kill()
    assert offer() == "v6.4, 1 command"
    tutor = Tutor("resume", "redo")
    assert "a" in tutor.lab.names.all()


def test_in_a_lesson_what_was_undone_can_be_done_again() -> None:
    Tutor("lesson zero-page", "go", "go", "undo 2").kill()
    tutor = Tutor("resume")
    session = tutor.lab.session
    assert isinstance(session, Session)
    assert session.current == session.lesson.index("map")
    run(tutor.lab, "redo 2")
    assert session.step is not None
    assert session.step.id == "first-pins"


def test_a_lesson_goes_on_where_it_was() -> None:
    Tutor("lesson zero-page", "go", "go").kill()
    tutor = Tutor("resume")
    session = tutor.lab.session
    assert isinstance(session, Session)
    assert session.step is not None
    assert (session.lesson.id, session.step.id) == ("zero-page", "first-pins")
    assert tutor.lines == ["mmap buf 4", "read buf"]


def test_what_was_resumed_is_kept_for_the_next_crash_and_offered_once() -> None:
    Tutor("mmap buf 4").kill()
    tutor = Tutor("resume", "pin buf")
    assert offer() == ""
    tutor.kill()
    assert [one.work.lines for one in broken()] == [("mmap buf 4", "pin buf")]


def test_of_several_the_latest_comes_first() -> None:
    for name in ("a", "b"):
        Tutor(f"mmap {name} 1").kill()
    assert [one.work.lines for one in broken()] == [("mmap b 1",), ("mmap a 1",)]
    lab = Lab()
    run(lab, "resume", "resume")
    assert lab.timeline.entries[0].line == "mmap a 1"


def test_a_lesson_that_is_begun_by_name_is_not_offered_any_more() -> None:
    Tutor("lesson zero-page", "go").kill()
    Tutor("lesson zero-page").leave()
    assert offer() == ""


def test_a_lesson_that_is_done_leaves_nothing_to_go_on_with() -> None:
    tutor = Tutor("lesson page-counts")
    session = tutor.lab.session
    assert isinstance(session, Session)
    while not session.done:
        run(tutor.lab, "go" if session.next_line() else "skip")
    tutor.kill()
    assert offer() == ""


def test_what_broke_off_can_be_dropped() -> None:
    Tutor("mmap buf 4").kill()
    result = Lab().execute("resume forget").result
    assert isinstance(result, Told)
    assert result.data == {"dropped": 1}
    assert offer() == ""


def test_with_nothing_broken_off_resume_is_refused() -> None:
    assert refused(Lab(), "resume").code == "nothing-to-resume"


def test_a_lesson_that_is_gone_is_refused_and_dropped() -> None:
    sitting = Sitting()
    sitting.keep(Work(lesson="no-such-lesson"))
    os.close(sitting._file)
    assert refused(Lab(), "resume").code == "unknown-lesson"
    assert offer() == ""


def test_commands_that_no_longer_run_are_named() -> None:
    sitting = Sitting()
    sitting.keep(Work("", "v6.4", ("mmap buf 4", "frob buf", "pin buf"), 3))
    os.close(sitting._file)
    told = Lab().execute("resume").result
    assert isinstance(told, Told)
    assert told.paragraphs[0].startswith("1 of 3 commands ran")
    assert told.paragraphs[1] == "these are left: frob buf; pin buf"


def test_a_sitting_writes_only_what_is_new() -> None:
    tutor = Tutor("mmap a 1", "mmap b 1", "undo", "mmap c 1")
    (path,) = sittings().glob("*.jsonl")
    _, *lines = path.read_text().splitlines()
    assert lines == [
        '{"kernel": "v6.4", "after": 0, "lines": ["mmap a 1"], "done": 1}',
        '{"kernel": "v6.4", "after": 1, "lines": ["mmap b 1"], "done": 2}',
        '{"kernel": "v6.4", "after": 2, "lines": [], "done": 1}',
        '{"kernel": "v6.4", "after": 1, "lines": ["mmap c 1"], "done": 2, "beside": '
        '{"branches": [{"after": 0, "lines": ["mmap b 1"]}], '
        '"names": [[2, "b1"]], "marks": []}}',
    ]
    tutor.leave()


@pytest.mark.parametrize(
    "end", ['{"kernel": "v6.4", "af', "\x00\x00", "[]", '{"after": 1, "lines": 3}', "\n"]
)
def test_a_line_that_is_torn_or_spoilt_costs_itself_alone(end: str) -> None:
    Tutor("mmap buf 4").kill()
    (path,) = sittings().glob("*.jsonl")
    with path.open("a") as file:
        file.write(end)
    assert [one.work.lines for one in broken()] == [("mmap buf 4",)]


def test_old_sittings_do_not_pile_up() -> None:
    for number in range(MOST_KEPT + 3):
        Tutor(f"mmap a{number} 1").kill()
    assert len(broken()) == MOST_KEPT
    assert len(list(sittings().glob("*.jsonl"))) == MOST_KEPT
    assert broken()[0].work.lines == ("mmap a10 1",)


def test_a_folder_that_cannot_be_written_is_told_once(own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "state").write_text("a file, where a directory should be")
    tutor = Tutor()
    (note,) = tutor.lab.execute("mmap buf 4").notes
    assert note.startswith("nothing is kept: ")
    assert tutor.lab.execute("pin buf").notes == ()
    assert offer() == ""


def test_the_prompt_offers_the_lesson_that_was_worked_at_last() -> None:
    assert begun() == ""
    for name in ("zero-page", "page-tables"):
        Tutor(f"lesson {name}", "go", "go").leave()
    assert begun() == "page-tables"
    Store().save("page-tables", Record(complete=True))
    assert begun() == "zero-page"


@pytest.mark.parametrize("lines", [("mmap buf 4",), ("lesson zero-page", "go")])
def test_what_was_under_way_besides_is_named(lines: tuple[str, ...]) -> None:
    tutor = Tutor(*lines)
    tutor.lab.jobs = Jobs()
    run(tutor.lab, f"{ENDLESS} &")
    tutor.kill()
    tutor.lab.jobs.end()
    assert offer().endswith(", 1 job under way")
    told = Lab().execute("resume").result
    assert isinstance(told, Told)
    assert f"was under way: `{ENDLESS}`; run it again" in told.paragraphs


def test_what_has_ended_is_not_named() -> None:
    tutor = Tutor("mmap buf 4")
    tutor.lab.jobs = Jobs()
    run(tutor.lab, f"{ENDLESS} &", "cancel", "cancel")
    came(tutor.lab)
    tutor.kill()
    assert offer() == "v6.4, 1 command"
