"""A class file: what counts in a class, how much, and what is checked besides.

    name = "Memory, autumn"
    timeout = 20
    memory = 1024
    changed = "refuse"

    [policy]
    attempts = 2
    skip = false

    [[exercise]]
    lesson = "zero-page"

    [exercise.points]
    count-after = 2

    [exercise.needs]
    count-after = ["map-it"]

    [[exercise.hidden]]
    id = "books"
    check = "audit.clean"
    points = 3
    reveal = "sentence"
    sentence = "Every reference that you took is to be given back."

What there is to write, and what it means, is in docs/grading.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pintutor.classroom.limits import Limits
from pintutor.content.policy import FREE, Policy

REVEALS = ("full", "sentence", "error", "points")
"""How much of a hidden check a learner gets to see, from all of it to its points."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A check that a class makes besides what the lesson asks for."""

    id: str
    points: float = 1
    reveal: str = "points"
    sentence: str = ""
    """What a learner is told when it does not hold and `reveal` is `sentence`."""
    needs: tuple[str, ...] = ()
    """Checks that must be passed, or this one is not run."""
    check: str = ""
    """An expression that has to hold; empty for a race."""
    after: str = ""
    """The task right after which it has to hold; empty for the end."""
    race: str = ""
    """A race whose verdict over all interleavings counts; empty for an expression."""
    verdict: str = ""
    """What the race has to come to: Never, Sometimes or Always."""
    kernel: str = ""
    """Where the race is explored; empty for the kernel that the learner ends on."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """A lesson as a class counts it."""

    lesson: str
    """Its id."""
    points: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """By step; 1 for a step that is not named."""
    needs: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Checks that must be passed for a step to count, by step."""
    hidden: tuple[Hidden, ...] = ()
    line: int = 0
    """Line of the class file."""

    def worth(self, step: str) -> float:
        """The points of a step."""
        return self.points.get(step, 1)


@dataclass(frozen=True, slots=True)
class Class:
    """What counts in a class."""

    name: str = ""
    policy: Policy = FREE
    limits: Limits = Limits()  # noqa: RUF009  (it cannot be changed)
    seed: int | None = None
    """What the variants of its students follow from, with their names; None where
    everybody may have any variant."""
    refuse_changed: bool = False
    """True when a submission that was changed by hand has no marks."""
    exercises: tuple[Exercise, ...] = ()
    """Empty: any lesson counts, each of its questions one point."""

    def exercise(self, lesson: str) -> Exercise | None:
        """How a lesson counts; None when it is none of this class."""
        if not self.exercises:
            return Exercise(lesson)
        return next((each for each in self.exercises if each.lesson == lesson), None)
