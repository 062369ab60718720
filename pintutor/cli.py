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

    from pintutor.arguments import Request


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words of a command line ask for; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except KeyboardInterrupt:
        return 130
    return status


def _run(words: list[str]) -> int:
    if words in (["--version"], ["-V"]):
        from pintutor import __version__

        print(f"pintutor {__version__}")
        return 0
    for stream in (sys.stdout, sys.stderr):
        # What a learner typed is echoed, whatever the terminal's encoding can say.
        getattr(stream, "reconfigure", print)(errors="backslashreplace")
    if "--ascii" in words:
        words.remove("--ascii")
        os.environ["PINTUTOR_ASCII"] = "1"
    if words == ["repl"]:
        return _open_repl()
    return _ask(words)


def _open_repl() -> int:
    from pintutor import banner

    banner.show(banner.DEFAULT_KERNEL)
    return _ask(["repl", "--no-banner"])
