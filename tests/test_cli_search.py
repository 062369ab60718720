"""`pintutor lessons WORDS` and `pintutor patches WORDS` search as the prompt's do."""

from __future__ import annotations

import json
from typing import Any

import pytest

import pintutor.content.commands  # noqa: F401  (declares `lessons`)
from pintutor import cli
from pintutor.patches import series
from tests.labs import run, started


def searched(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """What a search finds, as data."""
    assert cli.main([*words, "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["data"]
    return found


@pytest.mark.parametrize("wanted", ["zero page", "try_grab_folio", "zero-page-0", "5.3"])
def test_lessons_are_found_as_at_the_prompt(
    wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    there = run(started(), f"lessons {wanted}")
    names = [each["id"] for each in searched(capsys, "lessons", *wanted.split())]
    assert names == [place.id for place in there.places]


@pytest.mark.parametrize("wanted", ["bio flag", "v6.5", "old-dio-v4"])
def test_patches_are_found_as_at_the_prompt(
    wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    there = run(started(), f"patches {wanted}")
    names = [each["name"] for each in searched(capsys, "patches", *wanted.split())]
    assert names == [each[1] for each in there.rows]
    assert 0 < len(names) < len(series.ALL)


def test_one_patch_is_told_with_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["patches", "zero-page-unpinned"]) == 0
    told = capsys.readouterr().out
    assert "folio-add-pin" in told.split("needed by: ")[1].splitlines()[0]
    assert "changes: " in told
    assert "not applied" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lessons", "zzz", "yyy"], "no lesson has `zzz yyy`"),
        (["patches", "zero-page-unpined"], "did you mean `zero-page-unpinned`?"),
    ],
)
def test_words_that_nothing_has_are_an_error_that_says_what_to_do(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 4
    said = capsys.readouterr().err
    assert told in said and f"`pintutor {words[0]}` lists them all" in said
