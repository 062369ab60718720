"""What `python3 bootstrap.py` says before it can install anything, and when it does."""

import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose environment holds an interpreter and nothing else."""
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    return tmp_path


def _installed(extra: str) -> None:
    path, text = bootstrap.stamp(extra)
    path.write_text(text)


def test_what_was_installed_is_not_installed_again(checkout: Path) -> None:
    _installed("")
    assert bootstrap.is_current("")


def test_what_a_changed_pyproject_needs_is_installed(checkout: Path) -> None:
    _installed("")
    (checkout / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert not bootstrap.is_current("")


def test_a_moved_checkout_is_installed_anew(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _installed("")
    (checkout / "elsewhere").mkdir()
    (checkout / "elsewhere" / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(bootstrap, "ROOT", checkout / "elsewhere")
    assert not bootstrap.is_current("")


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Path) -> None:
    _installed("")
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout / "removed")
    assert not bootstrap.is_current("")
    assert not bootstrap.works(python)


def test_a_python_without_ensurepip_is_told_which_package_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit) as end:
        bootstrap.need_pip()
    assert end.value.code == 2
    version = "{}.{}".format(*sys.version_info[:2])
    assert f"sudo apt install python{version}-venv" in capsys.readouterr().err


def test_an_old_python_is_told_what_to_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED", (4, 0))
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(SystemExit) as end:
        bootstrap.need_python()
    assert end.value.code == 2
    assert "try: python3.15 bootstrap.py" in capsys.readouterr().err


def test_it_needs_nothing_but_the_standard_library() -> None:
    folder = str(Path(bootstrap.__file__).parent)
    program = f"import sys; sys.path.insert(0, {folder!r}); import bootstrap"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)
