"""Grading: the marks of one submission, from its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pintutor.classroom import hidden as hidden_checks
from pintutor.classroom.class_file import Class, Exercise
from pintutor.classroom.hidden import Looked
from pintutor.classroom.problem import NotMarked
from pintutor.classroom.replaying import Replayed, Taken, replay
from pintutor.classroom.results import (
    FAILED,
    NOT_RUN,
    PASSED,
    CheckResult,
    Marks,
    safe,
)
from pintutor.classroom.submission import Submission, content_hash, read
from pintutor.content import catalogue
from pintutor.content.checks import missing
from pintutor.content.errors import ContentError, NoSuchContent, read_text
from pintutor.content.lesson import Lesson, load
from pintutor.content.policy import Policy
from pintutor.content.steps import PASSIVE, Step
from pintutor.content.variants import seed_of
from pintutor.lab.lab import Lab

MOST_NOTES = 3
"""Lines that were refused and are named; the others are counted."""


class Grader:
    """Marks submissions of a class; each lesson is read once."""

    def __init__(self, group: Class) -> None:
        self.group = group
        self._read: dict[tuple[str, int], tuple[Lesson, str]] = {}
        self._paths: dict[str, Path] = {}

    def marks(self, file: str, data: bytes) -> Marks:
        """The marks of the submission in the bytes of a file."""
        found = Marks(safe(file))
        group = self.group
        try:
            submission = read(data)
            found = _named(found, submission)
            exercise = group.exercise(submission.lesson)
            if exercise is None:
                what = f"`{submission.lesson}` is no exercise of this class"
                raise NotMarked("unknown-lesson", what, line=2)
            lesson = self._lesson(submission)
            worthy = worth(exercise, lesson)
            found = replace(found, title=safe(lesson.title), worth=worthy)
            if submission.changed and group.refuse_changed:
                what = "this line, or one before it, was changed by hand"
                raise NotMarked("changed", what, line=submission.changed)
            return _marked(found, submission, lesson, exercise, group.policy)
        except NotMarked as error:
            return not_marked(found, error)

    def _refuse_variant(self, submission: Submission) -> None:
        """Refuse another student's variant, where the class gives each a variant."""
        seed = self.group.seed
        if seed is not None and submission.seed != seed_of(submission.student, seed):
            what = f"this is not the variant of {submission.student}"
            raise NotMarked("other-variant", what, line=6)

    def _loaded(self, name: str, seed: int) -> tuple[Lesson, str]:
        """A lesson, and what stands for its text (NotMarked)."""
        try:
            if name not in self._paths:
                self._paths[name] = catalogue.find(name).path
            path = self._paths[name]
            return load(path, seed=seed), content_hash(read_text(path))
        except NoSuchContent as error:
            raise NotMarked("unknown-lesson", error.message, line=2) from None
        except ContentError as error:
            raise NotMarked("bad-lesson", error.message) from None

    def _lesson(self, submission: Submission) -> Lesson:
        """The lesson that a submission is of, if it is still the same."""
        which = submission.lesson, submission.seed
        if which not in self._read:
            self._read[which] = self._loaded(*which)
        lesson, content = self._read[which]
        if content != submission.content:
            what = f"the lesson `{lesson.id}` was another one when this was written"
            hint = f"it was written by pintutor {submission.version}"
            raise NotMarked("other-content", what, line=3, hint=hint)
        if submission.kernel != lesson.kernel:
            what = f"the lesson begins on {lesson.kernel}, not on this kernel"
            raise NotMarked("other-content", what, line=4)
        if lesson.variant:
            self._refuse_variant(submission)
        return lesson


def not_marked(found: Marks, why: NotMarked) -> Marks:
    """The marks of a submission that has none, and why."""
    said = f"{why.message}; {why.hint}" if why.hint else why.message
    return replace(found, problem=why.code, message=safe(said), line=why.line, checks=())


def worth(exercise: Exercise, lesson: Lesson) -> float:
    """The points that an exercise has."""
    points = [exercise.worth(step.id) for step in asked(lesson)]
    return sum(points) + sum(each.points for each in exercise.hidden)


