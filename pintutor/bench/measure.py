"""Measuring: two things in turn, the medians of both, and what a goal makes of them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pintutor.bench.terminal import Child
from pintutor.lab.errors import printable

ROUNDS = 9
PATIENCE = 60.0
"""How long something may take before the measurement is given up [s]."""

PASS = (sys.executable, "-c", "pass")

Timer = Callable[[], float]
"""Does something once; returns how long it took [s]."""


class NotMeasured(Exception):
    """Why something could not be measured."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number to hold against a goal."""

    value: float
    detail: str
    """What it was made of."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Something to measure, and the most that it may be."""

    name: str
    what: str
    limit: float
    unit: str
    measure: Callable[[], Measured]


def ratio(ours: Timer, reference: Timer, *, rounds: int = ROUNDS) -> Measured:
    """How many times as long ours takes, by medians of interleaved rounds."""
    ours_took, reference_took = [], []
    for _ in range(rounds):
        reference_took.append(reference())
        ours_took.append(ours())
    mine, floor = median(ours_took), median(reference_took)
    return Measured(mine / floor, f"{duration(mine)} / {duration(floor)}")


def duration(seconds: float) -> str:
    """A duration in the unit that suits it."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def tutor(*words: str) -> list[str]:
    """The command line of pintutor: as installed, else through the interpreter."""
    installed = Path(sys.executable).with_name("pintutor")
    if installed.exists():
        return [str(installed), *words]
    return [sys.executable, "-m", "pintutor", *words]


def module(name: str, *words: str) -> list[str]:
    """The command line of a module that lies beside this one."""
    # -P: the folder of a script would come first, and its modules have common names.
    return [sys.executable, "-P", str(Path(__file__).with_name(f"{name}.py")), *words]


def environment(home: Path) -> dict[str, str]:
    """The environment of a measured program: a home of its own, a common terminal."""
    dropped = ("NO_COLOR", "PINTUTOR_ASCII", "PINTUTOR_DEBUG", "TEXTUAL_FPS")
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    for name in ("STATE", "CONFIG", "DATA", "CACHE"):
        env[f"XDG_{name}_HOME"] = str(home / name.lower())
    return env | {"HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}


def whole(argv: Sequence[str], env: Mapping[str, str]) -> float:
    """How long a process takes from its start to its end, its output thrown away [s]."""
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    start = time.perf_counter()
    pid = os.posix_spawn(argv[0], list(argv), env, file_actions=quiet)
    _, status = os.waitpid(pid, 0)
    took = time.perf_counter() - start
    if status != 0:
        raise NotMeasured(
            f"`{' '.join(argv)}` ended with {os.waitstatus_to_exitcode(status)}"
        )
    return took


def until(
    argv: Sequence[str], marker: bytes, env: Mapping[str, str], size: tuple[int, int]
) -> float:
    """How long a program takes to print `marker` on a terminal of that size [s]."""
    start = time.perf_counter()
    child = Child(argv, rows=size[0], columns=size[1], env=env)
    try:
        await_marker(child, marker)
        return time.perf_counter() - start
    finally:
        child.close()


def await_marker(child: Child, marker: bytes) -> None:
    """Take in output until `marker` was in it (NotMeasured if it never is)."""
    seen = b""
    limit = time.monotonic() + PATIENCE
    while marker not in seen:
        data = child.read(limit - time.monotonic())
        if not data:
            told = printable(seen.decode(errors="replace").strip()[-200:])
            raise NotMeasured(f"`{marker.decode()}` was never printed, but: {told}")
        child.answer(data)
        seen += data


def key_to_quiet(child: Child, key: bytes, *, quiet: float) -> float:
    """How long after a key the last output comes that belongs to it [s].

    Output belongs to it until none comes for `quiet` [s].
    """
    last = 0.0
    start = time.perf_counter()
    child.write(key)
    wait = PATIENCE
    while data := child.read(wait):
        last = time.perf_counter() - start
        child.answer(data)
        wait = quiet
    if not last or data is None:
        raise NotMeasured(f"nothing was painted after the key {key.decode()!r}")
    return last


def settle(child: Child, *, quiet: float = 0.3) -> None:
    """Take in output until none comes for `quiet` [s]."""
    while data := child.read(quiet):
        child.answer(data)
