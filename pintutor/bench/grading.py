"""What marking a class takes: whether memory stays flat over a thousand submissions."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pintutor.content.commands
import pintutor.content.races.explore_commands
import pintutor.content.races.witness_commands  # noqa: F401  (declare what lessons ask for)
from pintutor.bench.measure import Goal, Measured, NotMeasured, duration, tutor
from pintutor.classroom.batch import SUFFIX
from pintutor.classroom.handing_in import submission_of
from pintutor.classroom.right_answers import taken_rightly
from pintutor.content import catalogue
from pintutor.content.lesson import load

LESSON = "page-counts"
FEW, MANY = 100, 1_000
"""Submissions of the two runs."""


def _flat() -> Measured:
    """The peak memory of marking many, over that of few."""
    with TemporaryDirectory() as name:
        few, _ = _marked(Path(name, "few"), FEW)
        many, took = _marked(Path(name, "many"), MANY)
    detail = f"{MANY} in {duration(took)}, {many / 1024:.0f} MiB / {few / 1024:.0f} MiB"
    return Measured(many / few, detail)


def _marked(folder: Path, count: int) -> tuple[int, float]:
    """Peak memory of a process of the marking [KiB], and how long all took [seconds]."""
    lesson = load(catalogue.find(LESSON).path)
    lines = taken_rightly(lesson).typed.lines
    folder.mkdir()
    for number in range(count):
        made = submission_of(lesson, lines, f"s{number:04}")
        (folder / f"{number:04}{SUFFIX}").write_text(made.text, encoding="utf-8")
    output = folder.with_suffix(".json")
    words = tutor("grade", str(folder), "--format", "json", "-o", str(output))
    start = time.perf_counter()
    # What wait4 says is of this process and of those that it waited for.
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - start
    if process.returncode:
        raise NotMeasured(f"marking ended with {process.returncode}")
    marked = json.loads(output.read_text(encoding="utf-8"))["data"]["submissions"]
    if sum(each["score"] == each["max"] for each in marked) != count:
        raise NotMeasured("not every submission has its points")
    return used.ru_maxrss, took


GOALS = (Goal("grade", "memory of marking 1,000 submissions / 100", 1.5, "x", _flat),)
"""What is measured of the marking."""
