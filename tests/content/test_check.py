"""`pintutor check`: each fault is found in its file, at its line, under its rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pintutor.content.check import check
from pintutor.content.errors import NoSuchContent
from pintutor.content.findings import RULES

from .conftest import GUIDE, Course

LESSON, SOLUTION, SCENARIO = "lesson", "solution", "scenario"

FAULTS = {
    "an unknown key": (LESSON, 'letter = "000"\n', "id =", 'leter = "000"\nid =', "PT002"),
    "a wrong type": (LESSON, "", "minutes = 2", 'minutes = "2"', "PT004"),
    "no TOML": (LESSON, "", "minutes = 2", "minutes = = 2", "PT001"),
    "an empty title": (LESSON, "", 'topic = "First"', 'topic = " "', "PT004"),
    "an unknown kernel": (LESSON, "", 'kernel = "v6.4"', 'kernel = "v6.44"', "PT007"),
    "an unknown function": (LESSON, "", '["try_grab_folio"]', '["try_grab"]', "PT007"),
    "a lesson to take first that is not there": (
        LESSON,
        "",
        "functions = [",
        'needs = ["none"]\nfunctions = [',
        "PT007",
    ),
    "a heading that is not the title": (LESSON, "", "# Two pages", "# Three", "PT004"),
    "a misspelt fence": (LESSON, "", "```predict id=bias", "```predit id=bias", "PT005"),
    "a fence without an id": (LESSON, "", "```pin id=map", "```pin", "PT006"),
    "an id that is taken": (LESSON, "", "```task id=swap", "```task id=map", "PT006"),
    "a misspelt command": (LESSON, "", "mmap buf 2", "mmpa buf 2", "PT010"),
    "a command that cannot run": (LESSON, "", "pin buf[0] write", "pin buf[9]", "PT010"),
    "a false statement": (LESSON, "", "`buf[1]._refcount == 1`", "`buf[1]._refcount == 3`",
                          "PT018"),
    "a quiz with two right answers": (
        LESSON,
        "",
        "```quiz id=why-so-much",
        "",
        "PT012",
    ),
    "a check that holds at the start": (
        LESSON,
        "",
        "q[0].pfn == buf[1].pfn\nbuf[1]._refcount == 1 + 1024",
        "",
        "PT014",
    ),
    "a check that is no expression": (
        LESSON,
        "",
        "q[0].pfn == buf[1].pfn",
        "q[0].pfn = buf[1].pfn",
        "PT017",
    ),
    "an empty hint": (LESSON, "", "Two things: one pin has to go, another has to come.", "",
                      "PT013"),
}
