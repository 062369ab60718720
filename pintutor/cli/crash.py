"""What happens when pintutor itself is at fault: a short message, the rest in a file."""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from pathlib import Path

from pintutor import __version__, directories
from pintutor.cli.envelope import INTERNAL, Problem


def problem(error: Exception) -> Problem:
    """The fault as a learner is told it, after writing down what a report needs."""
    if os.environ.get("PINTUTOR_DEBUG") == "1":
        traceback.print_exception(error)
    return Problem(
        f"internal error, {type(error).__name__}: {error}",
        code="internal-error",
        status=INTERNAL,
        hint=f"this is a fault of pintutor, not yours; {_kept(error)}",
    )


def _kept(error: Exception) -> str:
    folder = directories.state() / "crashes"
    name = time.strftime(f"%Y%m%d-%H%M%S-{os.getpid()}.txt")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(_report(error), encoding="utf-8")
    except OSError as failure:
        return f"the traceback could not be kept ({failure}); PINTUTOR_DEBUG=1 shows it"
    return f"the traceback is in {Path(folder, name)}"


def _report(error: Exception) -> str:
    head = (
        f"pintutor {__version__}",
        f"Python {sys.version}",
        platform.platform(),
        f"words: {sys.argv[1:]}",
        "",
    )
    return "\n".join(head) + "".join(traceback.format_exception(error))
