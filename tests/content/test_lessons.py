"""The shipped lessons, taken as a learner takes them."""

import pytest

from pintutor.content.catalogue import lessons
from pintutor.content.lesson import Lesson, load
from tests.content.courses import Course, Sitting

SHIPPED = [load(one.path) for one in lessons()]
ZERO_PAGE = next(lesson for lesson in SHIPPED if lesson.id == "zero-page")


def taken(lesson: Lesson) -> Sitting:
    """A lesson taken to its end, each prediction answered by the model."""
    sitting = Sitting.begun(lesson)
    while (step := sitting.session.step) is not None:
        line = sitting.session.next_line()
        if line is not None:
            sitting.type(line)
        elif step.kind == "task":
            sitting.type(*[each.text for each in lesson.solutions[step.id]])
            sitting.session.check()
        else:
            sitting.session.settle(step, "", right=True)
    return sitting


@pytest.mark.parametrize("lesson", SHIPPED[::4], ids=lambda lesson: lesson.id)
def test_a_shipped_lesson_can_be_taken_to_its_end_and_left_anywhere(lesson: Lesson) -> None:
    whole = taken(lesson)
    assert whole.session.done
    record = whole.session.record()
    assert record.complete
    again = Sitting.begun(lesson)
    again.session.resume(record)
    assert again.session.done


def answers_of(lesson: Lesson) -> dict[str, object]:
    """What the model computes for each prediction of a lesson, on the way."""
    sitting = Sitting.begun(lesson)
    found: dict[str, object] = {}
    while (step := sitting.session.step) is not None:
        line = sitting.session.next_line()
        if line is not None:
            sitting.type(line)
            continue
        if step.kind == "predict":
            found[step.id] = sitting.session.expected(step)
        sitting.session.settle(step, "", right=True)
    return found


def test_the_zero_page_lesson_has_these_answers() -> None:
    assert answers_of(ZERO_PAGE) == {
        "first-pins": 1 + 4 * 1024,
        "one-too-many": -(2**31) + 1,
        "refused": -12,
        "underflow": 2 - 1024,
        "after-pin": 1,
        "after-get": 1 + 4,
    }


def test_the_count_at_the_brink_is_what_the_text_says() -> None:
    pins = 2_097_151
    assert 1 + pins * 1024 == 2_147_482_625 <= 2**31 - 1 < 1 + (pins + 1) * 1024
    assert (pins + 1) * 4096 == 8 << 30


def test_the_solution_lies_beside_the_lesson(course: Course) -> None:
    lesson = load(course.lesson.parent)
    lines = [line.text.strip() for line in lesson.solutions["swap"]]
    assert lines == ["unpin p", "pin buf[1] as q"]
