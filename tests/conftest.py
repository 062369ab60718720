"""What every test is kept from: the files and the settings of whoever runs it."""

from pathlib import Path

import pytest

import tests.profiles  # noqa: F401  (declares --hypothesis-profile=long)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that no test reads or writes a learner's files."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    for name in ("STATE", "CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for name in ("NO_COLOR", "FORCE_COLOR", "PINTUTOR_ASCII", "PINTUTOR_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return home


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare `--update-golden`, for tests/patches/test_golden.py."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden diffs of the patches anew, to be looked at before commit",
    )
