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


FREE = Policy()
"""Everything is allowed."""
