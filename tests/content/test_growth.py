"""Branches and marks of a tutor that broke off: the next one has them too."""

from __future__ import annotations

import os

from pintutor.classroom.right_answers import taking
from pintutor.content.learner.beside import Beside, Branch
from pintutor.content.learner.sittings import Sitting, Work
from pintutor.content.session import Session
from pintutor.content.trying import solution_of
from pintutor.lab.lab import Lab
from tests.labs import run
from tests.tutors import Tutor

BRANCHED = (
    *("mmap a 1", "mmap b 1", "undo", "mmap c 1", "mmap d 1", "mark here", "undo"),
    *("mmap e 1", "mmap f 1", "branch b1", "branch b2", "mark start", "undo"),
)


def told(lab: Lab) -> list[object]:
    """What there is to see of a history."""
    timeline = lab.timeline
    marks = {name: timeline.step_of(stand) for name, stand in timeline.marks.items()}
    return [run(lab, "branch").rows, run(lab, "timeline").rows, marks, timeline.cursor]


def test_branches_that_grow_from_branches_and_marks_are_as_they_were() -> None:
    killed = Tutor(*BRANCHED)
    before = told(killed.lab)
    killed.kill()
    tutor = Tutor("resume")
    assert told(tutor.lab) == before
    run(tutor.lab, "redo", "undo 2", "mmap g 1")
    names = [row[0] for row in run(tutor.lab, "branch").rows]
    assert len(names) == len(set(names)) == 3


def test_a_branch_is_kept_over_several_crashes() -> None:
    killed = Tutor(*BRANCHED)
    before = told(killed.lab)
    killed.kill()
    Tutor("resume").kill()
    assert told(Tutor("resume").lab) == before


def test_a_mark_in_the_midst_of_a_command_is_kept() -> None:
    Tutor("mmap a 1", "write a 0x41", "back 3", "mark there", "goto start").kill()
    tutor = Tutor("resume", "goto there")
    assert tutor.lab.timeline.total - tutor.lab.timeline.cursor == 3


def test_in_a_lesson_branches_and_marks_are_kept_too() -> None:
    lines = ("lesson zero-page", "go", "go", "mark read", "undo", "mmap other 1")
    killed = Tutor(*lines)
    before = told(killed.lab)
    killed.kill()
    tutor = Tutor("resume")
    assert told(tutor.lab) == before
    run(tutor.lab, "branch b1", "goto read")
    assert tutor.lines == ["mmap buf 4", "read buf"]


def test_a_lesson_that_names_a_branch_can_be_left_before_it_is_returned_to() -> None:
    killed = Tutor("lesson walking-time")
    session = killed.lab.session
    assert isinstance(session, Session)
    last = session.lesson.tasks[-1]
    next(step for step, _ in taking(session) if step is last)
    killed.kill()
    again = Tutor("resume").lab
    assert isinstance(again.session, Session) and again.session.step is not None
    run(again, *solution_of(again.session, again.session.step), "check")
    assert again.session.answers[last.id].right


def test_a_branch_that_no_longer_runs_is_left_out() -> None:
    work = Work("", "v6.4", ("mmap a 1", "mmap b 1"), 2, (), beside=BROKEN)
    sitting = Sitting()
    sitting.keep(work)
    os.close(sitting._file)
    tutor = Tutor("resume")
    assert tutor.lines == ["mmap a 1", "mmap b 1"]
    assert [row[2] for row in run(tutor.lab, "branch").rows] == ["mmap c 1"]


BROKEN = Beside(
    (Branch(0, ("mmap c 1", "frob c")), Branch(3, ("mmap d 1",)), Branch(99, ("audit",)))
)
