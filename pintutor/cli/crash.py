"""What happens when pintutor itself is at fault: a short message, the rest in a file."""

from __future__ import annotations

import os
import traceback

from pintutor.cli.envelope import INTERNAL, Problem
from pintutor.lab import crashes


def problem(error: Exception) -> Problem:
    """The fault as a learner is told it, after writing down what a report needs."""
    if os.environ.get("PINTUTOR_DEBUG") == "1":
        traceback.print_exception(error)
    return Problem(
        crashes.told(error),
        code="internal-error",
        status=INTERNAL,
        hint=crashes.kept(error),
    )
