"""The options of the sub-commands that hand in, mark, and tell what is right."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

FORMATS = ("text", "json", "junit", "tap", "gradescope", "csv", "steps")


def submit(parser: ArgumentParser) -> None:
    """`pintutor submit`."""
    parser.add_argument("lesson", metavar="LESSON", help="its id or number")
    help_text = "the file to write; LESSON.submission if missing"
    parser.add_argument("-o", "--output", metavar="FILE", default="", help=help_text)
    help_text = "who hands it in; PINTUTOR_STUDENT, or the login name, if missing"
    parser.add_argument("--student", metavar="NAME", default="", help=help_text)
    _json(parser)


def grade(parser: ArgumentParser) -> None:
    """`pintutor grade`."""
    help_text = "submissions, and folders of them: *.submission"
    parser.add_argument("files", nargs="+", metavar="FILE", help=help_text)
    help_text = "what counts, how much, and what is checked besides"
    parser.add_argument("--class", dest="group", metavar="CLASS.toml", help=help_text)
    help_text = f"{', '.join(FORMATS)}; with -o more than one may be given"
    parser.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        default=[],
        metavar="F",
        help=help_text,
    )
    help_text = "the file for the format before it; a run that was ended goes on then"
    parser.add_argument(
        "-o", "--output", action="append", default=[], metavar="FILE", help=help_text
    )
    help_text = "show hidden checks whole; without it as their learners may see them"
    parser.add_argument("--teacher", action="store_true", help=help_text)
    help_text = "write no times, so that the same submissions give the same bytes"
    parser.add_argument("--reproducible", action="store_true", help=help_text)
    help_text = "processes that share the work; by default one for each processor"
    parser.add_argument("--jobs", type=_count, default=0, metavar="N", help=help_text)
    _json(parser)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ArgumentTypeError(f"{value} is less than 1")
    return value


def answer_key(parser: ArgumentParser) -> None:
    """`pintutor answer-key`."""
    help_text = "a lesson by id or number, or a topic: 06-old-direct-io, or 6"
    parser.add_argument("name", metavar="LESSON|TOPIC", help=help_text)
    help_text = "the class's seed, where a lesson has variants"
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=help_text)
    help_text = "whose variant it is"
    parser.add_argument("--student", metavar="NAME", default="", help=help_text)
    _json(parser)


def _json(parser: ArgumentParser) -> None:
    help_text = "print one JSON object on stdout, errors included"
    parser.add_argument("--json", action="store_true", help=help_text)
