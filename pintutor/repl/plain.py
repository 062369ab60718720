"""Lines from a pipe, a file, or a terminal that can do nothing but print."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator

from pintutor.repl.conversation import Conversation
from pintutor.view.ascii import ascii_rows, ascii_text, wanted
from pintutor.view.rows import Row, as_text


class Printer:
    """A screen that prints: results on stdout, complaints on stderr."""

    def __init__(self) -> None:
        self.ascii = wanted(sys.stdout)

    @property
    def width(self) -> int:
        """Columns of the terminal, 80 without one."""
        return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))

    def show(self, rows: tuple[Row, ...]) -> None:
        """Print rows on stdout."""
        if rows:
            print(self._text(rows), flush=True)

    def complain(self, rows: tuple[Row, ...], where: str) -> None:
        """Print rows on stderr."""
        head = f"{where}:\n" if where else ""
        print(head + self._text(rows), file=sys.stderr, flush=True)

    def data(self, text: str) -> None:
        """Print a line as it is."""
        print(text, flush=True)

    def _text(self, rows: tuple[Row, ...]) -> str:
        return as_text(ascii_rows(rows) if self.ascii else rows)


def read(conversation: Conversation, *, prompting: bool) -> int:
    """Carry out the lines of stdin until it ends; returns 1 if any of them failed.

    With `prompting` somebody types them: a prompt is shown, and failures are theirs.
    """
    printer = Printer()
    for number, line in enumerate(_lines(conversation, printer, prompting=prompting), 1):
        where = "" if prompting else f"line {number}"
        conversation.take(line, where=where, indent=2)
        if conversation.left:
            break
    return 1 if conversation.failed and not prompting else 0


def _lines(
    conversation: Conversation, printer: Printer, *, prompting: bool
) -> Iterator[str]:
    """The lines of stdin; bytes that are no text come through to be complained about."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    while True:
        if prompting:
            prompt = f"{conversation.lab.kernel_name} ▸ "
            print(ascii_text(prompt) if printer.ascii else prompt, end="", flush=True)
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            if not prompting:
                raise
            print()
            continue
        if not line:
            return
        yield line.rstrip("\r\n")
