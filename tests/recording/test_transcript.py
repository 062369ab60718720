"""Transcripts: what was typed and shown is typed again, and must be shown again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pintutor.content.errors import ContentError
from pintutor.recording.sources import (
    find,
    lesson_named,
    transcript_beats,
    transcript_of,
)
from pintutor.recording.transcript import (
    Difference,
    Transcript,
    compared,
    load,
    matches,
    parse,
    updated,
    written,
)
from tests.recording.plays import script

HERE = Path("talk.session")
SHIPPED = sorted((Path(__file__).parents[2] / "docs" / "sessions").glob("*.session"))

PIN = """\
#: kernel v6.4
# What a pin of the zero page shows.
v6.4 ▸ mmap buf 2
...
v6.4 ▸ pin buf[0] as p
p = 1 page: [zero]
...
  zero    _refcount  1 → *  GUP_PIN_COUNTING_BIAS (glob)
...
v6.4 ▸ expect zero._refcount == 1025
holds   zero._refcount == 1025
"""


def differences(text: str) -> list[Difference]:
    """Where a transcript says something else than is shown."""
    found = parse(text, HERE)
    return compared(found, transcript_beats(found))


def again(found: Transcript) -> str:
    """A transcript with what is shown now."""
    return updated(found, transcript_beats(found))


def test_what_is_shown_as_the_file_says_is_no_difference() -> None:
    assert differences(PIN) == []


def test_a_difference_names_the_line_and_shows_both() -> None:
    text = PIN.replace("holds   zero._refcount == 1025", "holds   something")
    (found,) = differences(text)
    assert (found.number, found.line) == (10, "expect zero._refcount == 1025")
    assert text.splitlines()[found.number - 1].endswith(found.line)
    assert found.rows == ("- holds   something", "+ holds   zero._refcount == 1025")


def test_a_line_that_is_refused_is_shown_as_it_is_at_the_prompt() -> None:
    (found,) = differences("v6.4 ▸ pin bff\n")
    assert any("no range is called `bff`" in row for row in found.rows)


def test_an_update_leaves_what_fits_as_it_is_written() -> None:
    spoilt = PIN.replace("holds   zero", "holds   hero")
    assert again(parse(spoilt, HERE)) == PIN


def test_an_updated_transcript_has_no_difference() -> None:
    new = again(parse("#: kernel v6.1\nv6.1 ▸ mmap buf 1\nv6.1 ▸ pin buf as p\n", HERE))
    assert "_refcount" in new
    assert differences(new) == []


def test_prompts_of_another_kernel_are_put_right_by_an_update() -> None:
    new = again(parse("#: kernel v6.4\nv6.4 ▸ kernel v6.5\nv6.4 ▸ mmap buf 1\n", HERE))
    assert "\nv6.5 ▸ mmap buf 1\n" in new


@pytest.mark.parametrize(
    ("expected", "shown", "fits"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a", "b", ""], True),
        (["a", ""], ["a"], True),
        (["a"], ["a", "b"], False),
        (["..."], [], True),
        (["a", "..."], ["a", "b", "c"], True),
        (["...", "c"], ["a", "b", "c"], True),
        (["...", "b"], ["a", "b", "c"], False),
        (["a*c (glob)"], ["abbc"], True),
        (["a?c (glob)"], ["abbc"], False),
        (["a[b] (glob)"], ["a[b]"], True),
        (["a*c"], ["abbc"], False),
        (["a.c"], ["abc"], False),
    ],
)
def test_signs_that_stand_for_others(
    expected: list[str], shown: list[str], fits: bool
) -> None:
    assert matches(expected, shown) is fits


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("no prompt\n", 1, "no line that was typed"),
        ("", 1, "no line that was typed"),
        ("#: colour red\nv6.4 ▸ mmap buf 1\n", 1, "no header `colour`"),
        ("#: seed x\nv6.4 ▸ mmap buf 1\n", 1, "a seed is a whole number"),
        ("# x\n#: width 9\nv6.4 ▸ mmap buf 1\n", 2, "the width is"),
    ],
)
def test_a_transcript_that_cannot_be_read_is_refused(
    text: str, line: int, why: str
) -> None:
    with pytest.raises(ContentError, match=why) as caught:
        parse(text, HERE)
    assert caught.value.line == line


@pytest.mark.parametrize("name", ["page-counts", "in-flight"])
def test_a_lesson_that_is_written_as_a_transcript_is_the_same_again(
    name: str, tmp_path: Path
) -> None:
    head, beats = transcript_of(lesson_named(name), width=80)
    path = tmp_path / "lesson.session"
    path.write_text(written(beats, head), encoding="utf-8")
    found = find(str(path))
    assert isinstance(found, Transcript) and found.lesson == name
    assert compared(found, transcript_beats(found)) == []
    assert again(found) == path.read_text(encoding="utf-8")


def test_a_transcript_keeps_the_variant_of_its_lesson() -> None:
    head, beats = transcript_of(lesson_named("fill-the-blanks", seed=7), width=80)
    found = parse(written(beats, head), HERE)
    assert found.seed == 7
    assert compared(found, transcript_beats(found)) == []
    assert compared(found, transcript_beats(replace(found, seed=0))) != []


def test_a_script_that_is_written_as_a_transcript_is_the_same_again() -> None:
    head, beats = transcript_of(script(), width=60)
    found = parse(written(beats, head), HERE)
    assert (found.kernel, found.width) == ("v6.4", 60)
    assert compared(found, transcript_beats(found)) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_ships_is_shown_as_it_says(path: Path) -> None:
    found = load(path)
    told = [
        f"{path.name}:{one.number}\n" + "\n".join(one.rows)
        for one in compared(found, transcript_beats(found))
    ]
    assert not told, "pintutor play --update puts it right\n" + "\n".join(told)


def test_transcripts_ship() -> None:
    assert len(SHIPPED) >= 2
