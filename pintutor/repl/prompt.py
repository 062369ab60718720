"""The prompt on a terminal: completion, colours, history, and errors before Enter."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import Output

from pintutor.content.session import Session
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.repl.checking import problem, problem_so_far, usage
from pintutor.repl.conversation import Conversation
from pintutor.repl.style import style
from pintutor.view import history
from pintutor.view.ascii import ascii_rows, ascii_text, wanted
from pintutor.view.lexer import PinLexer
from pintutor.view.rows import Row, row
from pintutor.view.wrap import columns, cut, safe

KEYS = "Tab completes · Ctrl+R searches · Ctrl+D leaves · `help` lists the commands"


class Terminal:
    """A screen that prints rows in colour above the prompt."""

    def __init__(self, output: Output | None = None) -> None:
        self.ascii = wanted(sys.stdout)
        self.style = style()
        self._output = output

    @property
    def width(self) -> int:
        """Columns of the terminal, within what reads well."""
        return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))

    def show(self, rows: tuple[Row, ...]) -> None:
        """Print rows, each as it is when it has but one style."""
        if not rows:
            return
        parts: list[tuple[str, str]] = []
        for one in ascii_rows(rows) if self.ascii else rows:
            parts += [(f"class:role-{role}", text) for text, role in one]
            parts.append(("", "\n"))
        print_formatted_text(
            FormattedText(parts), style=self.style, end="", output=self._output
        )

    def complain(self, rows: tuple[Row, ...], where: str) -> None:
        """Print rows; which line they are about is in sight."""
        self.show(rows)

    def data(self, text: str) -> None:
        """Print a line as it is."""
        print(text, flush=True)


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


class Remembered(History):
    """prompt_toolkit's view of the lines that were typed before."""

    def load_history_strings(self) -> Iterator[str]:
        """The lines, newest first."""
        yield from reversed(history.load())

    def store_string(self, string: str) -> None:
        """Keep a line for the next session."""
        history.append(string)


class Prompt:
    """Reads line after line from a terminal and hands each to a conversation."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        input: Input | None = None,  # noqa: A002  (prompt_toolkit's word)
        output: Output | None = None,
    ) -> None:
        self.conversation = conversation
        self.lab = conversation.lab
        self.ascii = wanted(sys.stdout)
        self._refused = ""
        """The line that Enter did not take, because of what is wrong with it."""
        self._session: PromptSession[str] = PromptSession(
            self._message,
            lexer=PygmentsLexer(PinLexer),
            completer=Words(self.lab),
            complete_while_typing=True,
            history=Remembered(),
            auto_suggest=AutoSuggestFromHistory(),
            bottom_toolbar=lambda: self.toolbar(self._session.default_buffer.text),
            key_bindings=self._bindings(),
            style=style(),
            include_default_pygments_style=False,
            reserve_space_for_menu=5,
            input=input,
            output=output,
        )

    def read(self) -> None:
        """Take lines until the learner leaves."""
        while not self.conversation.left:
            try:
                text = self._session.prompt()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            self._refused = ""
            # A paste of several lines arrives as one text.
            for line in text.split("\n"):
                if not self.conversation.left:
                    self._take(line)

    def _take(self, line: str) -> None:
        """Hand a line over; a fault of ours costs its answer, never the session."""
        try:
            self.conversation.take(line, indent=columns(self.prompt))
        except Exception as error:
            if os.environ.get("PINTUTOR_DEBUG") == "1":
                raise
            told = f"internal error, {type(error).__name__}: {error}"
            hint = "  a fault of pintutor, not yours; PINTUTOR_DEBUG=1 shows where"
            shown = (row(("! ", "bad"), told), row((hint, "note")))
            self.conversation.screen.complain(safe(shown), "")

    @property
    def prompt(self) -> str:
        """What stands before the line: the kernel that runs."""
        text = f"{self.lab.kernel_name} ▸ "
        return ascii_text(text) if self.ascii else text

    def _message(self) -> FormattedText:
        return self._drawn(row((self.prompt, "prompt")))

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()

        @bindings.add("enter", filter=has_focus(DEFAULT_BUFFER))
        def _enter(event: KeyPressEvent) -> None:
            """Take the line; one that is wrong only when Enter comes twice."""
            buffer = event.current_buffer
            text = buffer.text
            error = problem(self.lab, text) if "\n" not in text else None
            if error is None or text == self._refused:
                buffer.validate_and_handle()
                return
            self._refused = text
            if error.at is not None:
                buffer.cursor_position = min(error.at.stop, len(text))
            event.app.invalidate()

        return bindings

    def toolbar(self, text: str) -> FormattedText:
        """What can be said about a line that is being typed, and where the learner is."""
        timeline = self.lab.timeline
        here = f"step {timeline.cursor} of {timeline.total}"
        task = self.lab.kernel.current
        parts = [here, self.lab.kernel_name, task.comm if task is not None else ""]
        if isinstance(self.lab.session, Session):
            parts.append(self.lab.session.lesson.title)
        left = " · ".join(part for part in parts if part)
        width = shutil.get_terminal_size((80, 24)).columns - 1
        about = self._drawn(cut(row(self._about(text)), width))
        return FormattedText([*about, ("", "\n"), *self._drawn(row((left, "title")))])

    def _drawn(self, one: Row) -> FormattedText:
        (shown,) = ascii_rows((one,)) if self.ascii else (one,)
        return FormattedText([(f"class:role-{role}", text) for text, role in shown])

    def _about(self, text: str) -> tuple[str, str]:
        """What is wrong with the line, or how its command is used; and its role."""
        if "\n" in text:
            return "several lines: Enter runs them one after the other", "dim"
        refused = text != "" and text == self._refused
        error = problem(self.lab, text) if refused else problem_so_far(self.lab, text)
        if error is not None:
            again = "; Enter again shows it in full" if refused else ""
            return f"{_at(error)}{error.message}{again}", "bad"
        return printable(usage(text)) or KEYS, "dim"


def _at(error: CommandError) -> str:
    return "" if error.at is None else f"column {error.at.start + 1}: "
