"""The sub-commands that take the full screen out of the terminal: a picture, a server."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from pintutor.cli.envelope import USAGE, Problem, Reply


def screenshot(options: Namespace) -> Reply:
    """Write what the full screen shows after some lines and keys."""
    from pintutor.tui.screenshots import Shot, keep, take

    output = Path(options.output) if options.output else None
    if output is not None and output.suffix not in (".svg", ".txt"):
        raise Problem(
            f"{output.name} is neither FILE.svg nor FILE.txt",
            code="bad-output",
            status=USAGE,
        )
    shot = Shot(
        lesson=options.lesson or "",
        lines=tuple(options.line),
        keys=tuple(options.keys.split()),
        size=options.size,
        theme=options.theme,
        kernel=options.kernel,
    )
    shown = take(shot)
    if output is None:
        return Reply(None, shown.text.splitlines())
    try:
        keep(shown, output)
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise Problem(what, code="no-file", status=USAGE, where=str(output)) from None
    return Reply(None, [f"{output} is written"])


def serve(options: Namespace) -> int:
    """Serve the full screen to browsers on this machine, until Ctrl+C."""
    try:
        from pintutor.cli.serving import serve as served
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("textual_serve", "aiohttp", "jinja2"):
            raise
        raise Problem(
            "the server is an extra that is not installed",
            code="no-web-extra",
            status=USAGE,
            hint=f'{Path(sys.executable).name} -m pip install "pintutor[web]"',
        ) from None
    return served(options.lesson, options.port)
