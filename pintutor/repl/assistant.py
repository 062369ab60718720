"""What is said about a line while it is typed: colours, completion, errors, usage."""

from __future__ import annotations

from collections.abc import Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.lexers import PygmentsLexer

from pintutor.content.session import Session
from pintutor.lab.commands.jobs import under_way
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.repl.checking import problem, problem_so_far, usage
from pintutor.view.jobs import going
from pintutor.view.lexer import PinLexer

KEYS = "Tab completes · Ctrl+R searches · Ctrl+D leaves · `help` lists the commands"


class Words(Completer):
    """Completion from what the registry says could stand at the cursor."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """What could stand at the cursor, with half a line about each."""
        cursor = document.cursor_position
        if not document.text and not complete_event.completion_requested:
            return
        with self.lab.machine:
            found = REGISTRY.complete(self.lab, document.text, cursor)
        for each in found:
            yield Completion(
                each.text, start_position=each.start - cursor, display_meta=each.meta
            )


class Assistant:
    """Looks over the shoulder of who types, knowing the lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.completer = Words(lab)
        self.lexer = PygmentsLexer(PinLexer)

    def problem(self, text: str) -> CommandError | None:
        """What is wrong with a line, as far as its words say; several are not looked at."""
        return None if "\n" in text else problem(self.lab, text)

    def where(self) -> str:
        """Where the learner is: the step, the kernel, the task, the lesson; or the jobs."""
        jobs = under_way(self.lab)
        ended = [job for job in jobs if job.wait(0)]
        if ended:
            return f"job {ended[0].number} has ended: Enter shows what it came to"
        if jobs:
            return " · ".join(f"job {job.number}: {going(job.state)}" for job in jobs)
        timeline = self.lab.timeline
        parts = [f"step {timeline.cursor} of {timeline.total}", self.lab.kernel_name]
        if self.lab.kernel.current is not None:
            parts.append(self.lab.kernel.current.comm)
        if isinstance(self.lab.session, Session):
            parts.append(self.lab.session.lesson.title)
        return " · ".join(parts)

    def about(self, text: str, *, refused: bool) -> tuple[str, str]:
        """What is wrong with a line, or how its command is written; and the role of that.

        `refused` says that Enter was pressed and did not take the line.
        """
        if "\n" in text:
            return "several lines: Enter runs them one after the other", "dim"
        error = problem(self.lab, text) if refused else problem_so_far(self.lab, text)
        if error is None:
            return printable(usage(text)) or KEYS, "dim"
        again = "; Enter again shows it in full" if refused else ""
        return f"{_at(error)}{error.message}{again}", "bad"


def _at(error: CommandError) -> str:
    return "" if error.at is None else f"column {error.at.start + 1}: "
