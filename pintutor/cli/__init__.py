"""The command line: what `pintutor WORDS` does, and the exit code that it ends with.

Only `sys` and `os` are imported before it is known what is wanted: `--version`, and the
banner of `pintutor repl`, are to be there at once.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
PIPE_CLOSED = 141
"""Whoever read our output has gone: what a shell reports of a death by SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words of a command line ask for; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as end:  # argparse, after printing help
        return int(end.code or 0)
    return status


def _run(words: list[str]) -> int:
    if words in (["--version"], ["-V"]):
        from pintutor import __version__

        print(f"pintutor {__version__}")
        return 0
    _prepare(words)
    try:
        return _open_repl() if words == ["repl"] else _answer(words)
    except BrokenPipeError:
        raise
    except Exception as error:
        from pintutor.cli import arguments, envelope, problems

        what = arguments.subject(words)
        return envelope.refuse(what, problems.of(error), as_json="--json" in words)


def _prepare(words: list[str]) -> None:
    """Let both streams say anything, and take `--ascii` for what follows."""
    for stream in (sys.stdout, sys.stderr):
        # What was typed is echoed, whether or not the terminal's encoding has it.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if "--ascii" in words:
        words.remove("--ascii")
        os.environ["PINTUTOR_ASCII"] = "1"


def _open_repl() -> int:
    from pintutor.cli import banner

    banner.show(banner.DEFAULT_KERNEL)
    from pintutor.repl.app import run

    return run(lesson=None, kernel=banner.DEFAULT_KERNEL, commands=[])


def _answer(words: list[str]) -> int:
    from pintutor.cli import arguments, envelope, handlers

    if words in (["--help"], ["-h"]):
        print(arguments.help_text(), end="")
        return envelope.FINE
    if not words and not handlers.is_terminal():
        print(arguments.help_text(), end="", file=sys.stderr)
        print(f"pintutor: {handlers.no_screen()}", file=sys.stderr)
        return envelope.USAGE
    options = arguments.parse(words or ["tui"])
    answer = handlers.HANDLERS[options.subcommand](options)
    if isinstance(answer, int):
        return answer
    return envelope.give(options.subcommand, answer, as_json=options.json)


def _reader_gone() -> int:
    """End quietly when `pintutor lessons | head` has seen enough."""
    # Python flushes stdout once more when it ends: that has to go somewhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED
