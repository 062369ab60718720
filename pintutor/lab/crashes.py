"""What is kept of a fault of pintutor itself: a file with all that a report needs.

Nothing of the model is imported: the fault may lie there.
"""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from pathlib import Path

from pintutor import __version__, directories


def told(error: Exception) -> str:
    """A fault, in one line."""
    return f"internal error, {type(error).__name__}: {error}"


def kept(error: Exception) -> str:
    """Write down what a report needs; returns whose fault it is and where that stands."""
    return f"this is a fault of pintutor, not yours; {_written(error)}"


def _written(error: Exception) -> str:
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
