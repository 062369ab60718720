"""`lesson NAME fast`: the tasks of a lesson alone."""

from dataclasses import replace

import pytest

from pintutor.content.catalogue import find
from pintutor.content.fast import begin_fast
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.lesson import load
from pintutor.content.session import Session
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.results import Told
from tests.labs import run
from tests.tutors import Tutor


def session(lab: Lab) -> Session:
    assert isinstance(lab.session, Session)
    return lab.session


def test_it_begins_with_the_task_where_its_machine_stands() -> None:
    lab = Lab()
    told = lab.execute("lesson page-counts fast").result
    assert isinstance(told, Told)
    assert told.title == "1.1 Fast: A page and its counts"
    step = session(lab).step
    assert step is not None
    assert step.id == "give-back"
    assert lab.timeline.entries[0].line == "mmap buf 2"


def test_who_solves_the_tasks_has_done_the_lesson() -> None:
    lab = Lab()
    run(lab, "lesson page-counts fast", "put g")
    assert "`page-counts` counts as done" in lab.execute("unpin p").notes
    assert Store().load()["page-counts"].complete
    run(lab, "lesson page-counts")
    step = session(lab).step
    assert step is not None
    assert step.id == "map"


def test_what_is_skipped_does_not_count_as_done_and_is_reviewed() -> None:
    lab = Lab()
    run(lab, "lesson page-counts fast", "skip")
    record = Store().load()["page-counts"]
    assert not record.complete
    assert record.mistakes["give-back"].is_open


def test_where_one_stands_in_the_whole_lesson_stays_as_it_is() -> None:
    lab = Lab()
    run(lab, "lesson page-counts", "go")
    before = Store().load()["page-counts"]
    run(lab, "lesson page-counts fast", "hint")
    after = Store().load()["page-counts"]
    assert (after.lines, after.done, after.take) == (before.lines, before.done, 1)


def test_several_tasks_come_one_after_the_other() -> None:
    lab = Lab()
    run(lab, "lesson write-the-schedule fast")
    while (step := session(lab).step) is not None:
        assert not Store().load().get("write-the-schedule", Record()).complete
        result = None if step.kind == "run" else lab.execute("solution").result
        run(lab, *(result.data["lines"] if isinstance(result, Told) else ["go"]))
    assert Store().load()["write-the-schedule"].complete


def test_a_lesson_without_tasks_is_refused() -> None:
    lesson = replace(load(find("page-counts").path), steps=())
    with pytest.raises(CommandError, match="has no task to be solved alone"):
        begin_fast(Lab(), lesson, Store())


def test_it_is_no_lesson_that_is_gone_on_with() -> None:
    tutor = Tutor("lesson page-counts fast", "hint")
    tutor.lab.execute("lesson")
    assert list(Store().load()) == ["page-counts"]
    assert Store().load()["page-counts"] == Record(
        mistakes=Store().load()["page-counts"].mistakes
    )
