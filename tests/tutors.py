"""Tutors whose work is kept, and which can be killed."""

import os

import pintutor.content.commands  # noqa: F401  (declares them)
from pintutor.content.learner.resume_commands import Autosave
from pintutor.lab.lab import Lab
from tests.labs import run


class Tutor:
    """A lab whose work is kept, and which can be killed."""

    def __init__(self, *lines: str, kernel: str = "v6.4") -> None:
        self.lab = Lab(kernel)
        self.lab.keeper = Autosave()
        run(self.lab, *lines)

    def kill(self) -> None:
        """End without order: all that happens is that the system closes the file."""
        assert isinstance(self.lab.keeper, Autosave)
        os.close(self.lab.keeper._sitting._file)

    def leave(self) -> None:
        assert self.lab.keeper is not None
        self.lab.keeper.end()

    @property
    def lines(self) -> list[str]:
        return [entry.line for entry in self.lab.timeline.entries]
