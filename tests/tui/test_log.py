"""The log: what was typed and pressed, with what it told."""

from pintutor.lab.errors import CommandError
from pintutor.view.rows import plain
from tests.tui.screens import desk


def _refused(line: str) -> list[str]:
    made = desk()
    try:
        made.run(line)
    except CommandError:
        return [plain(one) for one in made.log.draw(78, 20).rows]
    raise AssertionError(f"`{line}` was carried out")


def test_the_caret_stands_under_the_word_of_the_logged_line() -> None:
    line, marks, *_ = _refused("pin bfu")
    assert marks.index("^^^") == line.index("bfu")


def test_an_error_that_has_no_place_is_told_whole() -> None:
    rows = _refused("go")
    assert any("!" in one for one in rows[1:2])


def test_a_line_without_end_is_told_in_short() -> None:
    rows = _refused("x" * 5000)
    assert len(rows) < 14
    assert "5000 characters" in " ".join(rows)


def test_old_lines_make_room_for_new_ones() -> None:
    made = desk()
    for _ in range(600):
        made.run("mark")
    assert len(made.log.items) == 500
