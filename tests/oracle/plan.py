"""What a scenario consists of: lines, calls and comparisons, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.oracle.driver import Driver

DATA = Path(__file__).parent / "data"

FILES = {
    "6.1-zpreverted": "v6.1",
    "6.1": "v6.1+zero-page-unpinned",
    "6.12": "v6.12",
}
"""Recorded kernel to the model's kernel."""


@dataclass(frozen=True)
class Call:
    """Call what the recorded step called, and hold the pages under a name."""

    key: str
    """Where the recorded step says which function, with what, and what it returned."""
    where: str
    """First page: `A[0]`, `A[0]+0x123`, or an address."""
    name: str


@dataclass(frozen=True)
class See:
    """Compare one page, or a list of pages, with what the step saw under `key`."""

    key: str
    where: str
    """`A[0]`; `child: A[0]`; `held p[0]` for a page that is held; `zero`."""


@dataclass(frozen=True)
class Release:
    """Give back what a call holds under a name, if it got anything."""

    name: str


@dataclass(frozen=True)
class Fact:
    """Compare a single value."""

    key: str
    value: Callable[[Driver], object]


@dataclass(frozen=True)
class Check:
    """Compare what the step saw under `key` by a function of one's own.

    It is handed the driver, the key and the recorded value, and reports differences by
    `driver.same`.
    """

    key: str
    compare: Callable[[Driver, str, Any], None]


@dataclass(frozen=True)
class Later:
    """This step cannot be expressed yet."""

    reason: str


Action = str | Call | See | Release | Fact | Check | Later
"""A line of the command language, or something to call or compare."""

Step = tuple[Action, ...]


@dataclass(frozen=True)
class Scenario:
    """How a recorded scenario is done in the model."""

    setup: tuple[str, ...]
    """Lines before the first step."""
    steps: tuple[Step, ...]
    """What to do for each recorded step, in order."""
    names: tuple[tuple[str, str], ...] = ()
    """Pages that have their name, and a baseline, from the start: name and place."""


@cache
def recorded(file: str) -> dict[str, Any]:
    """The scenarios of one recorded kernel by id."""
    text = (DATA / f"traces-{file}.json").read_text()
    return {each["id"]: each for each in json.loads(text) if each["id"] != "_meta"}
