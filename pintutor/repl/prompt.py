"""The prompt on a terminal: completion, colours, history, and errors before Enter.

The prompt is painted first; the lab, and all that knows it, is imported right after,
before the first key is looked at. So nothing of the model is imported at the top here.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from pintutor.repl.style import style
from pintutor.view import history
from pintutor.view.ascii import ascii_rows, ascii_text, wanted
from pintutor.view.motion import still
from pintutor.view.rows import Row, row
from pintutor.view.wrap import columns, cut, safe

if TYPE_CHECKING:
    from pintutor.repl.assistant import Assistant
    from pintutor.repl.conversation import Conversation


REFRESH = 0.5
"""Between two looks at the jobs, while there are any [seconds]."""


class Terminal:
    """A screen that prints rows in colour above the prompt."""

    def __init__(self) -> None:
        self.ascii = wanted(sys.stdout)
        self.style = style()

    @property
    def width(self) -> int:
        """Columns of the terminal, within what reads well."""
        return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))

    def show(self, rows: tuple[Row, ...]) -> None:
        """Print rows in the styles of their roles."""
        parts: list[tuple[str, str]] = []
        for one in ascii_rows(rows) if self.ascii else rows:
            parts += [(f"class:role-{role}", text) for text, role in one]
            parts.append(("", "\n"))
        if parts:
            print_formatted_text(FormattedText(parts), style=self.style, end="")

    def complain(self, rows: tuple[Row, ...], where: str) -> None:
        """Print rows; which line they are about is in sight."""
        self.show(rows)

    def data(self, text: str) -> None:
        """Print a line as it is."""
        print(text, flush=True)


class Remembered(History):
    """prompt_toolkit's view of the lines that were typed before."""

    def load_history_strings(self) -> Iterator[str]:
        """The lines, newest first."""
        yield from reversed(history.load())

    def store_string(self, string: str) -> None:
        """Keep a line for the next session."""
        history.append(string)


class Prompt:
    """Reads line after line from a terminal and hands each to a conversation.

    `begin` makes the conversation, after the first prompt was painted for `kernel`.
    """

    def __init__(
        self,
        begin: Callable[[], Conversation],
        kernel: str,
        *,
        input: Input | None = None,  # noqa: A002  (prompt_toolkit's word)
        output: Output | None = None,
    ) -> None:
        self.ascii = wanted(sys.stdout)
        self._begin = begin
        self._kernel = kernel
        self._talk: Conversation | None = None
        self._assistant: Assistant | None = None
        self._refused = ""
        """The line that Enter did not take, because of what is wrong with it."""
        self._session: PromptSession[str] = PromptSession(
            lambda: self._drawn(row((self.prompt, "prompt"))),
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

    def open(self) -> Conversation:
        """The conversation; it begins now if it has not."""
        if self._talk is None:
            from pintutor.repl.assistant import Assistant

            self._talk = self._begin()
            self._talk.lively = not still()
            self._assistant = Assistant(self._talk.lab)
            self._session.completer = self._assistant.completer
            self._session.lexer = self._assistant.lexer
        return self._talk

    def read(self) -> None:
        """Take lines until the learner leaves; what `begin` raises comes through."""
        while self._talk is None or not self._talk.left:
            try:
                text = self._session.prompt(
                    pre_run=self._open_soon,
                    refresh_interval=REFRESH if self._jobs_go_on() else 0,
                )
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            self._refused = ""
            # A paste of several lines arrives as one text.
            for line in text.split("\n"):
                self._take(self.open(), line)

    def _jobs_go_on(self) -> bool:
        """Whether there is news below the prompt though nobody types."""
        jobs = None if self._talk is None else self._talk.lab.jobs
        return jobs is not None and bool(jobs.under_way)

    def _open_soon(self) -> None:
        """Begin the conversation when the prompt is painted, before any key is read."""
        app = get_app()
        if self._talk is not None or app.loop is None:
            return

        def begin() -> None:
            try:
                self.open()
            except Exception as error:
                app.exit(exception=error)
            app.invalidate()

        app.loop.call_soon(begin)

    def _take(self, talk: Conversation, line: str) -> None:
        """Hand a line over; a fault of ours costs its answer, never the session."""
        if talk.left:
            return
        try:
            talk.take(line, indent=columns(self.prompt))
        except Exception as error:
            if os.environ.get("PINTUTOR_DEBUG") == "1":
                raise
            told = f"internal error, {type(error).__name__}: {error}"
            hint = "  a fault of pintutor, not yours; PINTUTOR_DEBUG=1 shows where"
            shown = (row(("! ", "bad"), told), row((hint, "note")))
            talk.screen.complain(safe(shown), "")

    @property
    def prompt(self) -> str:
        """What stands before the line: the kernel that runs."""
        kernel = self._kernel if self._talk is None else self._talk.lab.kernel_name
        text = f"{kernel} ▸ "
        return ascii_text(text) if self.ascii else text

    def toolbar(self, text: str) -> FormattedText:
        """What can be said about a line that is being typed, and where the learner is."""
        if self._assistant is None:
            return FormattedText([("", "\n")])
        refused = text != "" and text == self._refused
        about = row(self._assistant.about(text, refused=refused))
        width = shutil.get_terminal_size((80, 24)).columns - 1
        where = row((self._assistant.where(), "title"))
        below = self._drawn(cut(where, width))
        return FormattedText([*self._drawn(cut(about, width)), ("", "\n"), *below])

    def _drawn(self, one: Row) -> FormattedText:
        (shown,) = ascii_rows((one,)) if self.ascii else (one,)
        return FormattedText([(f"class:role-{role}", text) for text, role in shown])

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()

        @bindings.add("enter", filter=has_focus(DEFAULT_BUFFER))
        def _enter(event: KeyPressEvent) -> None:
            """Take the line; one that is wrong only when Enter comes twice."""
            buffer = event.current_buffer
            text = buffer.text
            error = self._assistant.problem(text) if self._assistant else None
            if error is None or text == self._refused:
                buffer.validate_and_handle()
                return
            self._refused = text
            if error.at is not None:
                buffer.cursor_position = min(error.at.stop, len(text))
            event.app.invalidate()

        return bindings