def asked(lesson: Lesson) -> tuple[Step, ...]:
    """The steps of a lesson that ask for something, in order."""
    return tuple(step for step in lesson.steps if step.kind not in (*PASSIVE, "run"))


def _named(found: Marks, submission: Submission) -> Marks:
    return replace(
        found,
        student=safe(submission.student),
        lesson=safe(submission.lesson),
        changed=bool(submission.changed),
    )


def _marked(
    found: Marks,
    submission: Submission,
    lesson: Lesson,
    exercise: Exercise,
    policy: Policy,
) -> Marks:
    seen: dict[str, Looked] = {}

    def reached(lab: Lab, step: str) -> None:
        for each in exercise.hidden:
            if each.after == step:
                where = hidden_checks.machine_after(lesson.steps[lesson.index(step)], lab)
                seen[each.id] = hidden_checks.look(each, where)

    done = replay(lesson, submission.lines, reached)
    for each in exercise.hidden:
        if not each.after:
            seen[each.id] = hidden_checks.look(each, done.lab)
    checks = list(_steps(done, lesson, exercise, policy))
    checks += _hidden(checks, seen, exercise)
    return replace(found, checks=tuple(checks), notes=tuple(_notes(done, submission)))


def _steps(
    done: Replayed, lesson: Lesson, exercise: Exercise, policy: Policy
) -> Iterator[CheckResult]:
    """What came of each step; those behind the first that is not done were not run."""
    status: dict[str, str] = {}
    open_step = ""
    for step in asked(lesson):
        taken = done.of(step.id)
        unmet = [n for n in exercise.needs.get(step.id, ()) if status[n] != PASSED]
        if unmet:
            state, said = NOT_RUN, f"`{unmet[0]}` was not passed"
        elif taken.answer is None and open_step:
            state, said = NOT_RUN, f"`{open_step}` was not done"
        else:
            said = _wrong(step, taken, policy, done)
            state = FAILED if said else PASSED
            open_step = open_step or ("" if taken.answer else step.id)
        status[step.id] = state
        yield CheckResult(
            step.id,
            step.kind,
            state,
            exercise.worth(step.id),
            safe(said),
            wrong=tuple(taken.wrong),
            hints=taken.hints,
        )


def _wrong(step: Step, taken: Taken, policy: Policy, done: Replayed) -> str:
    """Why a step does not count; empty when it does."""
    answer = taken.answer
    if answer is None:
        left = missing(done.lab, step) if step.kind == "task" else ""
        return f"not done: {left}" if left else "not answered"
    most = policy.most(step.kind)
    if not answer.right:
        return "skipped" if answer.text == "skipped" else f"answered {answer.text}"
    if most is not None and len(taken.wrong) >= most:
        return f"right after {len(taken.wrong)} wrong answers; {most} count"
    if taken.shown_after is not None and not policy.reveals(taken.shown_after):
        return "the solution was shown before the class allows it"
    if taken.hints and not policy.hints:
        return "a hint was taken, and the class allows none"
    return ""


def _hidden(
    public: list[CheckResult], seen: dict[str, Looked], exercise: Exercise
) -> Iterator[CheckResult]:
    """What came of each hidden check."""
    status = {each.id: each.status for each in public}
    for each in exercise.hidden:
        looked = seen.get(each.id)
        needs = (each.after, *each.needs) if each.after else each.needs
        unmet = [need for need in needs if status[need] != PASSED]
        if unmet or looked is None:
            said = f"`{(unmet or [each.after])[0]}` was not passed"
            looked = Looked(NOT_RUN, said, "")
        status[each.id] = looked.status
        yield CheckResult(
            each.id,
            "hidden",
            looked.status,
            each.points,
            safe(looked.asked + (f": {looked.found}" if looked.found else "")),
            each.reveal,
            safe(each.sentence),
            safe(looked.found),
        )


def _notes(done: Replayed, submission: Submission) -> Iterator[str]:
    """What a teacher should know of how the marks came about."""
    if submission.changed:
        yield f"line {submission.changed}, or one before it, was changed by hand"
    for number, why in done.refused[:MOST_NOTES]:
        yield f"line {submission.first + number} is refused here: {why}"
    more = len(done.refused) - MOST_NOTES
    if more > 0:
        yield f"{more} more lines are refused"
