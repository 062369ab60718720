#!/usr/bin/env python3
"""Set pintutor up beside this file and open it, or test it.

    python3 bootstrap.py [WORD...]     open the tutor; words are passed on to it
    python3 bootstrap.py test          all checks and tests; exit 1 if one fails

Needs Python 3.11 or newer and the network for the first run; everything goes into
the directory .venv beside this file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED = (3, 11)
CHECKS = (
    ("ruff check", ("ruff", "check", "--quiet", ".")),
    ("ruff format", ("ruff", "format", "--quiet", "--check", ".")),
    ("mypy --strict", ("mypy", "--no-error-summary")),
    ("pintutor check", ("pintutor", "check")),
)


def say(text: str) -> None:
    """Tell the user what happens, away from what the tutor itself prints."""
    print(f"bootstrap: {text}", file=sys.stderr, flush=True)


def refuse(text: str) -> NoReturn:
    """End with a message that says what to do."""
    say(text)
    sys.exit(2)


def need_python() -> None:
    """Refuse a Python that is too old, naming a newer one if there is one."""
    if sys.version_info >= NEEDED:
        return
    names = [f"python3.{minor}" for minor in range(15, 10, -1)]
    found = [name for name in names if shutil.which(name)]
    refuse(
        "pintutor needs Python 3.11 or newer, this is {}.{} ({}); {}".format(
            sys.version_info[0],
            sys.version_info[1],
            sys.executable,
            f"try: {found[0]} bootstrap.py" if found else "install python3.11 first",
        )
    )


def need_pip() -> None:
    """Refuse a Python whose distribution left out what makes an environment."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        version = "{}.{}".format(*sys.version_info[:2])
        refuse(
            f"this Python cannot make a virtual environment (no module {error.name}); "
            f"install it first, on Debian or Ubuntu: sudo apt install python{version}-venv"
        )


def works(python: Path) -> bool:
    """Whether the environment's interpreter runs and has pip."""
    probe = [str(python), "-c", "import pip"]
    try:
        return subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make .venv, anew if an interrupted run or a removed Python left half of one."""
    need_pip()
    say(f"making .venv with Python {sys.version.split()[0]}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if made.returncode != 0:
        say(made.stdout.decode(errors="replace").strip())
        refuse("the environment could not be made; remove .venv and try again")


def stamp(extra: str) -> tuple[Path, str]:
    """The file that says what was installed, and what it says when that is current."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return VENV / f"installed-{extra or 'tutor'}", f"{ROOT} {digest}\n"


def is_current(extra: str) -> bool:
    """Whether this pyproject.toml, in this place, is what was installed last."""
    path, wanted = stamp(extra)
    return PYTHON.exists() and path.exists() and path.read_text() == wanted


def install(extra: str) -> None:
    """Install the project and what it needs, unless nothing changed since last time."""
    if is_current(extra) or is_current("test"):
        return
    if not works(PYTHON):
        make_environment()
    say("installing pintutor and what it needs" + (f" to {extra}" if extra else ""))
    words = ["install", "-qq", "--disable-pip-version-check", "--editable"]
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    if run([str(PYTHON), "-m", "pip", *words, target]) != 0:
        refuse("pip could not install it, see above; the first run needs the network")
    compile_package()
    path, text = stamp(extra)
    path.write_text(text)


def compile_package() -> None:
    """Write the bytecode, which makes every start two to three times faster."""
    run([str(PYTHON), "-m", "compileall", "-q", str(ROOT / "pintutor")])


def run(words: list[str]) -> int:
    """Run one command here; its exit code."""
    return subprocess.run(words, cwd=ROOT, check=False).returncode


def failed_checks() -> list[str]:
    """Run every check but the tests, all at once; the names of those that failed."""
    running = [
        (name, start([str(PYTHON), "-m", module, *words]))
        for name, (module, *words) in CHECKS
    ]
    failed = []
    for name, check in running:
        told, _ = check.communicate()
        say(f"{name}: {'fine' if check.returncode == 0 else 'FAILED'}")
        if check.returncode != 0:
            sys.stdout.buffer.write(told)
            sys.stdout.buffer.flush()
            failed.append(name)
    return failed


def start(words: list[str]) -> subprocess.Popen[bytes]:
    """Start one command here, and keep what it prints."""
    return subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def run_tests() -> tuple[int, str]:
    """Run pytest, showing its output as it comes; exit code and its summary line."""
    words = [str(PYTHON), "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal"]
    last = ""
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as tests:
        for line in tests.stdout or ():
            last = line.decode(errors="replace").rstrip() or last
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    return tests.returncode, last


def test() -> int:
    """Everything a change has to pass; 1 when something fails."""
    install("test")
    compile_package()
    failed = failed_checks()
    code, summary = run_tests()
    if failed:
        say(f"FAILED: {', '.join(failed)}")
        print(summary, flush=True)
    return 1 if failed or code != 0 else 0


def open_tutor(words: list[str]) -> NoReturn:
    """Turn this process into the tutor."""
    install("")
    tutor = str(VENV / "bin" / "pintutor")
    os.execv(tutor, [tutor, *words])


def main() -> int:
    """Test, or open the tutor."""
    need_python()
    if sys.argv[1:] == ["test"]:
        return test()
    open_tutor(sys.argv[1:])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
