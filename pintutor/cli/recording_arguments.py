"""The options of the sub-commands that play, record and export."""

from __future__ import annotations

from argparse import ArgumentParser

SPEEDS = ("slow", "normal", "fast", "instant")


def play(parser: ArgumentParser) -> None:
    """`pintutor play`."""
    help_text = "a lesson, a scenario, a script talk.pin or a transcript talk.session"
    parser.add_argument("name", nargs="?", metavar="NAME", help=help_text)
    help_text = "play every lesson twice: each must hold, and record the same"
    parser.add_argument("--all", action="store_true", help=help_text)
    help_text = "how fast it types: slow, normal, fast or instant; + and - change it"
    parser.add_argument("--speed", choices=SPEEDS, default="normal", help=help_text)
    help_text = "begin at this mark, paused: a step of a lesson, `#: mark` of a script"
    parser.add_argument("--start", metavar="MARK", default="", help=help_text)
    help_text = "write notes for who presents it to this file; `pintutor notes FILE`"
    parser.add_argument("--notes", metavar="FILE", help=help_text)
    help_text = "write a transcript anew, with what is shown now"
    parser.add_argument("--update", action="store_true", help=help_text)
    _manner(parser)
    _kernel(parser)
    _json(parser)


def notes(parser: ArgumentParser) -> None:
    """`pintutor notes`."""
    parser.add_argument("file", metavar="FILE", help="what `play --notes` writes")


def record(parser: ArgumentParser) -> None:
    """`pintutor record`."""
    help_text = "a lesson, a scenario, or a script talk.pin"
    parser.add_argument("name", metavar="NAME", help=help_text)
    help_text = "FILE.cast, .svg, .html, .md or .session; - prints a cast"
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help=help_text)
    help_text = "an asciicast of version 3 instead of 2"
    parser.add_argument("--v3", action="store_true", help=help_text)
    help_text = "an SVG that stands still: the screen at this mark"
    parser.add_argument("--at", metavar="MARK", default="", help=help_text)
    help_text = "columns and rows of the screen, by default 80x24"
    parser.add_argument("--size", metavar="CxR", default="80x24", help=help_text)
    help_text = "how fast it types"
    parser.add_argument("--speed", choices=SPEEDS[:3], default="normal", help=help_text)
    _manner(parser)
    _kernel(parser)
    _json(parser)


def export(parser: ArgumentParser) -> None:
    """`pintutor export`."""
    parser.add_argument("form", choices=("html",), help="a page that walks a trace")
    help_text = "a lesson, a scenario, or a script talk.pin"
    parser.add_argument("name", metavar="NAME", help=help_text)
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the page")
    _kernel(parser)
    _json(parser)


def _manner(parser: ArgumentParser) -> None:
    help_text = "do not walk the commands through their changes"
    parser.add_argument("--no-steps", dest="steps", action="store_false", help=help_text)
    help_text = "answer questions of a lesson wrongly first, to show what it says then"
    parser.add_argument("--wrong-first", action="store_true", help=help_text)


def _kernel(parser: ArgumentParser) -> None:
    help_text = "play a script on this kernel"
    parser.add_argument("--kernel", metavar="K", help=help_text)
    help_text = "the variant of a lesson that has several, by default 0"
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=help_text)


def _json(parser: ArgumentParser) -> None:
    help_text = "print one JSON object on stdout, errors included"
    parser.add_argument("--json", action="store_true", help=help_text)
