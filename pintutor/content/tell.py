"""What a lesson says, as paragraphs and as data."""

from __future__ import annotations

from collections.abc import Sequence

from pintutor.content.checks import Checked
from pintutor.content.session import Session
from pintutor.content.steps import PASSIVE, Step
from pintutor.content.symptom_told import told
from pintutor.lab.results import Told


def told_opening(session: Session, notes: tuple[str, ...]) -> Told:
    """A lesson that begins, or goes on: its title and what it says first."""
    front = session.lesson.front
    parts = _said(session, session.unread())
    title = f"{session.lesson.number} {front.title}"
    return Told(title, (*notes, *parts, *asked(session)), _data(session))


def told_next(session: Session, here: str | None) -> Told | None:
    """What the lesson goes on with after a line; None when it said all that before.

    `here` is the command that it asked for last.
    """
    parts = _said(session, session.unread())
    line = session.next_line()
    if not parts and (line is None or line == here):
        return None
    return Told("", (*parts, *asked(session)), _data(session))


def told_step(session: Session, notes: tuple[str, ...] = ()) -> Told:
    """The current step, with the text right before it, behind notes."""
    index = session.current
    steps = session.steps[: index + 1]
    first = index
    while first and steps[first - 1].kind in PASSIVE:
        first -= 1
    parts = _said(session, steps[first:])
    count = len(session.steps)
    title = f"{session.lesson.title}: step {min(index + 1, count)} of {count}"
    return Told(title, (*notes, *parts, *asked(session)), _data(session))


def told_checks(step: Step, checks: Sequence[Checked], notes: tuple[str, ...]) -> Told:
    """Each check of a task, whether it holds, and what the state is."""
    rows = [
        f"{'holds  ' if one.holds else 'not yet'}  {one.check.text}"
        + ("" if one.holds or not one.state else f"    {one.state}")
        for one in checks
    ]
    held = sum(one.holds for one in checks)
    data = {
        "id": step.id,
        "solved": held == len(checks),
        "checks": [
            {"check": one.check.text, "holds": one.holds, "state": one.state}
            for one in checks
        ],
    }
    return Told(f"{held} of {len(checks)} checks hold", (*rows, *notes), data)


def _said(session: Session, steps: Sequence[Step]) -> list[str]:
    return [paragraph for step in steps for paragraph in paragraphs(session, step)]


def paragraphs(session: Session, step: Step) -> tuple[str, ...]:
    """What a step says, in paragraphs of Markdown."""
    body = step.body if step.symptom is None else told(step.symptom)
    if step.exercise is not None and step.id not in session.answers:
        draft = session.tries.drafts.get(step.id, "")
        body += "\n\n" + step.exercise.shown(session.lab, draft)
    said = [part.strip("\n") for part in body.split("\n\n") if part.strip()]
    said += [f"{n}. {choice.text}" for n, choice in enumerate(step.choices, 1)]
    return tuple(said)


def asked(session: Session) -> tuple[str, ...]:
    """What the learner can do about the current step, in a line."""
    step = session.step
    if step is None:
        return (f"the lesson `{session.lesson.id}` is done; `lessons` lists the others",)
    if step.kind == "run":
        return (f"`go` runs `{session.next_line()}`",)
    if step.exercise is not None:
        return (f"{step.exercise.usage}; `hint` helps",)
    return (
        {
            "predict": "`answer VALUE` before you run it, or `skip`",
            "quiz": "`answer NUMBER`, or `skip`",
            "task": "`check` says what is missing, `hint` helps",
        }[step.kind],
    )


def _data(session: Session) -> dict[str, object]:
    step = session.step
    return {
        "lesson": session.lesson.id,
        "step": session.current + 1,
        "of": len(session.steps),
        "kind": step.kind if step else "done",
        "id": step.id if step else "",
        "line": session.next_line(),
    }
