"""Policy: what a class allows in its lessons, beyond what a lesson itself asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """How often one may answer, and what help there is."""

    attempts: int | None = None
    """Answers that a question takes. None leaves it to its kind: a prediction takes one,
    the others any number."""
    reveal: int | None = 0
    """Wrong answers after which a solution is shown; None for never."""
    skip: bool = True
    """True when a step may be passed over."""
    hints: bool = True
    """True when hints are given."""

    def most(self, kind: str) -> int | None:
        """Answers that a question of that kind takes; None for any number."""
        return 1 if self.attempts is None and kind == "predict" else self.attempts

    def reveals(self, wrong: int) -> bool:
        """True when a solution may be shown after so many wrong answers."""
        return self.reveal is not None and wrong >= self.reveal

    @property
    def line(self) -> str:
        """The command that takes lessons by it."""
        words = (
            f"attempts={self.attempts}" if self.attempts else "",
            f"reveal={self.reveal}" if self.reveal else "",
            "no-solutions" if self.reveal is None else "",
            "" if self.skip else "no-skip",
            "" if self.hints else "no-hints",
        )
        return " ".join(("rules", *filter(None, words))) if any(words) else "rules free"

    def told(self) -> tuple[str, ...]:
        """What it allows, in words."""
        answers = "as each asks for" if self.attempts is None else str(self.attempts)
        after = f"after {self.reveal} wrong answers" if self.reveal else "at any time"
        return (
            f"answers to a question: {answers}",
            f"solutions: {'never' if self.reveal is None else after}",
            f"hints: {'yes' if self.hints else 'no'}",
            f"skipping: {'yes' if self.skip else 'no'}",
        )


FREE = Policy()
"""Everything is allowed."""
