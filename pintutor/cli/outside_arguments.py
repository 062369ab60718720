"""The options of the sub-commands that take the full screen out of the terminal."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from pintutor.cli.banner import DEFAULT_KERNEL

THEMES = ("dark", "light", "high-contrast", "okabe-ito", "mono")
PORT = 8421
"""Where `serve` listens if it is not told."""


def screenshot(parser: ArgumentParser) -> None:
    """`pintutor screenshot`."""
    parser.add_argument("lesson", nargs="?", metavar="LESSON", help="its id or number")
    help_text = "run this line first; may be given more than once"
    parser.add_argument(
        "--line", action="append", default=[], metavar="LINE", help=help_text
    )
    help_text = "then press these keys, by name, with blanks between: `b b tab`"
    parser.add_argument("--keys", default="", metavar="KEYS", help=help_text)
    help_text = "columns and rows of the screen; 120x40 if missing"
    parser.add_argument(
        "--size", type=_size, default=(120, 40), metavar="WxH", help=help_text
    )
    parser.add_argument("--theme", choices=THEMES, default="dark", help="how it looks")
    help_text = "a release, or one with patches: v6.4+zero-page-unpinned"
    parser.add_argument("--kernel", metavar="K", default=DEFAULT_KERNEL, help=help_text)
    help_text = "FILE.svg, or FILE.txt; without it the text is printed"
    parser.add_argument("-o", "--output", metavar="FILE", help=help_text)


def serve(parser: ArgumentParser) -> None:
    """`pintutor serve`."""
    parser.add_argument("lesson", nargs="?", metavar="LESSON", help="its id or number")
    help_text = f"the port on 127.0.0.1; {PORT} if missing, 0 for any that is free"
    parser.add_argument("--port", type=_port, default=PORT, metavar="N", help=help_text)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is no size such as 120x40")
    size = int(width), int(height)
    if not (20 <= size[0] <= 400 and 5 <= size[1] <= 200):
        raise ArgumentTypeError(f"{text} is not between 20x5 and 400x200")
    return size


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise ArgumentTypeError(f"{text!r} is no port, a number from 0 to 65535")
    return int(text)
