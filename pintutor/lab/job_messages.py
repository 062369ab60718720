"""What a job and the process that carries it out tell each other."""

from __future__ import annotations

from typing import NamedTuple

from pintutor.lab.errors import Span
from pintutor.lab.outcome import Outcome


class Order(NamedTuple):
    """What to do."""

    line: str
    module: str
    """The module that declares its command."""


class Going(NamedTuple):
    """How it goes on; see Progress."""

    done: int
    total: int
    what: str
    race: str


class Came(NamedTuple):
    """It came to this."""

    outcome: Outcome


class Refused(NamedTuple):
    """It could not be carried out; see CommandError."""

    message: str
    at: Span | None
    code: str
    hint: str


class Stopped(NamedTuple):
    """It was stopped, and nothing is known of it."""


Message = Going | Came | Refused | Stopped
