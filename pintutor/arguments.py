"""The sub-commands, each declared once, and the options that each takes."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from pintutor.banner import DEFAULT_KERNEL
from pintutor.envelope import USAGE, Problem

SHELLS = ("bash", "zsh", "fish")


class Parser(argparse.ArgumentParser):
    """A parser that raises Problem, so that `--json` answers in its envelope."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words."""
        hint = self.format_usage().strip()
        raise Problem(message, code="usage", status=USAGE, hint=hint, where=self.prog)


class Subcommand(NamedTuple):
    """One word that may follow `pintutor`."""

    usage: str
    """What follows the word, as `--help` of pintutor shows it."""
    summary: str
    declare: Callable[[Parser], None]
    """Add its options to a parser."""


def _json(parser: Parser) -> None:
    help_text = "print one JSON object on stdout, errors included"
    parser.add_argument("--json", action="store_true", help=help_text)


def _session(parser: Parser) -> None:
    parser.add_argument("lesson", nargs="?", metavar="LESSON", help="its id or number")
    _kernel(parser, DEFAULT_KERNEL)


def _kernel(parser: Parser, default: str | None) -> None:
    parser.add_argument(
        "--kernel",
        metavar="K",
        default=default,
        help="a release, or one with patches: v6.4+zero-page-unpinned",
    )


def _repl(parser: Parser) -> None:
    _session(parser)
    parser.add_argument(
        "--command",
        action="append",
        default=[],
        metavar="LINE",
        help="run this line first; may be given more than once",
    )


def _run(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .pin file, or a scenario's name")
    _kernel(parser, None)
    _json(parser)


def _check(parser: Parser) -> None:
    help_text = "a lesson or scenario, or a folder of them; all of the course if missing"
    parser.add_argument("path", nargs="?", metavar="PATH", help=help_text)
    _json(parser)


def _bench(parser: Parser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="goals; all if missing")
    _json(parser)


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", choices=SHELLS)


SUBCOMMANDS = {
    "tui": Subcommand("[LESSON]", "open the full screen, as no word at all does", _session),
    "repl": Subcommand("[LESSON]", "open a prompt", _repl),
    "lessons": Subcommand("", "list the lessons", _json),
    "run": Subcommand("FILE.pin", "run a scenario on each of its kernels", _run),
    "check": Subcommand("[PATH]", "check lessons and scenarios", _check),
    "patches": Subcommand("", "list the patches", _json),
    "kernels": Subcommand("", "list the kernels", _json),
    "bench": Subcommand("[NAME...]", "measure speed against its goals", _bench),
    "doctor": Subcommand("", "say what this machine offers and lacks", _json),
    "completion": Subcommand("|".join(SHELLS), "print a shell completion", _completion),
}


def parse(words: list[str]) -> argparse.Namespace:
    """The sub-command and its options.

    Errors: Problem for words that mean nothing; SystemExit once help was printed.
    """
    if not words:
        words = ["tui"] if _is_terminal() else ["--help"]
        if words == ["--help"]:
            print(help_text(), end="", file=sys.stderr)
            raise SystemExit(USAGE)
    first, *rest = words
    if first in ("-h", "--help"):
        print(help_text(), end="")
        raise SystemExit(0)
    if first not in SUBCOMMANDS:
        raise _unknown(first)
    options = argparse.Namespace(subcommand=first, json=False)
    return parser_for(first).parse_args(rest, options)
