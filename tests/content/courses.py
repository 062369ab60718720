"""A course to spoil, as the guide for authors prints it, and a learner who takes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.content.lesson import Lesson
from pintutor.content.session import Session
from pintutor.lab.lab import Lab, Outcome

GUIDE = Path(__file__).parents[2] / "docs" / "authoring.md"
COURSE = GUIDE.parents[1]


def fenced(language: str, mark: str) -> str:
    """The code in the guide's fence of that language that contains `mark`."""
    fences = re.findall(
        rf"^(`{{3,}}){language}\n(.*?)^\1$", GUIDE.read_text(), re.MULTILINE | re.DOTALL
    )
    return next(str(text) for _, text in fences if mark in text)


@dataclass(frozen=True)
class Course:
    """A folder with lessons/ and scenarios/, one of each."""

    root: Path

    @classmethod
    def made(cls, root: Path) -> Course:
        """The course of the guide, written below a folder."""
        course = cls(root)
        course.lesson.parent.mkdir(parents=True)
        course.scenario.parent.mkdir()
        course.lesson.write_text(fenced("markdown", "two-pages"))
        course.solution.write_text(fenced("txt", "  unpin p"))
        course.scenario.write_text(fenced("txt", "about:"))
        return course

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


@dataclass(frozen=True)
class Sitting:
    """A lab with a lesson under way."""

    lab: Lab
    session: Session

    @classmethod
    def begun(cls, lesson: Lesson) -> Sitting:
        """A lesson at its first step, on a fresh machine."""
        lab = Lab(lesson.kernel)
        session = Session(lesson, lab)
        lab.session = session
        return cls(lab, session)

    def type(self, *lines: str) -> Outcome:
        """Carry out lines; returns what the last one did."""
        outcomes = [self.lab.execute(line) for line in lines]
        return outcomes[-1]

    @property
    def at(self) -> str:
        """Id of the step that is asked for; empty at the end."""
        step = self.session.step
        return step.id if step else ""
