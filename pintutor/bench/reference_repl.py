"""The least that a prompt with our features can be: what the REPL is measured against."""

from __future__ import annotations

import sys
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import NestedCompleter
from prompt_toolkit.history import FileHistory
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.validation import Validator
from pygments.lexers.c_cpp import CLexer


def main(history: Path) -> None:
    """Ask for one line."""
    session: PromptSession[str] = PromptSession(
        "v6.4 ▸ ",
        completer=NestedCompleter.from_nested_dict({"pin": {"write": None}, "help": None}),
        complete_while_typing=True,
        history=FileHistory(history),
        auto_suggest=AutoSuggestFromHistory(),
        lexer=PygmentsLexer(CLexer),
        validator=Validator.from_callable(bool),
        bottom_toolbar="step 0 of 0",
    )
    session.prompt()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
