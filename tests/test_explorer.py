"""`pintutor explore` and `pintutor bisect`: what they print, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pintutor.cli import main
from pintutor.cli.envelope import FAILED, FINE, INCOMPLETE, UNKNOWN, USAGE
from pintutor.content.races import searching

WRONG = """\
about: What cannot be.
kernels: v6.1
setup:
  mmap buf 1
  write buf 0x41
P0:
  pin buf as p
P1:
  unpin p
exists: zero._refcount == 7
result:
  v6.1 Always
"""


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    status = main(["explore", *words])
    return status, capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(printed(capsys, *words, "--json")[1])["data"]


def test_the_data_has_all_that_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    [race] = data(capsys, "race-two-reads", "--kernel", "v6.5,v6.5+bio-pin-not-noted")
    never, always = race["kernels"]
    assert (never["verdict"], never["stated"], never["witness"]) == ("Never", "Never", None)
    assert (always["verdict"], always["exhausted"]) == ("Always", True)
    assert always["witness"]["schedule"].startswith("P")
    assert always["interleavings"] == sum(each["count"] for each in always["endings"])


def test_the_data_is_the_same_for_any_number_of_processes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FIRST", 6)
    words = ("race-dio-fork", "--kernel", "v6.4")
    one, two = data(capsys, *words), data(capsys, *words, "--workers", "2")
    assert one == two
    assert one[0]["kernels"][0]["verdict"] == "Sometimes"


def test_all_kernels_are_all_releases(capsys: pytest.CaptureFixture[str]) -> None:
    status, text = printed(capsys, "race-two-reads", "--all-kernels", "--matrix")
    head = [cell.strip() for cell in text.splitlines()[0].split("|")[1:-1]]
    releases = ["v5.17", "v6.1", "v6.2", "v6.4", "v6.5", "v6.12"]
    assert head == ["scenario", *releases, "v6.5+bio-pin-not-noted"]
    assert status == FINE


def test_with_patches_the_matrix_has_a_column_for_each_combination(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("race-two-reads", "--kernel", "v6.5", "--patches", "bio-pin-not-noted")
    text = printed(capsys, *words, "--matrix")[1]
    assert [cell.strip() for cell in text.splitlines()[2].split("|")[1:-1]] == [
        "race-two-reads",
        "Never",
        "Always",
    ]


def test_a_kernel_that_patches_refuse_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("race-two-reads", "--kernel", "v5.17", "--patches", "bio-pin-not-noted")
    text = printed(capsys, *words)[1]
    assert "v5.17+bio-pin-not-noted   -" in text and " needs " in text


def test_the_report_as_markdown_has_a_row_for_each_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, "race-dio-fork", "--kernel", "v6.4", "--markdown")[1]
    assert text.startswith("## race-dio-fork\n")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert "the condition holds" in rows[2]


def test_what_a_file_states_wrongly_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "wrong.pin").write_text(WRONG)
    status, text = printed(capsys, str(tmp_path / "wrong.pin"))
    assert status == FAILED
    assert "v6.1   Never   stated: Always" in text


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("race-two-reads", "--kernel", "v6.1", "--budget", "2"), INCOMPLETE),
        (("race-two-reads", "--kernel", "v6.1", "--strategy", "walk"), INCOMPLETE),
        (("race-two-reads", "--kernel", "v6.3"), UNKNOWN),
        (("race-two-reads", "--patches", "nothing"), UNKNOWN),
        (("race-two-reads", "--strategy", "dpro"), USAGE),
        (("race-two-reads", "--workers", "0"), USAGE),
        (("race-two-reads", "--workers", "2", "--strategy", "naive"), USAGE),
        (("zero-page",), FAILED),
    ],
)
def test_the_exit_code_says_what_went_wrong(words: tuple[str, ...], status: int) -> None:
    assert main(["explore", *words]) == status


def test_an_interrupt_prints_what_is_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(progress: object, executions: int, expected: int | None, race: str) -> None:
        if executions == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("pintutor.lab.progress.Progress.ran", stop)
    status, text = printed(capsys, "race-two-reads")
    assert status == 130
    assert "3 executions" in text and "not exhausted, interrupted" in text
    assert "v6.12" not in text


def test_a_bisection_is_printed_and_given_as_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["bisect", "zero-page", "--from", "v6.1", "--to", "v6.5"]
    assert main(words) == FINE
    assert "turned by zero-page-unpinned" in capsys.readouterr().out
    assert main([*words, "--json"]) == FINE
    found = json.loads(capsys.readouterr().out)["data"]["found"]
    assert [(each["patch"], each["action"]) for each in found] == [
        ("zero-page-unpinned", "apply")
    ]


def test_a_bisection_without_a_turn_is_refused() -> None:
    assert main(["bisect", "zero-page", "--from", "v6.1", "--to", "v6.2"]) == USAGE


def test_a_script_searches_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "searched.pin"
    line = "explore race-tee kernel=v6.1 &"
    expected = 'expect result.verdict == "Never"'
    head = "about: What is begun with & has ended before the next line.\nkernels: v6.4\n"
    path.write_text(f"{head}run:\n  {line}\n  {expected}\n  wait\n", encoding="utf-8")
    assert main(["run", str(path)]) == FINE
    assert "1 statement holds" in capsys.readouterr().out
