"""What a run of the marking came to: what every output is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pintutor.classroom.class_file import Class
from pintutor.classroom.results import Marks


@dataclass(frozen=True, slots=True)
class Report:
    """The marks of some submissions, and who is to read them."""

    marks: tuple[Marks, ...]
    group: Class
    teacher: bool = False
    """True when hidden checks are shown whole."""

    @property
    def all_passed(self) -> bool:
        """True when every submission passed every check."""
        return all(each.all_passed for each in self.marks)

    def as_read(self) -> tuple[Marks, ...]:
        """The marks, for a learner without the hidden checks."""
        if self.teacher:
            return self.marks
        return tuple(replace(each, checks=each.public) for each in self.marks)

    def untimed(self) -> Report:
        """The same without what differs from run to run."""
        return replace(self, marks=tuple(replace(each, seconds=0.0) for each in self.marks))


def points(value: float) -> str:
    """Points as they are written: 3, or 2.5."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
