"""Every example of every command reads, in a lab where the names in it exist."""

import pytest

import pintutor.content.commands
from pintutor.lab.command import Command
from pintutor.lab.endings import without_endings
from pintutor.lab.errors import CommandError
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import split_prefixes
from tests.labs import Lab, started

__all__ = ["pintutor"]

NAMES = (
    "mmap buf 8",
    "mmap guard 1 none",
    "mmap T 512 thp",
    "file F 4",
    "file N 4 nfs",
    "write buf 0x41",
    "vfio-map guest buf",
    "pin buf[0] as p",
    "get buf[1] as g",
    "pipe P",
    "disk d 64K",
    "pipe Q",
    "kmem K 6",
    "iter i iovec dest buf",
    "watch zero._refcount",
    "fork child",
    "mark before",
    "undo",
    "fork child",
)
"""Lines that make the names of the examples; the last two leave a branch behind."""

EXAMPLES = [(one, line) for one in REGISTRY.commands.values() for line in one.examples]


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab in which the names of the examples exist; nothing here changes it."""
    return started(*NAMES)


def read(lab: Lab, line: str) -> str:
    """The command that a line calls, with an unused name for one that is taken here."""
    line, given, _, _ = without_endings(line)
    words = split_prefixes(given).words
    try:
        with lab.machine:
            return REGISTRY.parse(lab, words, line).command.name
    except CommandError as error:
        if error.code == "unknown-job":  # a job has its number while it runs only
            return str(words[0].text)
        if error.code != "name-taken" or error.at is None:
            raise
        return read(lab, f"{line[: error.at.start]}unused{line[error.at.stop :]}")


@pytest.mark.parametrize(("command", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_an_example_reads(lab: Lab, command: Command, line: str) -> None:
    called = read(lab, line)
    task = split_prefixes(without_endings(line).words).task
    assert called == command.name or task is not None
    if called in ("fails", "warns"):
        assert read(lab, line.partition(":")[2])
