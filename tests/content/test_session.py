"""Session: where a learner stands in a lesson, whatever they type."""

import pytest

from pintutor.content.learner.record import Record
from pintutor.content.lesson import Lesson, load
from pintutor.content.session import Session
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.results import Told
from tests.content.courses import Course, Sitting


def made(course: Course, *fences: str) -> Sitting:
    """A lesson of these fences after its front matter, begun."""
    head = course.lesson.read_text().split("# Two pages")[0]
    course.lesson.write_text(head + "\n\n".join(fences) + "\n")
    course.solution.unlink()
    return Sitting.begun(load(course.lesson))


def run_fence(name: str, *lines: str) -> str:
    return "\n".join([f"```pin id={name}", *lines, "```"])


def test_a_lesson_begins_at_its_first_command(sitting: Sitting) -> None:
    assert sitting.at == "map"
    assert sitting.session.next_line() == "mmap buf 2"
    assert sitting.session.current == 1


def test_the_lessons_own_line_is_done_when_it_ran(sitting: Sitting) -> None:
    sitting.type("mmap buf 2")
    assert sitting.session.next_line() == 'write buf "A"'


def test_a_failed_line_is_not_done(sitting: Sitting) -> None:
    with pytest.raises(CommandError):
        sitting.type("mmap buf 0")
    assert sitting.session.next_line() == "mmap buf 2"


@pytest.mark.parametrize(
    "line", ["mmap buf 2 rw", "  mmap   buf 0x2  # mine", "init: mmap buf 2"]
)
def test_an_equivalent_command_counts(sitting: Sitting, line: str) -> None:
    sitting.type(line)
    assert sitting.session.next_line() == 'write buf "A"'


def test_two_commands_that_do_the_work_of_one_count(sitting: Sitting) -> None:
    sitting.type("mmap buf 2", "write buf[0] 0x41")
    assert sitting.at == "map"
    sitting.type("write buf[1] 0x41")
    assert sitting.at == "bias"


def test_another_name_does_not_count(sitting: Sitting) -> None:
    sitting.type("mmap other 2")
    assert sitting.session.next_line() == "mmap buf 2"


def test_commands_of_ones_own_in_between_do_no_harm(sitting: Sitting) -> None:
    sitting.type("mmap mine 1", "mmap buf 2", "show", 'write buf "A"', "read mine")
    assert sitting.at == "bias"


def test_undo_takes_the_lesson_back_and_redo_forward(sitting: Sitting) -> None:
    sitting.type("mmap buf 2", 'write buf "A"', "undo")
    assert sitting.session.next_line() == 'write buf "A"'
    sitting.type("undo")
    assert sitting.session.next_line() == "mmap buf 2"
    sitting.type("redo 2")
    assert sitting.at == "bias"


def test_walking_back_within_a_command_leaves_it_done(sitting: Sitting) -> None:
    sitting.type("mmap buf 2", "back 3")
    assert sitting.session.next_line() == 'write buf "A"'


def test_another_branch_and_back_again_takes_the_lesson_along(sitting: Sitting) -> None:
    sitting.type("mmap buf 2", 'write buf "A"', "undo", "mmap mine 1")
    assert sitting.session.next_line() == 'write buf "A"'
    sitting.type("branch b1")
    assert sitting.at == "bias"


def test_a_line_of_the_lesson_may_itself_go_back_in_time(course: Course) -> None:
    sitting = made(course, run_fence("a", "mmap a 1", "mmap b 1", "undo 2", "mmap c 1"))
    sitting.type("mmap a 1", "mmap b 1", "undo 2")
    assert sitting.session.next_line() == "mmap c 1"
    sitting.type("mmap c 1")
    assert sitting.session.done


def test_a_line_that_only_looks_is_done_when_it_was_looked_at(course: Course) -> None:
    sitting = made(course, run_fence("a", "mmap a 1", "show pt", "audit"))
    sitting.type("mmap a 1")
    assert sitting.session.next_line() == "show pt"
    sitting.type("show   pt", "audit")
    assert sitting.session.done


