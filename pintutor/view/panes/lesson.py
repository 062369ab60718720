"""The lesson pane: its prose up to where the learner stands, and what is asked now."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from pintutor.content.answers import yes_or_no
from pintutor.content.catalogue import Listed
from pintutor.content.checks import look
from pintutor.content.course_map import Place
from pintutor.content.exercises.kinds import Exercise
from pintutor.content.session import Session
from pintutor.content.steps import PASSIVE, Step
from pintutor.content.symptom_told import told
from pintutor.lab.commands.jobs import under_way
from pintutor.view.markdown import inline, markdown_rows
from pintutor.view.panes.moment import Hit, Pane
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import columns, safe, wrap

MARKS = {
    "done": ("✓", "good"),
    "current": ("●", "current"),
    "job": ("▶", "note"),
    "ahead": ("·", "dim"),
}
"""The sign of a line or a step, and its role."""

ANSWERED = ("release", "holder", "bisect", "blanks")
"""Exercises that are answered by a word."""

INTRODUCTION = (
    "This is a model of how the Linux kernel pins user memory. You drive it by commands,"
    " and step through every line that they run, forwards and backwards."
)
LEAVING = "`?` lists the keys, `quit` leaves"
"""What one has to know besides."""
BY_ONESELF = (
    "Or look round by yourself: `mmap buf 2`, `read buf[0]`, `pin buf[0]`; then Esc, and"
    " `b` walks back through what the kernel did."
)


def lesson_rows(session: Session, width: int, height: int) -> Pane:
    """The steps of a lesson up to the current one; what lies ahead is not shown."""
    here, lines = session.place
    rows: list[Row] = []
    since = 0
    fresh = _fresh(session, here)
    for index, step in enumerate(session.steps[: here + 1]):
        if index == fresh:
            since = len(rows)
        done = len(step.script) if index < here else lines
        rows += [(), *_step(session, step, done, width - 2)]
    current = len(rows) - 2
    if session.done:
        told = inline("  `lessons` lists the others")
        rows += [(), (*row((" ✓ the lesson is done", "good")), *told)]
        current = len(rows) - 2
    else:
        rows += _ahead(session, here)
    left = f"part {min(here + 1, len(session.steps))}/{len(session.steps)}"
    title = row(f"{session.lesson.number} {session.lesson.title}")
    shown = safe((*row(" "), *one) for one in rows[1:])
    return Pane(title, row((left, "dim")), shown, current, max(0, since - 1))


def _fresh(session: Session, here: int) -> int:
    """The first step that has not been read yet: the text right before the current step."""
    while here and session.steps[here - 1].kind in PASSIVE:
        here -= 1
    return here


def _ahead(session: Session, here: int) -> list[Row]:
    count = len(session.steps) - here - 1
    return [(), row((f"… {count} more to come", "dim"))] if count else []


def _step(session: Session, step: Step, done: int, width: int) -> list[Row]:
    if step.kind == "run":
        return _run(session, step, done, width)
    if step.kind in ("predict", "quiz"):
        return _question(session, step, width)
    if step.kind == "task":
        return _task(session, step, width)
    if step.exercise is not None:
        return _exercise(session, step, step.exercise, width)
    body = step.body if step.symptom is None else told(step.symptom)
    return list(_prose(body, width))


@lru_cache(maxsize=512)
def _prose(body: str, width: int) -> tuple[Row, ...]:
    """Markdown as rows; kept, since a lesson is drawn anew at every step in time."""
    return markdown_rows(body, width=width)


def _run(session: Session, step: Step, done: int, width: int) -> list[Row]:
    """The commands of a step, each with the sign of its state at the right."""
    jobs = {job.asked.line for job in under_way(session.lab)}
    rows: list[Row] = []
    for number, line in enumerate(step.lines):
        state = "done" if number < done else "current" if number == done else "ahead"
        state = "job" if state == "current" and line in jobs else state
        pad = " " * max(1, width - columns(line) - 4)
        rows.append(row(("▸ ", "prompt"), (line, "command"), pad, MARKS[state]))
    return rows


def _question(session: Session, step: Step, width: int) -> list[Row]:
    word = "Predict: " if step.kind == "predict" else "Question: "
    rows = [*_lead(word, step.body, width)]
    for number, choice in enumerate(step.choices, 1):
        rows += wrap(
            (*row((f"  {number} ", "name")), *inline(choice.text)), width, indent=4
        )
    given = session.answers.get(step.id)
    if given is None:
        ready = [f"answer {number}" for number, _ in enumerate(step.choices, 1)]
        if step.kind == "predict" and yes_or_no(session.lab, step.expr):
            ready = ["answer yes", "answer no"]
        if ready:
            how = f"Enter, {'its number' if step.choices else 'yes or no'}, Enter"
            return [*rows, *_offers(*ready, "skip", width=width, how=how)]
        field = row(
            "  ", ("answer", "command"), (" ▏________▕", "dim"), " Enter, type it, Enter"
        )
        return [*rows, (*field, *row("  ", ("skip", "command")))]
    mark = MARKS["done"] if given.right else ("✗", "bad")
    rows.append(row("  ", mark, f" {given.text}" if given.text else " skipped"))
    said = [each.feedback for each in step.choices if each.right] or [step.why]
    if said[0]:
        rows += wrap((*row("    "), *inline(said[0], role="note")), width, indent=4)
    return rows


def _lead(word: str, body: str, width: int) -> tuple[Row, ...]:
    """Markdown behind a word in bold."""
    first, *rest = body.strip().split("\n\n", 1)
    lead = (*row((word, "title")), *inline(" ".join(first.splitlines())))
    more = markdown_rows(rest[0], width=width) if rest else ()
    return (*wrap(lead, width), *([(), *more] if more else []))


def _task(session: Session, step: Step, width: int) -> list[Row]:
    """What to reach, and which checks hold."""
    rows = [*_lead("Task: ", step.body, width)]
    given = session.answers.get(step.id)
    if given is not None:
        rows.append(row("  ", MARKS["done"] if given.right else ("–", "dim"), " settled"))
        return rows
    for checked in look(session.lab, step):
        mark = MARKS["done"] if checked.holds else ("○", "dim")
        lead = (*row("  ", mark, " "), *row((checked.check.text, "command")))
        rows += wrap(lead, width, indent=4)
        if not checked.holds:
            rows += wrap(row((f"    {checked.state}", "dim")), width, indent=4)
    rows += _hints(session, step, width)
    return [*rows, *_offers("check", "solution", "skip", width=width)]


def _offers(*lines: str, width: int, how: str = "") -> list[Row]:
    """Lines that go on from here, to be typed or clicked; `how` they are, in keys."""
    parts = [part for line in lines for part in (row((line, "command"))[0], Segment("  "))]
    told = (*parts, Segment(how, "dim")) if how else parts[:-1]
    return list(wrap((Segment("  "), *told), width, indent=2))


def _exercise(session: Session, step: Step, exercise: Exercise, width: int) -> list[Row]:
    """What is asked, and how it is answered."""
    rows = [*_lead(f"{step.kind.capitalize()}: ", step.body, width)]
    given = session.answers.get(step.id)
    if given is None:
        draft = session.tries.drafts.get(step.id, "")
        rows += markdown_rows(exercise.shown(session.lab, draft), width=width)
        told = inline("  " + exercise.usage)
        helped = [*_hints(session, step, width), *_offers("solution", "skip", width=width)]
        return [*rows, *wrap(told, width, indent=4), *helped]
    mark = MARKS["done"] if given.right else ("–", "dim")
    rows += wrap(row("  ", mark, f" {given.text}"), width, indent=4)
    if step.why:
        rows += wrap((*row("    "), *inline(step.why, role="note")), width, indent=4)
    return rows


def _hints(session: Session, step: Step, width: int) -> list[Row]:
    count = session.hints.get(step.id, 0)
    rows: list[Row] = []
    for number, text in enumerate(step.hints[:count], 1):
        rows += [*_lead(f"Hint {number}: ", text, width)]
    for fits in step.fitting:
        if fits.id in session.tries.fitted:
            rows += _lead("Hint: ", fits.text, width)
    if count < len(step.hints):
        rows.append(row("  ", ("hint", "command"), f"  {count} of {len(step.hints)} shown"))
    return rows


def welcome_rows(
    lessons: list[Listed],
    width: int,
    height: int,
    *,
    offered: str = "",
    next_up: Place | None = None,
) -> Pane:
    """What to do when no lesson is under way, `offered` first: what broke off."""
    rows: list[Row] = [
        *wrap(row(INTRODUCTION), width - 2),
        (),
        *wrap(inline(_enter(offered, next_up)), width - 2),
        *wrap(inline(f"{LEAVING}; `lesson NAME` begins any:"), width - 2),
    ]
    topics = {
        topic: list(held) for topic, held in groupby(lessons, lambda one: one.front.topic)
    }
    wide = max(map(columns, topics), default=0)
    for topic, held in topics.items():
        lead = row(f"  {topic:<{wide}}  ", (held[0].front.id, "command"))
        rest = f" and {len(held) - 1} more" if len(held) > 1 else ""
        rows += wrap((*lead, *row(rest)), width - 2, indent=wide + 4)
    if lessons:
        rows += wrap(inline(f"  `lessons` lists all {len(lessons)}"), width - 2)
    if not lessons:
        rows.append(row(("  none was found; `pintutor doctor` says where", "bad")))
    rows += [(), *wrap(inline(BY_ONESELF), width - 2)]
    shown = safe((*row(" "), *one) for one in rows)
    return Pane(row("welcome"), (), shown, hits=_begun(shown, lessons))


def _enter(offered: str, next_up: Place | None) -> str:
    """What Enter does."""
    if offered:
        return f"Enter goes on where you were: {offered}"
    if next_up is None:
        return "Enter lists the lessons"
    word = "goes on with" if next_up.state else "begins"
    return f"Enter {word} {next_up.listed.number} {next_up.listed.front.title}"


def _begun(rows: tuple[Row, ...], lessons: list[Listed]) -> tuple[Hit, ...]:
    """Where the name of a lesson stands: a click begins it."""
    ids = {one.front.id for one in lessons}
    hits: list[Hit] = []
    for number, one in enumerate(rows):
        start = 0
        for text, role in one:
            stop = start + columns(text)
            if role == "command" and text in ids:
                hits.append(Hit(number, start, stop, "line", f"lesson {text}"))
            start = stop
    return tuple(hits)


def question_open(session: Session | None) -> bool:
    """True when the lesson waits for an answer to be typed."""
    if session is None:
        return False
    step = session.step
    return step is not None and step.kind in ("predict", "quiz", *ANSWERED)
