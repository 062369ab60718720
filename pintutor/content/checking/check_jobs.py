"""Checking lessons and scenarios in several processes.

A process reads the path of a unit from each line of its input and answers with a line of
JSON. So it needs nothing of the process that began it, on any system.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from pintutor.content.checking.check import Checker, Unit
from pintutor.content.races.findings import Finding

PULSE = 0.1
"""Between two looks whether the work is still wanted [seconds]."""
Answer = tuple[Unit, list[Finding]] | Exception


def shared(
    units: list[Unit], jobs: int, pulse: Callable[[], None]
) -> Iterator[tuple[Unit, list[Finding]]]:
    """Each unit with what is wrong with it, in the order in which they are done.

    While none is, `pulse` is called. Left early, each process ends with its unit.
    """
    waiting: SimpleQueue[Unit] = SimpleQueue()
    answers: SimpleQueue[Answer] = SimpleQueue()
    for unit in units:
        waiting.put(unit)
    for _ in range(jobs):
        Thread(target=_feed, args=(waiting, answers), daemon=True).start()
    try:
        for _ in units:
            answer = _next(answers, pulse)
            if isinstance(answer, Exception):
                raise answer
            yield answer
    finally:
        with suppress(Empty):
            while True:
                waiting.get_nowait()


def _next(answers: SimpleQueue[Answer], pulse: Callable[[], None]) -> Answer:
    """The next answer, once there is one."""
    while True:
        pulse()
        with suppress(Empty):
            return answers.get(timeout=PULSE)


def _feed(waiting: SimpleQueue[Unit], answers: SimpleQueue[Answer]) -> None:
    """Have one process check units until none is waiting."""
    try:
        _ask(waiting, answers)
    except Exception as error:  # whoever waits for answers must hear of it
        answers.put(error)


def _ask(waiting: SimpleQueue[Unit], answers: SimpleQueue[Answer]) -> None:
    words = [sys.executable, "-m", __name__]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        while True:
            try:
                unit = waiting.get_nowait()
            except Empty:
                process.stdin.close()
                return
            print(json.dumps([str(each or "") for each in unit]), file=process.stdin)
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                raise RuntimeError(f"the process that checked {unit.path} ended")
            answers.put((unit, [_finding(each) for each in json.loads(answer)]))


def _finding(parts: list[str]) -> Finding:
    path, line, rule, message, hint = parts
    return Finding(Path(path), int(line), rule, message, hint)


def _serve() -> None:
    """Check each unit that is named on a line of the input."""
    gc.freeze()  # what is loaded stays: it need not be walked again and again
    checker = Checker()
    for line in sys.stdin:
        path, root = json.loads(line)
        found = checker.findings(Unit(Path(path), Path(root) if root else None))
        parts = [
            [str(each.path), each.line, each.rule, each.message, each.hint]
            for each in found
        ]
        print(json.dumps(parts), flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):  # whoever began this says so
        _serve()
