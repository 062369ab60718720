"""Scripts that a learner writes: how their text is cut into lines and holes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pintutor.content.exercises.draft import holes_of, text_of, texts_in
from pintutor.lab.errors import CommandError
from pintutor.lab.words import Word
from tests.content.exercises import DRIVER, only

DRAFTS = [
    [["unpin p"]],
    [["unpin p", "put g"], [], ["read a"]],
    [[], []],
    [['write m "a; b | c"', "write m 'x;y'"], ["dma p 0x00ff"]],
    [["gup pin_user_pages_fast m 1 FOLL_WRITE|FOLL_LONGTERM"]],
    [["pin a as p else out", "out:"], ['write m "say \\"; no\\""']],
]


@pytest.mark.parametrize("holes", DRAFTS, ids=str)
def test_a_draft_is_read_as_it_was_written(holes: list[list[str]]) -> None:
    assert texts_in(text_of(holes)) == holes


def test_each_line_knows_its_column() -> None:
    text = "  unpin p;put g |  read a ; "
    words = [word for hole in holes_of(Word(text, 5, 5 + len(text))) for word in hole]
    assert [(word.text, word.start) for word in words] == [
        ("unpin p", 7),
        ("put g", 15),
        ("read a", 24),
    ]


def test_a_draft_has_an_end() -> None:
    text = ";".join(["read a"] * 65)
    with pytest.raises(CommandError, match="at most 64 lines"):
        holes_of(Word(text, 0, len(text)))


@pytest.mark.parametrize(
    "line",
    [
        "answer |",
        "answer ; | ;",
        "answer else | else",
        "answer x: | y:",
        "answer pin a as p else | unpin",
        "answer pin a else undo | pin b else out",
        "answer '|' | ';'",
        "answer \\| | \\;",
        "answer # | #",
        "answer on v6.4: read a | on v9: read a",
        "answer child: read a | init: read b",
        "answer undo: | out:",
        "edit 99999999999 x",
        "edit +5 undo:",
        "edit -",
        "edit ++3 read a",
        "edit 3 ;",
        "edit 3 read a; read b; read a",
        "check",
    ],
)
def test_whatever_is_typed_is_judged_or_refused(tmp_path: Path, line: str) -> None:
    session = only(tmp_path, DRIVER)
    try:
        session.lab.execute(line)
    except CommandError as error:
        assert error.message
    session.lab.execute("edit again")
    session.lab.execute("check")
    assert not session.done
