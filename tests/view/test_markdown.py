"""Tables of Markdown as rows; the rest of Markdown is tested with what is written in it."""

from pintutor.view.markdown import markdown_rows
from pintutor.view.rows import plain
from pintutor.view.wrap import columns

TABLE = "| | without | with |\n|---|:-:|--:|\n| `a \\| b` | 1025 | no |\n| c | 1 |"


def shown(text: str, width: int = 60) -> list[str]:
    """The rows of a piece of Markdown, as text."""
    return [plain(one).rstrip() for one in markdown_rows(text, width=width)]


def test_a_table_stands_in_columns_below_its_heads() -> None:
    assert shown(TABLE) == [
        "       without  with",
        "a | b  1025     no",
        "c      1",
    ]


def test_text_around_a_table_stays_text() -> None:
    rows = shown(f"Before it.\n\n{TABLE}\n\nAfter it.")
    assert (rows[:2], rows[-2:]) == (["Before it.", ""], ["", "After it."])


def test_a_table_wraps_its_cells_to_the_width() -> None:
    wide = "| what | said |\n|---|---|\n| one | " + "word " * 30 + "|"
    assert all(columns(row) <= 40 for row in shown(wide, 40))


def test_a_table_with_heads_alone_shows_nothing() -> None:
    assert shown("| a | b |\n|---|---|") == []


def test_a_colon_in_the_midst_of_a_paragraph_begins_no_item() -> None:
    told = shown("The number belongs to\nsomebody else: bit 0 is taken.")
    assert told == ["The number belongs to somebody else: bit 0 is taken."]


def test_labels_below_each_other_are_items() -> None:
    assert shown("pins: get put\nlook: why show") == ["pins: get put", "look: why show"]