def test_a_statement_that_does_not_hold_is_not_done(course: Course) -> None:
    sitting = made(course, run_fence("a", "expect zero._refcount == 2"))
    sitting.type("expect zero._refcount == 2")
    assert not sitting.session.done


def test_an_answer_stays_given_when_the_learner_goes_back(sitting: Sitting) -> None:
    sitting.type("mmap buf 2", 'write buf "A"')
    step = sitting.session.step
    assert step is not None
    sitting.session.settle(step, "1025", right=True)
    sitting.type("undo 2", "redo 2")
    assert sitting.at == "pin"


def test_a_prediction_is_computed_without_moving_the_learners_machine(
    sitting: Sitting,
) -> None:
    sitting.type("mmap buf 2", 'write buf "A"')
    before = (sitting.lab.timeline.total, sitting.lab.machine.journal.position)
    step = sitting.session.step
    assert step is not None and sitting.session.expected(step) == 1025
    assert (sitting.lab.timeline.total, sitting.lab.machine.journal.position) == before


def test_a_prediction_is_computed_from_what_the_learner_really_did(
    sitting: Sitting,
) -> None:
    sitting.type("mmap buf 2", 'write buf "A"', "get buf[0] as mine")
    step = sitting.session.step
    assert step is not None and sitting.session.expected(step) == 1026


def test_a_prediction_asked_too_late_is_about_what_there_is(sitting: Sitting) -> None:
    sitting.type("mmap buf 2", 'write buf "A"', "pin buf[0] write as p")
    step = sitting.session.step
    assert step is not None and sitting.session.expected(step) == 1025


def to_the_task(sitting: Sitting) -> None:
    """Do all up to the task."""
    while sitting.at != "swap":
        line = sitting.session.next_line()
        step = sitting.session.step
        assert step is not None
        if line is not None:
            sitting.type(line)
        else:
            sitting.session.settle(step, "", right=True)


@pytest.mark.parametrize(
    "lines",
    [
        ["unpin p", "pin buf[1] as q"],
        ["pin buf[1] slow write as q", "unpin p dirty"],
        ["undo", "pin buf[1] as q"],
        ["gup pin_user_pages buf[1] 1 as q", "unpin p unpin_user_page"],
    ],
)
def test_any_way_to_the_goal_solves_a_task(sitting: Sitting, lines: list[str]) -> None:
    to_the_task(sitting)
    notes = sitting.type(*lines).notes
    assert "the task `swap` is done" in notes
    assert sitting.session.done


def test_a_task_is_not_solved_in_the_middle_of_a_command(sitting: Sitting) -> None:
    to_the_task(sitting)
    sitting.lab.session = None
    sitting.type("unpin p", "pin buf[1] as q", "back")
    sitting.lab.session = sitting.session
    sitting.type("back")
    assert sitting.at == "swap"


def test_a_task_that_was_reached_stays_reached_when_history_is_undone(
    sitting: Sitting,
) -> None:
    to_the_task(sitting)
    sitting.type("undo 3")
    assert sitting.at == "swap"


def test_checks_say_what_does_not_hold_and_what_the_state_is(sitting: Sitting) -> None:
    to_the_task(sitting)
    checks, _ = sitting.session.check()
    assert [(one.holds, one.state) for one in checks] == [
        (False, "buf[0]._refcount is 1025"),
        (False, "nothing is called `q`"),
        (False, "buf[1]._refcount is 1"),
    ]


def test_hints_come_in_their_order_and_the_last_one_again(sitting: Sitting) -> None:
    to_the_task(sitting)
    step = sitting.session.step
    assert step is not None
    grades = [sitting.session.hint(step)[0] for _ in range(5)]
    assert grades == [1, 2, 3, 3, 3]


