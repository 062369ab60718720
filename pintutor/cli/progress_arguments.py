"""The options of the sub-command about what is kept of a learner."""

from __future__ import annotations

import argparse

ACTIONS = ("mistakes", "reset", "forget", "export", "import", "report")


def progress(parser: argparse.ArgumentParser) -> None:
    """Add the options of `progress`."""
    help_text = "what to do; say how far you are if missing"
    parser.add_argument("action", nargs="?", choices=ACTIONS, help=help_text)
    help_text = "a lesson or `all`, to reset or forget; a file, to export or import"
    parser.add_argument("what", nargs="?", metavar="LESSON|FILE", help=help_text)
    help_text = "the file for the report, or for what is exported"
    parser.add_argument("-o", "--output", metavar="FILE", help=help_text)
    help_text = "do what takes something away, or overwrites it, without asking"
    parser.add_argument("--yes", action="store_true", help=help_text)
    help_text = "print one JSON object on stdout, errors included"
    parser.add_argument("--json", action="store_true", help=help_text)
