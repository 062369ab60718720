"""The one registry of commands; importing a module of commands declares them."""

from pintutor.lab.command import Registry
from pintutor.lab.declaration import Command

REGISTRY = Registry()
command = REGISTRY.command

TOPICS = (
    "course",
    "memory",
    "pins",
    "kernel",
    "time",
    "look",
    "testing",
    "tasks",
    "files",
    "iterators",
)
"""The topics in the order in which a newcomer meets them; others come after."""


def topics() -> dict[str, list[Command]]:
    """The commands of each topic, topics in the order of TOPICS."""
    found = REGISTRY.topics()
    known = [topic for topic in TOPICS if topic in found]
    others = [topic for topic in found if topic not in TOPICS]
    return {topic: found[topic] for topic in (*known, *others)}
