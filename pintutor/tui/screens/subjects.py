"""What is browsed: the course, the patches, the letters, the glossary."""

from __future__ import annotations

from typing import Protocol

from pintutor.content.course_map import Course, course
from pintutor.content.glossary import terms
from pintutor.content.learner.progress import Store
from pintutor.content.letters import entries
from pintutor.lab.lab import Lab
from pintutor.patches.livepatch import applied
from pintutor.patches.series import BY_NAME
from pintutor.view.browse import course_map, glossary, letters, patches
from pintutor.view.browse.listing import Line, Listing


class Subject(Protocol):
    """Something to browse; its name is that of its command."""

    @property
    def name(self) -> str:
        """The command that opens it."""

    @property
    def legend(self) -> str:
        """What the signs of its rows mean."""

    def stays(self, command: str) -> bool:
        """True for a command after which one goes on browsing."""

    def shows(self) -> object:
        """What the rows depend on."""

    def renew(self) -> None:
        """Find out anew what it shows."""

    def listing(self, width: int) -> Listing:
        """Everything there is to choose from."""

    def about(self, key: str, width: int) -> tuple[Line, ...]:
        """What there is to say of one of it."""


class Progressed:
    """The course as the learner has got through it: most subjects name lessons."""

    legend = ""

    def __init__(self) -> None:
        self.course: Course = course(Store().load())

    def renew(self) -> None:
        """Read the learner's progress anew."""
        self.course = course(Store().load())

    def stays(self, command: str) -> bool:
        """Every line leads away."""
        return False

    def shows(self) -> object:
        """The lessons and their states."""
        return self.course.places


class Lessons(Progressed):
    """The course map."""

    name = "lessons"
    legend = course_map.LEGEND

    def listing(self, width: int) -> Listing:
        """The lessons by topic."""
        return course_map.course_listing(self.course, width)

    def about(self, key: str, width: int) -> tuple[Line, ...]:
        """What a lesson is about and needs."""
        found = (place for place in self.course.places if place.id == key)
        return course_map.lesson_lines(next(found), self.course, width)


class Patches(Progressed):
    """The patch browser."""

    name = "patches"
    legend = patches.LEGEND

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.lab = lab

    def stays(self, command: str) -> bool:
        """What changes the kernel shows here."""
        return command in ("apply", "revert", "kernel", "undo", "redo")

    def shows(self) -> object:
        """The patches that are applied."""
        return applied(self.lab.machine), self.course.places

    def listing(self, width: int) -> Listing:
        """The patches in stacking order."""
        return patches.patch_listing(self.lab, width)

    def about(self, key: str, width: int) -> tuple[Line, ...]:
        """What a patch goes with and changes."""
        return patches.patch_lines(BY_NAME[key], self.lab, self.course, width)


class Letters(Progressed):
    """The letters, entry by entry."""

    name = "letters"
    legend = letters.LEGEND

    def listing(self, width: int) -> Listing:
        """The entries as they stand in the letters."""
        return letters.letter_listing(self.course, width)

    def about(self, key: str, width: int) -> tuple[Line, ...]:
        """What an entry says, and the lessons for it."""
        return letters.entry_lines(entries()[key], self.course, width)


class Glossary(Progressed):
    """The terms."""

    name = "glossary"

    def listing(self, width: int) -> Listing:
        """The terms by name."""
        return glossary.glossary_listing(width)

    def about(self, key: str, width: int) -> tuple[Line, ...]:
        """What a term means, and who uses it."""
        return glossary.term_lines(terms()[key], self.course, width)
