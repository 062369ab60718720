"""What every test is kept from: the files and the settings of whoever runs it."""

import gc
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import tests.profiles  # noqa: F401  (declares --hypothesis-profile=long)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Homes that nobody has lived in."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that no test reads or writes a learner's files.

    It is a name only until something is written there: most tests write nothing.
    """
    home = next(homes)
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


def pytest_collection_finish() -> None:
    """Keep what is loaded out of the garbage collector's sight: nothing of it goes."""
    gc.freeze()
