"""What came of marking: the checks of a submission, and the submission's marks.

All text in here is safe to show: `safe` has been through it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pintutor.lab.errors import printable

PASSED = "passed"
FAILED = "failed"
NOT_RUN = "not run"
"""It depends on a check that was not passed; nobody knows whether it would be."""
ERROR = "error"
"""The check itself could not be carried out; no fault of the learner's."""
STATUSES = (PASSED, FAILED, NOT_RUN, ERROR)

LONGEST = 400
"""Longer texts are cut [characters]."""


def safe(text: str, longest: int = LONGEST) -> str:
    """A text of anybody's in one line, with nothing in it that a terminal obeys."""
    shown = printable(text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of one check."""

    id: str
    kind: str
    """Kind of the step, or `hidden`."""
    status: str
    points: float
    """What it is worth."""
    message: str = ""
    """What was found; for a hidden check the whole of it."""
    reveal: str = ""
    """How much of a hidden check its learner gets to see; empty for one in the open."""
    sentence: str = ""
    """What its author says to who fails a hidden check."""
    error: str = ""
    """What a hidden check found, without what it asked."""
    wrong: tuple[str, ...] = ()
    """Wrong answers, in order."""
    hints: int = 0

    @property
    def score(self) -> float:
        """The points that it brings."""
        return self.points if self.status == PASSED else 0

    @property
    def is_hidden(self) -> bool:
        """True for a check that the lesson does not show."""
        return bool(self.reveal)


@dataclass(frozen=True, slots=True)
class Marks:
    """What came of one submission."""

    file: str
    student: str = ""
    lesson: str = ""
    title: str = ""
    checks: tuple[CheckResult, ...] = ()
    worth: float = 0
    """Points that the exercise has; the checks' where there are any."""
    problem: str = ""
    """Stable word for why there are no marks; empty when there are."""
    message: str = ""
    """Why there are no marks."""
    line: int = 0
    """The line of the file that this is about."""
    notes: tuple[str, ...] = ()
    changed: bool = False
    """True when the file is not as the tutor wrote it."""
    seconds: float = 0
    """How long it took [seconds of the clock]."""

    @property
    def score(self) -> float:
        """The points that it has."""
        return sum(check.score for check in self.checks)

    @property
    def is_marked(self) -> bool:
        """True when the submission was replayed to its end."""
        return not self.problem

    @property
    def all_passed(self) -> bool:
        """True when no check is left."""
        return self.is_marked and all(each.status == PASSED for each in self.checks)

    @property
    def public(self) -> tuple[CheckResult, ...]:
        """The checks that the lesson shows."""
        return tuple(each for each in self.checks if not each.is_hidden)

    @property
    def hidden(self) -> tuple[CheckResult, ...]:
        """The checks that it does not show."""
        return tuple(each for each in self.checks if each.is_hidden)

    @property
    def summary(self) -> str:
        """What it comes to, in a sentence that says what it is about and what not."""
        if not self.is_marked:
            return f"not marked: {self.message}"
        public = self.public
        passed = sum(each.status == PASSED for each in public)
        word = "public checks" if self.hidden else "checks"
        said = f"all {word} passed"
        if passed < len(public):
            said = f"{passed} of {len(public)} {word} passed"
        return f"{said}, {len(self.hidden)} hidden" if self.hidden else said

    def to_json(self) -> dict[str, Any]:
        """The marks as data, whole."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Marks:
        """The marks that data says."""
        checks = tuple(
            CheckResult(**{**each, "wrong": tuple(each["wrong"])})
            for each in found["checks"]
        )
        return cls(**{**found, "checks": checks, "notes": tuple(found["notes"])})


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader may see of a check."""

    name: str
    status: str
    score: float
    points: float
    message: str = ""
    hidden: bool = False


def shown(marks: Marks, *, teacher: bool) -> tuple[Shown, ...]:
    """The checks of a submission as its learner may see them, or its teacher."""
    found = []
    number = 0
    for check in marks.checks:
        number += check.is_hidden
        name = check.id if teacher or not check.is_hidden else f"hidden-{number}"
        message = check.message if teacher else _revealed(check)
        name = check.id if check.reveal == "full" else name
        fields = (check.status, check.score, check.points, message, check.is_hidden)
        found.append(Shown(name, *fields))
    return tuple(found)


def _revealed(check: CheckResult) -> str:
    """What a learner gets to read of a check."""
    if check.reveal in ("", "full"):
        return check.message
    if check.status in (PASSED, NOT_RUN) or check.reveal == "points":
        return ""
    return check.sentence if check.reveal == "sentence" else check.error
