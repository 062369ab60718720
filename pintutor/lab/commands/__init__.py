"""The commands of the language, one module a topic; importing this declares them."""

from pintutor.lab.commands import (
    expecting,
    files,
    flags,
    history,
    look,
    memory,
    patching,
    pins,
    proposals,
    search,
    tasks,
    time,
    vfio,
)

__all__ = [
    "expecting",
    "files",
    "flags",
    "history",
    "look",
    "memory",
    "patching",
    "pins",
    "proposals",
    "search",
    "tasks",
    "time",
    "vfio",
]
