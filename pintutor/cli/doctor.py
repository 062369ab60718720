"""What this machine offers and lacks for pintutor, as rows of (subject, finding)."""

from __future__ import annotations

import importlib.util
import locale
import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

from pintutor import __version__, directories
from pintutor.cli.envelope import FAILED, FINE, Reply

LIBRARIES = ("textual", "prompt_toolkit", "pygments")
SMALLEST = (40, 12)
"""Columns and lines that the full screen needs."""


def examine() -> Reply:
    """A row for each thing looked at; exit code 1 when one keeps pintutor from working."""
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    rows = {
        "pintutor": __version__,
        "Python": f"{platform.python_version()} ({sys.executable})",
        **{name: _version(name) for name in LIBRARIES},
        "textual-serve": _extra("textual-serve", "web", "pintutor serve"),
        "terminal": _terminal(),
        "encoding": _encoding(),
        "colour": "off: NO_COLOR is set" if os.environ.get("NO_COLOR") else "on",
        "bytecode": _bytecode(),
        "state": _folder(directories.state()),
        "configuration": _folder(directories.configuration()),
    }
    width = max(map(len, rows))
    lines = [f"{subject:{width}}  {finding}" for subject, finding in rows.items()]
    return Reply(rows, lines, FAILED if missing else FINE)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"missing; try: python -m pip install {name}"


def _extra(name: str, extra: str, command: str) -> str:
    """The version of what only one command needs, or how to get it."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return f'not there; `{command}` needs it: python -m pip install "pintutor[{extra}]"'


def _terminal() -> str:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "none: `pintutor repl` and `pintutor run` work without one"
    columns, lines = shutil.get_terminal_size()
    size = f"{os.environ.get('TERM', 'TERM is not set')}, {columns}x{lines}"
    if columns < SMALLEST[0] or lines < SMALLEST[1]:
        size += f"; the full screen needs {SMALLEST[0]}x{SMALLEST[1]}"
    return size


def _encoding() -> str:
    name = locale.getencoding()
    return name if name.lower() == "utf-8" else f"{name}; `--ascii` draws without UTF-8"


def _bytecode() -> str:
    cached = importlib.util.cache_from_source(str(Path(__file__)))
    if Path(cached).exists():
        return "compiled"
    folder = Path(__file__).parent
    return f"not compiled, starts are slower; try: python -m compileall -q {folder}"


def _folder(path: Path) -> str:
    if path.exists() and not os.access(path, os.W_OK):
        return f"{path} cannot be written"
    return str(path)
