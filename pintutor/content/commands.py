"""Commands that drive a lesson. They return what is told, as text and as data."""

from __future__ import annotations

from typing import Annotated

import pintutor.content.blank_commands
import pintutor.content.checking.check_commands
import pintutor.content.compare_commands
import pintutor.content.edit_commands
import pintutor.content.glossary_commands
import pintutor.content.lab_commands
import pintutor.content.learner.progress_commands
import pintutor.content.learner.resume_commands
import pintutor.content.learner.review
import pintutor.content.lesson_commands
import pintutor.content.letter_commands
import pintutor.content.save_command  # noqa: F401  (declares commands)
from pintutor.content import answers
from pintutor.content.answer_words import ANSWER
from pintutor.content.blank_commands import Asked, filled_in
from pintutor.content.exercise_answer import answered, left
from pintutor.content.exercises.program import Program
from pintutor.content.policy import Policy
from pintutor.content.session import TOPIC, Session
from pintutor.content.steps import TASKS, Step
from pintutor.content.tell import told_checks
from pintutor.content.trying import settled, solution_of
from pintutor.content.under_way import session_of
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word


@command(TOPIC, mutates=False, see=("lesson", "skip"))
def go(lab: Lab) -> Outcome:
    """Run the next command of the lesson, as if it was typed."""
    session = session_of(lab)
    line = session.next_line()
    if line is None:
        raise CommandError(_no_line(session), None, code="no-line", hint=_ask(session.step))
    try:
        return lab.execute(line)
    except CommandError as error:
        if not session.strayed():
            raise
        raise CommandError(
            f"`{line}` cannot run here: {error.message}",
            None,
            code="strayed",
            hint="you went back before commands of the lesson: `redo` or `branch`",
        ) from None


def _no_line(session: Session) -> str:
    step = session.step
    if step is None:
        return "the lesson is done"
    return "the lesson has no command for you now: it asks for " + {
        "predict": "a prediction",
        "quiz": "an answer",
        "task": "something that you find out",
        "schedule": "turns: `turn P0`",
        "fix": "a script: `edit` changes it, `check` runs it",
        "driver": "what the script lacks: `edit` puts it in, `check` runs it",
    }.get(step.kind, "an answer")


def _ask(step: Step | None) -> str:
    if step is None:
        return "`lessons` lists the others"
    if step.kind in ("task", "fix", "driver"):
        return "`lesson` shows it, `hint` helps, `check` says what is missing"
    return "`lesson` shows the question, `answer VALUE` answers it"


@command(
    TOPIC,
    mutates=False,
    examples=("answer 1025", "answer yes", "answer P0*3 P1", "answer unpin p; unpin q"),
    see=("lesson", "skip"),
)
def answer(lab: Lab, value: Annotated[Word, ANSWER]) -> Told:
    """Answer the question that the lesson asks.

    A value is a number, decimal or 0x…, a sum such as 1 + 1024, yes or no, or an error
    such as -EFAULT. A choice is named by its number. An exercise on a race takes a
    schedule; what that leaves open runs on without another preemption. Others take a
    kernel, a patch, a holder, the values of all blanks, or the lines of a script with
    `;` between them and `|` between its holes.
    """
    if isinstance(lab.asked, Asked):
        return filled_in(lab, lab.asked, value)
    session = session_of(lab)
    step = session.step
    if step is not None and step.exercise is not None:
        return answered(session, step, step.exercise, value)
    if step is None or step.kind not in ("predict", "quiz"):
        hint = _ask(step) if step is None or step.kind == "task" else "`go` runs its line"
        raise CommandError("no question is open", None, code="no-question", hint=hint)
    if step.kind == "quiz":
        return _chosen(session, step, value)
    return _predicted(session, step, value)


def _chosen(session: Session, step: Step, value: Word) -> Told:
    index = answers.chosen(value.text, value.start, len(step.choices))
    choice = step.choices[index]
    notes = settled(session, step, value.text.strip(), right=choice.right)
    if not choice.right:
        notes = (f"not so; {left(session, step)}", *notes)
    data = {"kind": "quiz", "id": step.id, "right": choice.right, "choice": index + 1}
    title = "right" if choice.right else "wrong"
    return Told(title, (choice.feedback, *notes), data)


def _predicted(session: Session, step: Step, value: Word) -> Told:
    expected = session.expected(step)
    found = answers.given(value.text, value.start, expected)
    right = answers.same(found, expected)
    feedback = "" if right else _misconception(step, found, expected)
    text = value.text.strip()
    data: dict[str, object] = {"kind": "predict", "id": step.id, "right": right}
    notes = settled(session, step, text, right=right)
    if not right and not _shows(session, step):
        parts = (feedback, left(session, step), *notes)
        return Told("not so", tuple(part for part in parts if part), data)
    parts = (_value(step, expected, text), feedback, step.why, *notes)
    data["value"] = expected
    return Told("right" if right else "not so", tuple(x for x in parts if x), data)


