"""A submission carried out again: what its lines do, and nothing else.

Only commands of the model, moves in time and what a lesson is told run. A line that only
looks is shown to the lesson, which may have asked for it, and is not carried out: nothing
of a submission touches a file, whatever it says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pintutor.classroom.results import safe
from pintutor.content.learner.record import AGAIN, SITTING, Answer
from pintutor.content.lesson import Lesson
from pintutor.content.session import Session
from pintutor.content.typed import GIVEN
from pintutor.lab.aside import come_back
from pintutor.lab.command import Command
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.registry import REGISTRY
from pintutor.lab.results import Told
from pintutor.lab.words import Word, split, split_prefixes

MODEL = "pintutor.lab.commands."
"""Where the commands are declared that make and change a machine."""
RACING = ("race", "turn", "leave", "witness")
"""Commands that put a race in the place of the learner's machine, or take it away."""
FILES = ("save", "load")
"""What `witness` is told to do with a file."""


@dataclass(slots=True)
class Taken:
    """How a learner took one step."""

    wrong: list[str] = field(default_factory=list)
    """Wrong answers, in order."""
    looked: int = 0
    """Times that the checks of a task were asked for and did not hold."""
    shown_after: int | None = None
    """Wrong answers after which the solution was asked for; None when it was not."""
    hints: int = 0
    answer: Answer | None = None
    """What was settled last; right once is right."""


@dataclass(slots=True)
class Replayed:
    """A submission that was carried out."""

    lab: Lab
    session: Session
    taken: dict[str, Taken] = field(default_factory=dict)
    """By id of the step."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Lines of the submission that could not be carried out, from 0, and why."""

    def of(self, step: str) -> Taken:
        """How a step was taken."""
        return self.taken.setdefault(step, Taken())


Reached = Callable[[Lab, str], None]
"""Told of a step that is right now, and was not before the last line."""


def replay(lesson: Lesson, lines: Sequence[str], reached: Reached) -> Replayed:
    """Carry out what was typed in a lesson."""
    lab = Lab(lesson.kernel)
    done = Replayed(lab, _begun(lab, lesson))
    for number, line in enumerate(lines):
        if line in (SITTING, AGAIN):
            _next_sitting(done, again=line == AGAIN)
            continue
        try:
            _take(done, line)
        except CommandError as error:
            if line != "leave":  # what it leaves may be something that only looks
                done.refused.append((number, safe(error.message)))
        for name in _settled(done):
            reached(lab, name)
    come_back(lab)
    return done


def _begun(lab: Lab, lesson: Lesson) -> Session:
    lab.reset(lesson.kernel)
    session = Session(lesson, lab)
    lab.session = session
    return session


def _next_sitting(done: Replayed, *, again: bool) -> None:
    """Go on with the lesson on a machine made anew, as its learner did, or begin it."""
    record = done.session.record()
    done.session = _begun(done.lab, done.session.lesson)
    if not again:
        done.session.resume(record)


def _take(done: Replayed, line: str) -> None:
    words = split_prefixes(split(line)).words
    if not words:
        return
    command = REGISTRY.find(words[0])
    step = done.session.step
    if not runs(command, words):
        lab = done.lab
        at = lab.timeline.cursor, lab.timeline.total
        done.session.observe(lab, Outcome(line, command.name, lab.kernel_name, *at))
        return
    result = done.lab.execute(line).result
    if step is not None and command.name in GIVEN:
        answer = line.strip().partition(" ")[2].strip()
        _note(done.of(step.id), command.name, answer, result)


def runs(command: Command, words: tuple[Word, ...]) -> bool:
    """Whether a command is carried out, rather than shown to the lesson."""
    if command.name in RACING:
        return not any(word.text in FILES for word in words[1:])
    if command.name in GIVEN:
        return True
    ours = command.function.__module__.startswith(MODEL)
    return ours and (command.mutates or command.topic in ("time", "testing"))


def _note(taken: Taken, command: str, answer: str, result: object) -> None:
    """Note what a learner was told about a step that is not right yet."""
    if taken.answer is not None and taken.answer.right:
        return
    data = result.data if isinstance(result, Told) else {}
    if data.get("right") is False:
        taken.wrong.append(safe(answer, 80))
    elif command == "check" and data.get("solved") is False:
        taken.looked += 1
    elif command == "hint":
        taken.hints += 1
    elif command == "solution" and taken.shown_after is None:
        taken.shown_after = len(taken.wrong) + taken.looked


def _settled(done: Replayed) -> list[str]:
    """The steps that were settled since this was asked last and are right."""
    found = []
    for name, answer in done.session.answers.items():
        taken = done.of(name)
        if taken.answer is None or (answer.right and not taken.answer.right):
            taken.answer = answer
            found += [name] if answer.right else []
    return found
