"""The notation, folding, wrapping and prose that views are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pintutor.lab.results import Change, Table
from pintutor.view.ascii import SIGNS, ascii_text
from pintutor.view.folding import fold, listed
from pintutor.view.grid import table_rows
from pintutor.view.markdown import markdown_rows
from pintutor.view.notation import count_name, entry, flag_change
from pintutor.view.rows import as_text, plain, row
from pintutor.view.wrap import columns, cut, wrap
from tests.labs import started

ZERO_READ = 1 << 63 | 0x1000 << 12 | 1 << 9 | 0x25
FRESH_WRITTEN = 1 << 63 | 0x2004 << 12 | 0x67
PROT_NONE = 0x2004 << 12 | 1 << 8 | 1 << 5


@pytest.mark.parametrize(
    ("pte", "words"),
    [
        (0, "none"),
        (ZERO_READ, "zero r--a- special"),
        (FRESH_WRITTEN, "pfn:0x2004 rw-ad"),
        (PROT_NONE, "pfn:0x2004 ---a- protnone"),
    ],
)
def test_an_entry_is_written_as_its_page_and_its_bits(pte: int, words: str) -> None:
    assert entry(pte) == words


@pytest.mark.parametrize(
    ("delta", "name"),
    [
        (1024, "GUP_PIN_COUNTING_BIAS"),
        (-1024, "-GUP_PIN_COUNTING_BIAS"),
        (3072, "3 × GUP_PIN_COUNTING_BIAS"),
        (1025, "GUP_PIN_COUNTING_BIAS + 1"),
        (1023, "GUP_PIN_COUNTING_BIAS - 1"),
        (-1025, "-(GUP_PIN_COUNTING_BIAS + 1)"),
        (1, ""),
        (1500, ""),
    ],
)
def test_a_difference_of_pins_is_named(delta: int, name: str) -> None:
    change = Change("zero", "_refcount", 5000, 5000 + delta)
    assert count_name(change, pinning=True) == name
    assert count_name(change, pinning=False) == ""


def test_a_count_that_falls_to_zero_is_free() -> None:
    change = Change("buf[0]", "_refcount", 1, 0)
    assert count_name(change, pinning=False) == "free: nobody refers to it"


def test_flags_are_told_as_set_and_cleared() -> None:
    change = Change("buf[0]", "flags", 0b1, 0b1100, "flags")
    assert flag_change(change) == "set uptodate dirty  cleared locked"


def test_few_changes_are_not_folded() -> None:
    changes = tuple(Change(f"b[{n}]", "_refcount", 0, 1) for n in range(12))
    assert len(fold(changes)) == 12


def test_a_gap_or_another_value_ends_a_run() -> None:
    indices = (*range(10), *range(20, 30))
    changes = [Change(f"b[{n}]", "_refcount", 0, 1) for n in indices]
    changes.append(Change("b[30]", "_refcount", 0, 2))
    runs = fold(tuple(changes))
    assert [(run.subject, run.count) for run in runs] == [
        ("b[0..9]", 10),
        ("b[20..29]", 10),
        ("b[30]", 1),
    ]


@given(st.lists(st.integers(0, 40), min_size=13, max_size=60))
def test_folding_counts_every_change_once(indices: list[int]) -> None:
    changes = tuple(Change(f"b[{n}]", "_refcount", 0, 1) for n in indices)
    assert sum(run.count for run in fold(changes)) == len(changes)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["zero"], "zero"),
        (["zero"] * 4, "zero ×4"),
        (["buf[0]", "buf[1]", "buf[2]"], "buf[0..2]"),
        (
            ["zero", "zero", "buf[2]", "buf[3]", "pfn:0x2000"],
            "zero ×2 buf[2..3] pfn:0x2000",
        ),
        (["p[1]", "p[1]", "p[2]"], "p[1] ×2 p[2]"),
    ],
)
def test_names_in_a_row_are_folded(names: list[str], text: str) -> None:
    assert listed(names) == text


@given(st.text(max_size=200), st.integers(8, 80), st.integers(0, 6))
def test_wrapped_rows_fit_and_lose_nothing_but_spaces(
    text: str, width: int, indent: int
) -> None:
    rows = wrap(row(text), width, indent=indent)
    assert all(columns(plain(one)) <= width for one in rows)
    joined = "".join(plain(one) for one in rows)
    assert "".join(joined.split()) == "".join(text.split())


@given(st.text(max_size=100), st.integers(2, 40))
def test_a_cut_row_fits(text: str, width: int) -> None:
    assert columns(plain(cut(row(text), width))) <= width


def test_a_table_wraps_its_text_rather_than_lose_it() -> None:
    table = Table("t", ("name", "flags"), (("buf[0]", "uptodate lru swapbacked"),))
    rows = table_rows(table, 20)
    assert as_text(rows).splitlines() == [
        "name    flags",
        "buf[0]  uptodate lru",
        "        swapbacked",
    ]


def test_prose_keeps_fences_and_indented_lines_and_joins_the_rest() -> None:
    text = "One\ntwo.\n\n- item\n  more\n\n```pin\nmmap  buf 1\n```\n# Head"
    assert as_text(markdown_rows(text, width=40)).splitlines() == [
        "One two.",
        "",
        "- item",
        "  more",
        "",
        "  mmap  buf 1",
        "Head",
    ]


def test_every_sign_has_an_ascii_form() -> None:
    assert ascii_text("".join(SIGNS)).isascii()


def test_a_character_that_is_wider_than_the_line_has_one_of_its_own() -> None:
    shown = [plain(one) for one in wrap(row("宽宽"), 1)]
    assert [text for text in shown if text] == ["宽", "宽"]


def test_columns_without_room_stand_below_their_row_behind_their_names() -> None:
    lab = started("mmap buf 2", "mmap other 3 r shared")
    table = lab.execute("show vma").result
    assert isinstance(table, Table)
    heads, first, below, *_ = map(plain, table_rows(table, 45))
    assert heads.split() == ["name", "start", "end", "pages"]
    assert first.split()[-1] == "2"
    assert below.split() == ["flags", "read", "write"]
    assert "flags" in plain(table_rows(table, 78)[0])