def _value(step: Step, expected: object, text: str = "") -> str:
    """What a prediction comes to."""
    after = " after that" if step.of else ""
    return f"{step.expr} is {answers.spelt(expected, text)}{after}"


def _comes_to(session: Session, step: Step) -> tuple[str, ...]:
    """What a prediction comes to, where that can be said; nothing of other steps."""
    if step.kind != "predict":
        return ()
    try:
        return (_value(step, session.expected(step)),)
    except CommandError:
        return ()  # what was typed besides does not let the lesson's lines run


def _shows(session: Session, step: Step) -> bool:
    """True when the value may be told to who did not find it: all answers are given."""
    wrong = len(session.tries.wrong.get(step.id, ()))
    return step.id in session.answers and session.tries.policy.reveals(wrong)


def _misconception(step: Step, found: object, expected: object) -> str:
    for text, feedback in step.wrong:
        if answers.same(found, answers.given(text, 0, expected)):
            return feedback
    return ""


@command(TOPIC, mutates=False, see=("solution", "check"))
def hint(lab: Lab) -> Told:
    """Give a hint for the task: first a nudge, then a pointer, then nearly all of it."""
    session = session_of(lab)
    step = session.step
    if not session.tries.policy.hints:
        raise CommandError("this class gives no hints", None, code="not-allowed")
    if step is None or step.kind not in TASKS:
        line = session.next_line()
        said = f"`go` runs the next command, `{line}`" if line else _ask(step)
        return Told("hint", (said,))
    grade, text = session.hint(step)
    more = "`hint` gives another" if grade < len(step.hints) else "`solution` shows one"
    data = {"id": step.id, "grade": grade, "of": len(step.hints)}
    title = f"hint {grade} of {len(step.hints)}" if grade else "hint for what you did"
    return Told(title, (text, more), data)


@command(TOPIC, mutates=False, aliases=("verify",), see=("lesson", "hint"))
def check(lab: Lab) -> Told:
    """Say of each check of the task whether it holds, and what the state is."""
    session = session_of(lab)
    step = session.step
    if step is not None and isinstance(step.exercise, Program):
        draft = session.tries.drafts.get(step.id, step.exercise.start)
        return answered(session, step, step.exercise, Word(draft, 0, len(draft)))
    if step is None or step.kind != "task":
        raise CommandError("no task is open", None, code="no-task", hint=_ask(step))
    checks, notes = session.check()
    return told_checks(step, checks, notes)


@command(TOPIC, mutates=False, see=("hint", "skip"))
def solution(lab: Lab) -> Told:
    """Show commands that solve the task; they are not run."""
    session = session_of(lab)
    step = session.step
    if step is None or step.kind not in TASKS:
        raise CommandError("no task is open", None, code="no-task", hint=_ask(step))
    wrong = len(session.tries.wrong.get(step.id, ()))
    if not session.tries.policy.reveals(wrong):
        raise _kept_back(session.tries.policy, wrong)
    lines = solution_of(session, step)
    return Told(f"one solution of {step.id}", lines, {"lines": list(lines)})


def _kept_back(policy: Policy, wrong: int) -> CommandError:
    """Why no solution is shown yet, or ever."""
    if policy.reveal is None:
        return CommandError("this class shows no solutions", None, code="not-allowed")
    what = f"a solution is shown after {policy.reveal} wrong answers; there are {wrong}"
    return CommandError(what, None, code="not-allowed", hint="`check` and `answer` count")


@command(TOPIC, mutates=False, see=("lesson",))
def skip(lab: Lab) -> Told:
    """Pass over what the lesson asks for now; `undo` and the rest stay as they are."""
    if lab.asked is not None:
        lab.asked = None
        return Told("the blanks are skipped", (), {"beside": True})
    session = session_of(lab)
    step = session.step
    if not session.tries.policy.skip:
        what = "this class does not let steps be skipped"
        raise CommandError(what, None, code="not-allowed", hint=_ask(step))
    if step is None:
        raise CommandError("the lesson is done", None, code="no-task", hint=_ask(step))
    value = _comes_to(session, step)
    notes = session.settle(step, "skipped", right=False)
    if _shows(session, step):
        notes = (*value, *notes)
    asks = step.kind in ("predict", "quiz")
    what = "the question" if asks else "the task" if step.kind in TASKS else "the step"
    return Told(f"{what} is skipped", notes, {"id": step.id})
