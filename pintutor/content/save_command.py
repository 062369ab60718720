"""The command that writes what was done into a file, to be carried out again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pintutor.content.races.witness_commands import FILE_NAME
from pintutor.content.same import visible
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.results_hash import ResultsHash
from pintutor.lab.words import Word

HEAD = "# Saved by pintutor.\n"
"""How every saved script begins: only these are written over."""


@command(
    "session",
    mutates=False,
    examples=("save work.pin",),
    see=("undo", "timeline", "resume"),
)
def save(lab: Lab, file: Annotated[Word, FILE_NAME]) -> Told:
    """Write the commands that made your machine into a file, as a script.

    What was undone is not in it, nor what only looks. `pintutor run FILE` carries the
    script out, `pintutor play FILE` types it and says whether it comes to the same.
    """
    lines = [entry.line for entry in visible(lab)]
    if not lines:
        raise CommandError("nothing has been done yet", None, code="nothing-done")
    path = Path(file.text).expanduser()
    if path.exists() and not _is_saved(path):
        raise CommandError(
            f"`{printable(file.text[:60])}` is there, and is no saved script",
            file.span,
            code="file-exists",
            hint="choose another name",
        )
    try:
        path.write_text(script(lab.began_on, lines), encoding="utf-8")
    except OSError as error:
        what = f"it cannot be written: {error.strerror}"
        raise CommandError(what, file.span, code="no-file") from None
    count = f"{len(lines)} command" + ("" if len(lines) == 1 else "s")
    data = {"file": str(path), "kernel": lab.began_on, "lines": lines}
    shown = printable(file.text[:60])
    how = f"`pintutor run {shown}` carries it out again, `pintutor play` types it"
    return Told(f"{count} saved", (how,), data)


def _is_saved(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(len(HEAD)) == HEAD
    except (OSError, UnicodeDecodeError):
        return False


def script(kernel: str, lines: list[str]) -> str:
    """The lines as a scenario, with a hash of what they come to on a fresh machine.

    Errors: CommandError for a line that cannot be carried out there.
    """
    lab, results = Lab(kernel), ResultsHash()
    for line in lines:
        results.told(lab.execute(line))
    body = "".join(f"  {line}\n" for line in lines)
    head = f"{HEAD}about: What was done on {kernel}.\nkernels: {kernel}\n\nrun:\n"
    return f"{head}{body}#: results {results.text()}\n"
