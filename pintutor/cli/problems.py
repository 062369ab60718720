"""What an exception means to whoever ran a sub-command: a Problem with an exit code."""

from __future__ import annotations

from pintutor.cli.envelope import INVALID, UNKNOWN, USAGE, Problem


def of(error: Exception) -> Problem:
    """The problem that an exception stands for; an unforeseen one is written down."""
    if isinstance(error, Problem):
        return error
    from pintutor.content.errors import ContentError, NoSuchContent, shown
    from pintutor.lab.errors import CommandError

    if isinstance(error, ContentError):
        place = f"{shown(error.path)}:{error.line}"
        return Problem(
            error.message, code=error.rule, status=INVALID, hint=error.hint, where=place
        )
    if isinstance(error, NoSuchContent):
        return Problem(
            error.message, code="no-such-content", status=UNKNOWN, hint=error.hint
        )
    if isinstance(error, CommandError):
        status = UNKNOWN if error.code.startswith("unknown-") else USAGE
        return Problem(error.message, code=error.code, status=status, hint=error.hint)
    from pintutor.cli import crash

    return crash.problem(error)
