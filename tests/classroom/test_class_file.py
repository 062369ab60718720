"""Class files: what counts is written down, and mistakes have a line."""

from pathlib import Path

import pytest

from pintutor.classroom.class_file import Class
from pintutor.classroom.class_reading import read_class
from pintutor.content.errors import ContentError
from pintutor.content.policy import Policy

WHOLE = """\
name = "Memory"
timeout = 5
memory = 256
seed = 7
changed = "refuse"

[policy]
attempts = 2
reveal = "never"
skip = false
hints = false

[[exercise]]
lesson = "page-counts"

[exercise.points]
bias = 2.5

[exercise.needs]
maybe = ["bias"]

[[exercise.hidden]]
id = "books"
check = "audit.clean"
points = 3
reveal = "sentence"
sentence = "Give back what you took."
needs = ["maybe"]
after = "give-back"

[[exercise.hidden]]
id = "fixed"
race = "race-dio-fork"
verdict = "Never"
kernel = "v6.5"

[[exercise]]
lesson = "zero-page"
"""


def read_text(folder: Path, text: str) -> Class:
    """The class of a file with that text."""
    path = folder / "class.toml"
    path.write_text(text)
    return read_class(path)


def test_a_class_file_is_read(tmp_path: Path) -> None:
    found = read_text(tmp_path, WHOLE)
    assert (found.name, found.seed, found.refuse_changed) == ("Memory", 7, True)
    assert (found.limits.seconds, found.limits.memory) == (5, 256)
    assert found.policy == Policy(2, None, skip=False, hints=False)
    counts, zero = found.exercises
    assert (counts.worth("bias"), counts.worth("maybe")) == (2.5, 1)
    assert counts.needs["maybe"] == ("bias",)
    books, fixed = counts.hidden
    assert (books.points, books.after, books.needs) == (3, "give-back", ("maybe",))
    assert (fixed.race, fixed.verdict, fixed.reveal) == ("race-dio-fork", "Never", "points")
    assert (zero.lesson, zero.line) == ("zero-page", 37)


def test_an_empty_class_file_leaves_all_as_it_is(tmp_path: Path) -> None:
    assert read_text(tmp_path, "") == Class()


def test_a_race_of_the_class_lies_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "ours.pin").write_text("")
    text = WHOLE.replace('"race-dio-fork"', '"ours.pin"')
    race = read_text(tmp_path, text).exercises[0].hidden[1].race
    assert race == str(tmp_path / "ours.pin")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("[policy]", "[policy", 7, "not TOML"),
        ("timeout", "timeoout", 2, "did you mean `timeout`"),
        ("timeout = 5", "timeout = true", 2, "must be a number"),
        ("memory = 256", "memory = 1", 3, "from 64"),
        ('"refuse"', '"burn"', 5, "is no changed"),
        ("attempts = 2", "attempts = 0", 8, 'or "any"'),
        ("skip = false", 'skip = "no"', 10, "true or false"),
        ('"page-counts"', '"page-count"', 14, "did you mean `page-counts`"),
        ("bias = 2.5", "bais = 2.5", 17, "did you mean `bias`"),
        ("bias = 2.5", "bias = -1", 17, "from 0"),
        ('maybe = ["bias"]', 'bias = ["maybe"]', 20, "cannot need `maybe`"),
        ('maybe = ["bias"]', "maybe = [1]", 20, "a list of strings"),
        ('id = "books"', 'id = "bias"', 13, "stands twice"),
        ('id = "books"', 'id = "B"', 23, "small letters"),
        ('"audit.clean"', '"audit.clean("', 24, "cannot be read"),
        ('check = "audit.clean"', "", 23, "either `check` or `race`"),
        ("points = 3", 'pints = "3"', 25, "did you mean `points`"),
        ('"sentence"', '"sentense"', 26, "did you mean `sentence`"),
        ('sentence = "Give back what you took."', "", 26, "has none"),
        ('after = "give-back"', 'after = "gives"', 13, "asks for no `gives`"),
        ('"race-dio-fork"', '"race-dio"', 33, "no scenario"),
        ('verdict = "Never"', 'verdict = "Perhaps"', 34, "is no verdict"),
        ('"v6.5"', '"v7.99"', 35, "v7.99"),
        ('"zero-page"', '"page-counts"', 38, "stands twice"),
    ],
)
def test_a_mistake_in_a_class_file_has_its_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    assert old in WHOLE
    with pytest.raises(ContentError) as raised:
        read_text(tmp_path, WHOLE.replace(old, new, 1))
    assert (raised.value.line, says in f"{raised.value.message} {raised.value.hint}") == (
        line,
        True,
    ), raised.value


def test_the_class_file_of_the_guide_can_be_read(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "grading.md"
    text = guide.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    found = read_text(tmp_path, text)
    assert [each.id for each in found.exercises[0].hidden] == ["books", "no-tear"]
