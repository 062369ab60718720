"""What is kept of a lesson."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Answer:
    """What was done about a question or a task."""

    text: str
    right: bool


@dataclass(slots=True)
class Record:
    """What is kept of a lesson between two sittings."""

    done: list[str] = field(default_factory=list)
    """Ids of the steps that are done."""
    answers: dict[str, Answer] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)
    """Hints shown, by task."""
    lines: list[str] = field(default_factory=list)
    """The commands that made the machine what it is."""
    part: int = 0
    """Lines done of the step that comes next."""
    complete: bool = False
    """True when the lesson has been done to its end once."""
