"""The sub-commands, each declared once, and the options that each takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from pintutor.cli import classroom_arguments as classroom
from pintutor.cli import outside_arguments as outside
from pintutor.cli import progress_arguments
from pintutor.cli import recording_arguments as recording
from pintutor.cli.banner import DEFAULT_KERNEL
from pintutor.cli.envelope import USAGE, Problem

HEAD = """\
usage: pintutor [--ascii] [COMMAND ...]

A tutor for how the Linux kernel pins user memory for I/O. Without a command it opens
the full screen, which needs a terminal.

commands:"""

FOOT = """
options:
  --ascii     draw with ASCII characters only
  --version   print the version
  --help      print this; `pintutor COMMAND --help` says more about one command
"""

SHELLS = ("bash", "zsh", "fish")


class Parser(argparse.ArgumentParser):
    """A parser that raises Problem, so that `--json` answers in its envelope."""

    def error(self, message: str) -> NoReturn:
        """Refuse the words."""
        hint = self.format_usage().strip()
        where = self.prog.removeprefix("pintutor ")
        raise Problem(message, code="usage", status=USAGE, hint=hint, where=where)


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


def _tui(parser: Parser) -> None:
    _session(parser)
    help_text = "no full screen: lines one below the other, with the same keys"
    parser.add_argument("--linear", action="store_true", help=help_text)


def _repl(parser: Parser) -> None:
    _session(parser)
    parser.add_argument(
        "--command",
        action="append",
        default=[],
        metavar="LINE",
        help="run this line first; may be given more than once",
    )
    help_text = "answer each line with one JSON object"
    parser.add_argument("--json", action="store_true", help=help_text)


def _run(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .pin file, or a scenario's name")
    _kernel(parser, None)
    help_text = "print what the model did, one JSON object a step that matters"
    parser.add_argument("--events", action="store_true", help=help_text)
    _json(parser)


def _explore(parser: Parser) -> None:
    help_text = "a .pin file with CPUs, or a scenario's name; all races if missing"
    parser.add_argument("file", nargs="?", metavar="FILE", help=help_text)
    help_text = "a kernel, or several with commas between them: v6.4,v6.5"
    parser.add_argument("--kernel", metavar="K,...", help=help_text)
    help_text = "carry out the schedule that this file keeps, instead of searching"
    parser.add_argument("--replay", metavar="FILE", help=help_text)
    help_text = "say the verdict and nothing else, as soon as it is certain"
    parser.add_argument("--verdict", action="store_true", help=help_text)
    help_text = "on every release, and on what the file names besides"
    parser.add_argument("--all-kernels", action="store_true", help=help_text)
    help_text = "on each kernel with every combination of these patches: A,B"
    parser.add_argument("--patches", metavar="P,...", help=help_text)
    help_text = "one search alone: dpor, naive, chance, ...; docs/explorer.md says which"
    parser.add_argument("--strategy", metavar="NAME", help=help_text)
    _number(parser, "--budget", 20_000, "executions after which to give up", least=1)
    _number(parser, "--preemptions", 2, "at most, for the strategy bounded")
    _number(parser, "--runs", 1_000, "executions of the strategies by chance", least=1)
    _number(parser, "--seed", 1, "what the strategies by chance follow from")
    _number(parser, "--workers", 1, "processes that search", least=1)
    help_text = "print the verdicts as one table, scenario by kernel"
    parser.add_argument("--matrix", action="store_true", help=help_text)
    help_text = "print the report as Markdown; the matrix is Markdown already"
    parser.add_argument("--markdown", action="store_true", help=help_text)
    _json(parser)


def _number(
    parser: Parser, option: str, default: int, help_text: str, *, least: int = 0
) -> None:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is less than {least}")
        return value

    told = f"{help_text}; {default:,} if missing"
    parser.add_argument(option, type=number, default=default, metavar="N", help=told)


def _bisect(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="a .pin file, or a scenario's name")
    help_text = "the kernel to begin with"
    parser.add_argument("--from", dest="old", metavar="K", help=help_text)
    help_text = "the kernel on which it is different"
    parser.add_argument("--to", dest="new", metavar="K", help=help_text)
    help_text = "what is to be looked at in the end, instead of whether the script holds"
    parser.add_argument("--value", metavar="EXPR", help=help_text)
    _json(parser)


def _letters(parser: Parser) -> None:
    parser.add_argument("letter", nargs="?", metavar="LETTER", help="one; all if missing")
    help_text = "print the letters and their lessons as Markdown"
    parser.add_argument("--markdown", action="store_true", help=help_text)
    _json(parser)


def _searched(parser: Parser) -> None:
    help_text = "words to look for, or a name; all if missing"
    parser.add_argument("words", nargs="*", metavar="WORD", help=help_text)
    _json(parser)


def _lesson(parser: Parser) -> None:
    parser.add_argument("action", choices=("new",))
    parser.add_argument("id", metavar="ID", help="what a learner will type")
    help_text = "the folder of its topic: 06-old-direct-io"
    parser.add_argument("--topic", required=True, metavar="NN-TOPIC", help=help_text)
    help_text = "the folder of lessons, by default lessons/ here"
    parser.add_argument("--root", default="lessons", metavar="DIR", help=help_text)
    _json(parser)


def _check(parser: Parser) -> None:
    help_text = "a lesson or scenario, or a folder of them; all of the course if missing"
    parser.add_argument("path", nargs="?", metavar="PATH", help=help_text)
    help_text = "processes that share the work; by default one for each processor"
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help=help_text)
    _json(parser)


def _bench(parser: Parser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="goals; all if missing")
    _json(parser)


def _completion(parser: Parser) -> None:
    parser.add_argument("shell", choices=SHELLS)


SUBCOMMANDS = {
    "tui": Subcommand("[LESSON]", "open the full screen, as `pintutor` alone does", _tui),
    "repl": Subcommand("[LESSON]", "open a prompt", _repl),
    "lessons": Subcommand("[WORD...]", "list the lessons", _searched),
    "letters": Subcommand("[LETTER]", "list the letters and their lessons", _letters),
    "lesson": Subcommand("new ID", "begin to write a lesson", _lesson),
    "progress": Subcommand("[ACTION]", "say how far you are", progress_arguments.progress),
    "run": Subcommand("FILE.pin", "run a scenario on each of its kernels", _run),
    "play": Subcommand("NAME", "play a lesson or a script by itself", recording.play),
    "notes": Subcommand("FILE", "show the notes of a play", recording.notes),
    "record": Subcommand("NAME -o FILE", "play into a file", recording.record),
    "export": Subcommand("html NAME", "make a page of every step", recording.export),
    "explore": Subcommand("[FILE.pin]", "find what a race can come to", _explore),
    "bisect": Subcommand("FILE.pin", "find the patch that turned a scenario", _bisect),
    "submit": Subcommand("LESSON", "write what you did, to hand it in", classroom.submit),
    "grade": Subcommand("FILE...", "mark what was handed in", classroom.grade),
    "answer-key": Subcommand("LESSON", "say what is right", classroom.answer_key),
    "serve": Subcommand("[LESSON]", "the full screen in a browser", outside.serve),
    "screenshot": Subcommand("[-o FILE]", "a picture of a screen", outside.screenshot),
    "check": Subcommand("[PATH]", "check lessons and scenarios", _check),
    "patches": Subcommand("[WORD...]", "list the patches", _searched),
    "kernels": Subcommand("", "list the kernels", _json),
    "bench": Subcommand("[NAME...]", "measure speed against its goals", _bench),
    "doctor": Subcommand("", "say what this machine offers and lacks", _json),
    "completion": Subcommand("|".join(SHELLS), "print a shell completion", _completion),
}


def parse(words: list[str]) -> argparse.Namespace:
    """The sub-command and its options.

    Errors: Problem for words that mean nothing; SystemExit when `--help` was printed.
    """
    first, *rest = words
    if first not in SUBCOMMANDS:
        raise _unknown(first)
    options = argparse.Namespace(subcommand=first, json=False)
    return parser_for(first).parse_args(rest, options)


def parser_for(name: str) -> Parser:
    """The parser of one sub-command's words."""
    subcommand = SUBCOMMANDS[name]
    parser = Parser(
        prog=f"pintutor {name}", description=subcommand.summary, allow_abbrev=False
    )
    subcommand.declare(parser)
    return parser


def help_text() -> str:
    """What `pintutor --help` prints."""
    starts = {name: f"{name} {each.usage}" for name, each in SUBCOMMANDS.items()}
    width = max(map(len, starts.values()))
    rows = [
        f"  {starts[name]:{width}}   {each.summary}" for name, each in SUBCOMMANDS.items()
    ]
    return "\n".join((HEAD, *rows, FOOT))


def subject(words: list[str]) -> str:
    """What an error is about, for the name of its schema."""
    return words[0] if words and words[0] in SUBCOMMANDS else "usage"


def _unknown(word: str) -> Problem:
    from pintutor.lab.errors import did_you_mean, printable

    kind = "option" if word.startswith("-") else "command"
    return Problem(
        f"no {kind} is called `{printable(word[:40])}`" + did_you_mean(word, SUBCOMMANDS),
        code=f"unknown-{kind}",
        status=USAGE,
        hint="pintutor --help lists what there is",
    )
