"""Variants of a lesson: other numbers for other seeds, and as hard as each other."""

from __future__ import annotations

from pathlib import Path

import pytest

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.content.catalogue import find
from pintutor.content.lesson import load
from pintutor.content.under_way import session_of
from pintutor.content.variants import MOST, all_of, chosen, seed_of
from pintutor.lab.lab import Lab
from tests.content.exercises import HINTS, found, sitting, written
from tests.labs import run

LESSON = """+++
id = "varied"
title = "Varied"
topic = "Exercises"
minutes = 5
kernel = "v6.4"
summary = "Other numbers for everybody."

[variant]
pages = "2..4"
word = "A, B"
+++

# Varied

```pin id=start
mmap buf {{pages}}
write buf "{{word}}"
```

The last page has a holder: `buf[{{pages - 1}}]._refcount == 1`.

```predict id=pinned
ask = "What does vmstat say when all are pinned?"
expr = "vmstat.nr_foll_pin_acquired"
of = "pin"
```

```pin id=pin
pin buf as p
```

```task id=last
Keep the last page pinned, as `q`, and no other.
```

```check
buf[0]._refcount == 1
q[0].pfn == buf[{{pages - 1}}].pfn
```

"""
SOLVED = "last:\n  unpin p\n  pin buf[{{pages - 1}}] as q\n"


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return written(tmp_path, LESSON + HINTS, solved=SOLVED, misses="")


def spoilt(path: Path, old: str, new: str) -> list[str]:
    """What is found when something stands in the place of another."""
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    return found(path)


def test_a_seed_leads_to_the_same_values_always(path: Path) -> None:
    front = load(path).front
    assert chosen(front, 7) == chosen(front, 7)
    assert [dict(load(path, seed=seed).variant) for seed in (0, 1, 2)] == [
        dict(chosen(front, seed)) for seed in (0, 1, 2)
    ]


def test_the_seed_of_a_student_is_known_everywhere() -> None:
    assert seed_of("", 5) == 5
    assert seed_of("ada", 5) == 35608714823144243
    assert seed_of("ada", 6) != seed_of("ada", 5) != seed_of("bob", 5)


def test_the_values_stand_in_the_text_the_fences_and_the_solution(path: Path) -> None:
    lesson = load(path, seed=1)
    pages = dict(lesson.variant)["pages"]
    assert isinstance(pages, int)
    assert lesson.steps[0].lines[0] == f"mmap buf {pages}"
    assert f"buf[{pages - 1}]._refcount" in lesson.steps[1].body
    assert lesson.solutions["last"][-1].text.strip() == f"pin buf[{pages - 1}] as q"


def test_every_variant_is_listed_where_there_are_few(path: Path) -> None:
    front = load(path).front
    assert len(all_of(front)) == 6
    many = find("fill-the-blanks").front
    assert len(all_of(many)) == MOST
    assert all_of(many) == all_of(many)


def test_a_lesson_with_variants_is_in_order(path: Path) -> None:
    assert found(path) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('pages = "2..4"', 'pages = "3"', "PT004 `pages` of [variant] is no name with"),
        ('pages = "2..4"', 'pages = "4..2"', "PT004 `pages` of [variant] is no name with"),
        ('"{{word}}"', '"{{wrd}}"', "PT004 [variant] has no `wrd`"),
        ('"{{word}}"', '"{{word +}}"', "PT004 the expression is not finished"),
        ('write buf "{{word}}"', "{{pages}}", "PT010 no such command"),
        ("mmap buf {{pages}}", "mmap buf 3", "PT010 "),
        ("[{{pages - 1}}]._refcount == 1", "[0]._refcount == {{pages - 1}}", "PT018 "),
    ],
)
def test_what_is_wrong_with_a_variant_is_found(
    path: Path, old: str, new: str, rule: str
) -> None:
    assert any(each.startswith(rule) for each in spoilt(path, old, new))


def test_a_fault_of_one_variant_names_its_values(path: Path) -> None:
    told = spoilt(path, "[{{pages - 1}}]._refcount == 1", "[0]._refcount == {{pages - 1}}")
    assert any("(with pages = 3, word = A)" in each for each in told)


def test_variants_by_other_commands_are_not_as_hard(path: Path) -> None:
    text = path.read_text().replace('word = "A, B"', 'word = "audit, timeline"')
    path.write_text(text.replace('write buf "{{word}}"', 'write buf "A"\n{{word}}'))
    assert [each[:5] for each in found(path)] == ["PT030"]


def test_variants_that_ask_for_the_same_are_none(path: Path) -> None:
    text = path.read_text().replace('pages = "2..4"\n', "")
    path.write_text(text.replace("{{pages}}", "3").replace("{{pages - 1}}", "2"))
    path.with_name("solution.pin").write_text("last:\n  unpin p\n  pin buf[2] as q\n")
    assert [each[:5] for each in found(path)] == ["PT030"]


def test_a_sitting_keeps_its_seed(path: Path) -> None:
    assert sitting(path, seed=3).record().seed == 3


def test_a_lesson_is_begun_with_a_seed_and_gone_on_with_in_it() -> None:
    lab = Lab()
    run(lab, "lesson fill-the-blanks seed=7", "go")
    first = session_of(lab).lesson.variant
    other = Lab()
    run(other, "lesson fill-the-blanks")
    assert session_of(other).lesson.variant == first
    assert session_of(other).step is session_of(other).steps[session_of(lab).current]


def test_another_seed_begins_anew() -> None:
    lab = Lab()
    run(lab, "lesson fill-the-blanks seed=7", "go", "lesson fill-the-blanks student=ada")
    session = session_of(lab)
    assert session.lesson.seed == seed_of("ada", 0)
    assert session.current == 1
