"""The command that writes what was done as a page that walks through every step of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pintutor.content.races.witness_commands import FILE_NAME
from pintutor.content.same import visible
from pintutor.content.save_command import script
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word

SUFFIX = ".html"
WIDTH = 80
"""Columns of what the commands told."""


@command("session", mutates=False, examples=("export work.html",), see=("save", "timeline"))
def export(lab: Lab, file: Annotated[Word, FILE_NAME]) -> Told:
    """Write what you did as a page for a browser: every step, to walk and to scrub.

    The commands that made your machine run again for it, on a machine of their own. The
    page is one file and needs no network.
    """
    lines = [entry.line for entry in visible(lab)]
    if not lines:
        raise CommandError("nothing has been done yet", None, code="nothing-done")
    path = Path(file.text).expanduser()
    if path.suffix != SUFFIX:
        hint = "`export work.html`; `save work.pin` writes a script"
        what = f"a page ends in {SUFFIX}"
        raise CommandError(what, file.span, code="bad-file", hint=hint)
    text, steps = _page(lab.began_on, lines)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        what = f"it cannot be written: {error.strerror}"
        raise CommandError(what, file.span, code="no-file") from None
    told = f"{printable(file.text[:60])} has {steps} steps; a browser opens it"
    return Told("exported", (told,), {"file": str(path), "steps": steps})


def _page(kernel: str, lines: list[str]) -> tuple[str, int]:
    """The page of these commands, and how many steps it has."""
    # Only who exports waits for what draws the panes.
    from pintutor.recording.page import page
    from pintutor.recording.script import parse
    from pintutor.recording.trace import trace

    found = trace(parse(script(kernel, lines), Path("session.pin")), width=WIDTH)
    title = f"A session on {kernel}"
    text = page(found.beats, found.frames, title=title, width=WIDTH, titles=found.titles)
    return text, len(found.frames)
