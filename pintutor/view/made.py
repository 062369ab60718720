"""What a command made that is no page, count or entry, in a few words."""

from __future__ import annotations

from functools import singledispatch

from pintutor.lab.disks import DiskMade
from pintutor.lab.files import Filed
from pintutor.lab.pipes import Piped
from pintutor.lab.results import Forked, Mapped


@singledispatch
def made(result: object) -> str:
    """`the VMA of buf`; empty for a command that makes nothing of that kind."""
    return ""


@made.register
def _(result: Mapped) -> str:
    return f"the VMA of {result.name}"


@made.register
def _(result: Forked) -> str:
    return "" if result.error else f"the task {result.name}"


@made.register
def _(result: DiskMade) -> str:
    return f"the disk {result.name}"


@made.register
def _(result: Filed) -> str:
    return f"the file {result.name}" if result.action == "made" else ""


@made.register
def _(result: Piped) -> str:
    return f"the pipe {result.name}" if result.function == "alloc_pipe_info" else ""
