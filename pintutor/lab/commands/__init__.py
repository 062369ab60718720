"""The commands of the language, one module a topic; importing this declares them."""

from pintutor.lab.commands import expecting, look, memory, patching, pins, tasks, time

__all__ = ["expecting", "look", "memory", "patching", "pins", "tasks", "time"]
