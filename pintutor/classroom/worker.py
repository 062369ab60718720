"""A process that marks submissions: a file's name in, its marks out, a line each.

python -m pintutor.classroom.worker CLASS.toml|- SECONDS MIB
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pintutor.content.commands
import pintutor.content.races.explore_commands
import pintutor.content.races.witness_commands  # noqa: F401  (declare what lessons ask for)
from pintutor.classroom.class_file import Class
from pintutor.classroom.class_reading import read_class
from pintutor.classroom.grading import Grader, not_marked
from pintutor.classroom.limits import read_bytes
from pintutor.classroom.problem import NotMarked
from pintutor.classroom.results import Marks, safe

NO_CLASS = "-"
READY = "ready"
"""What is said once, when a file may be named."""


def main(words: list[str]) -> None:
    """Mark each file that is named on a line of the input.

    A process that ran out of memory, or that met an error of ours, ends after it said
    so: who knows what is left behind in it.
    """
    path, seconds, memory = words
    grader = Grader(Class() if path == NO_CLASS else read_class(Path(path)))
    _confine(int(memory))
    print(READY, flush=True)
    for line in sys.stdin:
        # SIGPROF ends this process, even when whoever waits for it has gone.
        signal.setitimer(signal.ITIMER_PROF, float(seconds))
        file = json.loads(line)
        found, sound = _marks(file, grader)
        print(json.dumps(found.to_json()), flush=True)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if not sound:
            return


def _confine(memory: int) -> None:
    """Take away what no submission needs: files to write, and memory without end."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))


def _marks(file: str, grader: Grader) -> tuple[Marks, bool]:
    """The marks of a file, and whether this process is as it was before."""
    name = Marks(safe(file))
    try:
        return grader.marks(file, read_bytes(Path(file))), True
    except NotMarked as error:
        return not_marked(name, error), True
    except MemoryError:
        what = f"it takes more than {grader.group.limits.memory} MiB of memory"
        return not_marked(name, NotMarked("memory", what)), False
    except Exception as error:  # one submission is lost to it, not all of them
        what = f"marking it ends in {type(error).__name__}: {error}"
        return not_marked(name, NotMarked("crashed", what)), False


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):  # whoever began this says so
        main(sys.argv[1:])
