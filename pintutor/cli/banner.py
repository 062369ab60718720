"""The line that greets a learner, printed before anything slow is imported.

It imports nothing itself: it is on the screen while prompt_toolkit still loads.
"""

import os
import sys

from pintutor import __version__

DEFAULT_KERNEL = "v6.4"
"""What a lab starts with; equal to `series.DEFAULT`, which takes longer to import."""


def show(kernel: str) -> None:
    """Print the banner of a session on `kernel`, if somebody is there to read it."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    release = __version__.rpartition(".")[0]
    dot = "-" if os.environ.get("PINTUTOR_ASCII") else "·"
    words = (
        f"pintutor {release}",
        f"Linux {kernel} (model)",
        "type a command, help, or lesson",
    )
    print(f" {dot} ".join(words), flush=True)
