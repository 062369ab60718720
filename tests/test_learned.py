"""`pintutor progress`: the same as the command, from a shell."""

import json
from pathlib import Path

import pytest

from pintutor import cli
from pintutor.cli import learned
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Mistake, Record
from tests.terminal import Terminal, script

BEGUN = Record(["map"], lines=["mmap buf 4"], mistakes={"first-pins": Mistake(["5"])})


@pytest.fixture(autouse=True)
def kept() -> Store:
    store = Store()
    store.save("zero-page", BEGUN)
    return store


def test_it_counts_and_says_what_comes_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["progress"]) == 0
    assert "`lesson zero-page` comes next" in capsys.readouterr().out


def test_mistakes_are_data_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["progress", "mistakes", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["data"]["rows"][0][:2] == ["zero-page", "first-pins"]


def test_without_a_terminal_nothing_is_lost_unless_it_was_said(
    kept: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["progress", "reset", "zero-page"]) == 2
    assert "this would be lost: zero-page: begun, 1 step" in capsys.readouterr().err
    assert kept.load()["zero-page"] == BEGUN
    assert cli.main(["progress", "reset", "zero-page", "--yes"]) == 0
    assert not kept.load()["zero-page"].is_begun


@pytest.mark.parametrize(("answer", "code", "left"), [("n", 1, True), ("y", 0, False)])
def test_a_terminal_is_asked(answer: str, code: int, left: bool) -> None:
    with Terminal([script("pintutor"), "progress", "forget", "all"]) as terminal:
        store = Store(terminal.home / "state" / "pintutor" / "progress.jsonl")
        store.save("zero-page", BEGUN)
        terminal.wait_for(r"do it\? \[y/N\]")
        assert "zero-page: begun, 1 step, 1 command, 1 mistake" in terminal.text()
        terminal.send(f"{answer}\r")
        assert terminal.wait_end() == code
        assert bool(store.load()) == left


def test_what_was_exported_is_imported(kept: Store, tmp_path: Path) -> None:
    file = str(tmp_path / "mine.jsonl")
    assert cli.main(["progress", "export", file]) == 0
    kept.forget(["zero-page"])
    assert cli.main(["progress", "import", file, "--yes"]) == 0
    assert kept.load() == {"zero-page": BEGUN}


def test_the_report_is_printed_or_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["progress", "report"]) == 0
    printed = capsys.readouterr().out
    file = tmp_path / "learned.md"
    assert cli.main(["progress", "report", "-o", str(file)]) == 0
    assert file.read_text() == printed


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["reset"], 2),
        (["mistakes", "zero-page"], 2),
        (["reset", "no-such-lesson"], 4),
        (["import", "/no/such/file"], 2),
    ],
)
def test_what_is_wrong_ends_with_its_exit_code(words: list[str], code: int) -> None:
    assert cli.main(["progress", *words]) == code


def test_the_same_actions_are_known_here_and_at_the_prompt() -> None:
    from pintutor.cli.progress_arguments import ACTIONS
    from pintutor.content.learner.progress_commands import ACTION

    assert ACTION.choices == ACTIONS
    assert learned.TABLES.keys() - {None} <= set(ACTIONS)
