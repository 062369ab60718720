"""The command that takes lessons by the rules of a class."""

from __future__ import annotations

from typing import Annotated

from pintutor.content.policy import FREE, Policy
from pintutor.content.session import TOPIC, Session
from pintutor.lab.kinds import IntRange
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told

MOST = 1000


@command(
    TOPIC,
    mutates=False,
    examples=("rules attempts=2 no-skip", "rules reveal=3 no-hints", "rules free", "rules"),
    see=("class", "lesson", "solution"),
)
def rules(
    lab: Lab,
    *,
    attempts: Annotated[int, IntRange(1, MOST), "answers that a question takes"] = 0,
    reveal: Annotated[int, IntRange(0, MOST), "solutions after so many wrong ones"] = 0,
    no_solutions: bool = False,
    no_skip: bool = False,
    no_hints: bool = False,
    free: bool = False,
) -> Told:
    """Take lessons by the rules of a class: how often one may answer, and what helps.

    They hold for the lesson under way and for those that begin after it, until the tutor
    is left; `free` lifts them. What they forbid is refused. Without a word it shows them.
    """
    given = Policy(
        attempts or None, None if no_solutions else reveal, not no_skip, not no_hints
    )
    if free or given != FREE:
        lab.allowed = given
    policy = allowed(lab)
    if isinstance(lab.session, Session):
        lab.session.tries.policy = policy
    return Told("rules", policy.told(), {"line": policy.line})


def allowed(lab: Lab) -> Policy:
    """What the class allows in the lessons of a lab."""
    return lab.allowed if isinstance(lab.allowed, Policy) else FREE