def test_what_is_new_to_read_is_told_once(sitting: Sitting) -> None:
    first = [step.kind for step in sitting.session.unread()]
    sitting.type("mmap buf 2", 'write buf "A"')
    then = [step.kind for step in sitting.session.unread()]
    assert (first, then) == (["text", "run"], ["text", "predict"])
    assert sitting.session.unread() == ()


def test_what_comes_after_is_told_at_the_end(sitting: Sitting) -> None:
    to_the_task(sitting)
    sitting.session.unread()
    sitting.type("unpin p", "pin buf[1] as q")
    assert [step.kind for step in sitting.session.unread()] == ["after"]


def test_progress_is_saved_after_each_line_that_was_news(course: Course) -> None:
    saved: list[Record] = []

    def save(lesson: str, record: Record) -> tuple[str, ...]:
        saved.append(record)
        return ()

    lesson = load(course.lesson)
    lab = Lab(lesson.kernel)
    lab.session = Session(lesson, lab, save=save)
    for line in ("audit", "mmap buf 2", "why zero._refcount", 'write buf "A"'):
        lab.execute(line)
    assert [record.lines for record in saved] == [
        ["mmap buf 2"],
        ["mmap buf 2", 'write buf "A"'],
    ]
    assert [record.done for record in saved] == [[], ["map"]]


def resumed(lesson: Lesson, record: Record) -> Sitting:
    sitting = Sitting.begun(lesson)
    sitting.session.resume(record)
    return sitting


def test_a_lesson_goes_on_at_every_place_where_it_can_be_left(course: Course) -> None:
    lesson = load(course.lesson)
    sitting = Sitting.begun(lesson)
    lines = ["mmap buf 2", 'write buf "A"', "pin buf[0] write as p", "unpin p"]
    for line in lines:
        sitting.type(line)
        step = sitting.session.step
        while step is not None and step.kind in ("predict", "quiz"):
            sitting.session.settle(step, "1", right=False)
            step = sitting.session.step
        again = resumed(lesson, sitting.session.record())
        assert again.session.place == sitting.session.place
        assert again.session.record() == sitting.session.record()
        assert again.lab.kernel.vm_stat.nr_foll_pin_released == (line == "unpin p")


def test_a_lesson_goes_on_after_commands_that_only_looked(course: Course) -> None:
    sitting = made(course, run_fence("a", "mmap a 1", "audit"), run_fence("b", "read a"))
    sitting.type("mmap a 1", "audit")
    again = resumed(sitting.session.lesson, sitting.session.record())
    assert again.session.next_line() == "read a"


def test_a_symptom_is_told_with_the_text_around_it_and_asks_nothing(
    sitting: Sitting,
) -> None:
    sitting.type("go", "go", "answer 1025", "go")
    sitting.session.unread()
    sitting.type("answer 1")
    assert sitting.at == "swap"
    kinds = [step.kind for step in sitting.session.unread()]
    assert kinds == ["text", "symptom", "task"]
    said = sitting.type("lesson").result
    assert isinstance(said, Told)
    assert any("| `zero._refcount` | 1025 | 1 |" in each for each in said.paragraphs)


def test_a_task_that_holds_in_the_midst_of_a_command_is_settled_when_asked(
    course: Course,
) -> None:
    held = "```check\nbuf[0]._refcount == 1 + 1024\nbuf[1]._refcount == 1\n```"
    task = "```task id=between\nStand between two pins.\n```\n\n" + held
    hints = "\n\n".join(["```hint\nWalk.\n```"] * 3)
    sitting = made(course, run_fence("map", "mmap buf 2", "write buf 1"), task, hints)
    sitting.type("go", "go", "pin buf as p", "back-until buf[1]._refcount == 1")
    assert sitting.at == "between"
    checks, _ = sitting.session.check()
    assert all(one.holds for one in checks)
    assert sitting.session.done
