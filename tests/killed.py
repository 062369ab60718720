"""Tutors that are killed at random moments, and what is left of their work.

Run as a program of one thread, so that it may fork: `python tests/killed.py HOW SEED
ROUNDS STATE`, where HOW is stores or prompts and STATE a folder for what is kept. A child
tells what it has done, the way a learner would see it, until it is killed; all that it
told must be there afterwards. It prints how many were killed, or fails with what is
missing.
"""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable

from pintutor.bench.terminal import CURSOR_QUERY
from pintutor.content.learner import journal
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.view import history

SHORTEST = 3000
"""The progress file is made anew from this length here, so that kills meet it [bytes]."""

LESSONS = ("a", "b")
PATIENCE = 30.0
"""How long a prompt may take to answer [s]."""


def fork(work: Callable[[], None]) -> int:
    """The process id of a child that does this until it is killed."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(1)
    return pid


def kill(pid: int) -> None:
    """Kill a child, and make sure that this is how it ended."""
    os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == -signal.SIGKILL, f"the child ended by itself: {status}"


def saving(lesson: str, start: int, told: int) -> None:
    """Save one number after the other for a lesson, and tell each once it is kept."""
    number = start
    while True:
        number += 1
        wrong = Store().save(lesson, Record(lines=[f"mmap a{number} 1"] * 5))
        assert wrong == (), wrong
        history.append(f"{lesson} {number}")
        os.write(told, f"{number}\n".encode())


def kept(lesson: str) -> int:
    """The number that is kept for a lesson; the store must say nothing but `torn`."""
    store = Store()
    found = store.load().get(lesson, Record(lines=["mmap a0 1"]))
    notes = store.tell()
    assert all("never finished" in note for note in notes), notes
    return int(found.lines[0].removeprefix("mmap a").removesuffix(" 1"))


def kill_stores(dice: random.Random, rounds: int) -> int:
    """Two tutors save at once and are killed, again and again; returns how many."""
    journal.GROWN = SHORTEST
    start = dict.fromkeys(LESSONS, 0)
    for _ in range(rounds):
        children = []
        for lesson in LESSONS:
            told, tell = os.pipe()
            pid = fork(lambda of=lesson, to=tell: saving(of, start[of], to))  # type: ignore[misc]
            os.close(tell)
            children.append((lesson, pid, told))
        for lesson, pid, told in children:
            time.sleep(dice.uniform(0.0, 0.012))
            kill(pid)
            start[lesson] = check_store(lesson, start[lesson], told)
    return rounds * len(LESSONS)


def check_store(lesson: str, start: int, told: int) -> int:
    """See that all is kept that a child told; returns the last number that is kept."""
    with os.fdopen(told) as lines:
        numbers = [start, *map(int, lines)]
    now = kept(lesson)
    assert now in (numbers[-1], numbers[-1] + 1), f"{numbers[-1]} told, {now} kept"
    typed = set(history.load()[-1000:])
    missing = [number for number in numbers[1:] if f"{lesson} {number}" not in typed]
    assert not missing, f"typed and lost: {missing}"
    assert not [line for line in typed if len(line.split()) != 2], "lines were mixed"
    return now


def prompting(lesson: str) -> None:
    """The REPL, as `pintutor repl` opens it on a terminal."""
    from pintutor.repl.app import run

    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.environ["TERM"] = "xterm"
    run(lesson=lesson or None, kernel="v6.4", commands=[])


def kill_prompts(dice: random.Random, rounds: int) -> int:
    """A learner types into prompts that are killed; returns how many."""
    import pintutor.repl.opening
    import pintutor.repl.prompt  # noqa: F401  (each child has them then)

    for number in range(rounds):
        lesson = "zero-page" if number % 2 else ""
        Store().forget(["zero-page"])
        pid, master = pty.fork()
        if pid == 0:
            prompting(lesson)
        names = [f"n{number}x{count}" for count in range(dice.randint(1, 4))]
        read_until(master, "Tab completes")
        for name in names[:-1]:
            os.write(master, f"mmap {name} 1\r".encode())
            read_until(master, f"{name}\x1b[0m  0x")
        os.write(master, f"mmap {names[-1]} 1\r".encode())
        time.sleep(dice.uniform(0.0, 0.12))
        kill(pid)
        os.close(master)
        check_prompt(lesson, [f"mmap {name} 1" for name in names])
    return rounds


def read_until(master: int, text: str) -> None:
    """Read what a prompt shows until this is among it."""
    shown = b""
    limit = time.monotonic() + PATIENCE
    while text.encode() not in shown:
        left = limit - time.monotonic()
        assert left > 0 and select.select([master], [], [], left)[0], shown
        came = os.read(master, 65536)
        shown += came
        if CURSOR_QUERY in came:
            os.write(master, b"\x1b[1;1R")


def check_prompt(lesson: str, lines: list[str]) -> None:
    """See that all is kept but, perhaps, the last line, and that it is offered."""
    from pintutor.content.learner.sittings import broken

    either = (lines, lines[:-1])
    assert [line for line in history.load() if line in lines] in either
    found = broken()
    if lesson:
        record = Store().load().get(lesson, Record())
        assert record.lines in either, f"{lines} typed, {record.lines} kept"
        assert found[0].work.lesson == lesson
    elif len(lines) > 1 or found:
        assert list(found[0].work.lines) in either, f"{lines} typed, {found[0]} kept"
    for one in found:
        one.drop()


HOW = {"stores": kill_stores, "prompts": kill_prompts}

if __name__ == "__main__":
    how, seed, rounds, os.environ["XDG_STATE_HOME"] = sys.argv[1:]
    print(HOW[how](random.Random(int(seed)), int(rounds)))
