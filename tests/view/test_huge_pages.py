"""How views show huge pages: one entry, one folio, and the split of both."""

from pintutor.view.panes.moment import moment
from pintutor.view.panes.pages import page_rows
from pintutor.view.panes.tables import page_table_rows
from pintutor.view.rows import Row
from pintutor.view.text import outcome_rows
from tests.labs import started


def lines(rows: tuple[Row, ...]) -> list[str]:
    """The text of rows, without styles."""
    return ["".join(segment.text for segment in row) for row in rows]


def test_the_table_pane_shows_the_pmd_of_a_huge_page() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x11")
    rows = lines(page_table_rows(moment(lab), 80, 7).rows)
    assert [" ".join(row.split()) for row in rows] == [
        "▶+ PMD 0 T[0..511] none → T[0] rw-ad huge"
    ]


def test_the_table_pane_shows_the_entries_after_a_split() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x11", "madvise T[7] dontneed")
    rows = lines(page_table_rows(moment(lab), 80, 20).rows)
    assert any("T[0..6]" in row and "rw-a-" in row for row in rows)
    assert not any("huge" in row for row in rows)


def test_the_pages_pane_shows_a_huge_page_once() -> None:
    lab = started("mmap T 512 thp", "write T[0] 0x11", "pin T as p")
    rows = lines(page_rows(moment(lab), 80, 20).rows)
    assert len([row for row in rows if "T[" in row]) == 1
    assert any("1 map + 512 pin p" in row for row in rows)


def test_the_path_of_a_huge_fault_and_of_a_split_is_told() -> None:
    lab = started("mmap T 512 thp")
    text = " ".join(lines(outcome_rows(lab.execute("read T[0]"), lab=lab, width=200)))
    assert "first touch (do_huge_pmd_anonymous_page)" in text
    assert "set huge_zero_page" in text
    text = " ".join(lines(outcome_rows(lab.execute("pin T write"), lab=lab, width=200)))
    assert "met an entry that forbids this access" in text
    assert "split (__split_huge_pmd)" in text


def test_advice_is_told_with_the_flags_of_the_range() -> None:
    lab = started("mmap T 512")
    rows = lines(outcome_rows(lab.execute("madvise T hugepage"), lab=lab))
    assert rows[0].startswith("T  hugepage, 512 pages  read write hugepage")
