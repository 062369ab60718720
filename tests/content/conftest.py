"""A course of one lesson and one scenario, as the guide for authors prints them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.content.lesson import Lesson, load
from pintutor.content.session import Session
from pintutor.lab.lab import Lab, Outcome

GUIDE = Path(__file__).parents[2] / "docs" / "authoring.md"


@dataclass(frozen=True)
class Course:
    """A folder with lessons/ and scenarios/ that a test may spoil."""

    root: Path

    @property
    def lesson(self) -> Path:
        return self.root / "lessons" / "01-first" / "01-two-pages" / "lesson.md"

    @property
    def solution(self) -> Path:
        return self.lesson.with_name("solution.pin")

    @property
    def scenario(self) -> Path:
        return self.root / "scenarios" / "zero.pin"

    def spoil(self, path: Path, old: str, new: str) -> int:
        """Replace `old`, which stands once; returns the line where it stood."""
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        path.write_text(text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1


def fenced(language: str, mark: str) -> str:
    """The code in the guide's fence of that language that contains `mark`."""
    fences = re.findall(
        rf"^(`{{3,}}){language}\n(.*?)^\1$", GUIDE.read_text(), re.MULTILINE | re.DOTALL
    )
    return next(str(text) for _, text in fences if mark in text)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = Course(tmp_path)
    made.lesson.parent.mkdir(parents=True)
    made.scenario.parent.mkdir()
    made.lesson.write_text(fenced("markdown", "two-pages"))
    made.solution.write_text(fenced("txt", "swap:"))
    made.scenario.write_text(fenced("txt", "about:"))
    return made


@dataclass(frozen=True)
class Sitting:
    """A learner with the lesson of the guide."""

    lab: Lab
    session: Session

    def type(self, *lines: str) -> Outcome:
        """Carry out lines; returns what the last one did."""
        for line in lines:
            outcome = self.lab.execute(line)
        return outcome

    @property
    def at(self) -> str:
        """Id of the step that is asked for; empty at the end."""
        step = self.session.step
        return step.id if step else ""


def sit(lesson: Lesson) -> Sitting:
    lab = Lab(lesson.kernel)
    session = Session(lesson, lab)
    lab.session = session
    return Sitting(lab, session)


@pytest.fixture
def sitting(course: Course) -> Sitting:
    return sit(load(course.lesson))
