"""`show dio`, `show bio` and `show iter` say how each thing was before."""

from __future__ import annotations

from pintutor.lab.results import Table
from pintutor.view.accounts import result_rows
from pintutor.view.rows import plain
from tests.labs import Lab, run, started


def under_way() -> Lab:
    """Two segments, and a file that is read from."""
    lab = started("mmap buf 3", "write buf 0x41", "file F 8 jfs", kernel="v6.12")
    run(lab, "iter i iovec dest buf[0]:512 buf[1]")
    return lab


def column(table: Table, name: str) -> list[tuple[object, object]]:
    """What a column has before and now."""
    at = table.columns.index(name)
    return [
        (was[at] if was else None, now[at])
        for was, now in zip(table.before, table.rows, strict=True)
    ]


def test_an_iterator_that_moved_stood_elsewhere_before() -> None:
    lab = under_way()
    assert run(lab, "show iter").note == "new: i"
    table = run(lab, "advance i 600", "show iter")
    assert column(table, "count") == [(4608, 4008)]
    assert column(table, "nr_segs") == [(2, 1)]
    assert run(lab, "show iter") == table


def test_what_a_command_left_alone_is_as_before() -> None:
    lab = under_way()
    table = run(lab, "advance i 600", "write buf 0x42", "show iter")
    assert table.before == table.rows


def test_the_next_command_is_another_before() -> None:
    lab = under_way()
    run(lab, "dio read F 0 buf async", "dio read F 0 buf async")
    assert run(lab, "show bio").note == "new: 1"
    run(lab, "irq jfsdisk")
    assert run(lab, "show bio").note == "gone: 0"
    run(lab, "undo")
    assert [row[0] for row in run(lab, "show bio").rows] == [0, 1]


def test_within_a_command_each_step_says_what_it_changed() -> None:
    lab = under_way()
    run(lab, "dio read F 8192 buf+3072:6144")
    moves = []
    while run(lab, "back") and not lab.timeline.stand().at_end:
        table = run(lab, "show dio")
        moves += [pair for pair in column(table, "refs") if None not in pair]
    assert [pair for pair in reversed(moves) if pair[0] != pair[1]] == [
        (0, 1),
        (1, 2),
        (2, 1),
        (1, 0),
    ]
    here = lab.machine.journal.position
    run(lab, "show dio", "show bio")
    assert lab.machine.journal.position == here


def test_before_the_first_command_there_is_no_before() -> None:
    assert run(started(), "show bio") == Table(
        "bio",
        ("bio", "op", "bi_flags", "", "vcnt", "max", "sector", "left", "memory"),
        (),
    )


def test_a_row_says_old_and_new() -> None:
    lab = under_way()
    rows = [plain(row) for row in result_rows(run(lab, "advance i 600", "show iter"), 120)]
    assert "4608 → 4008" in rows[1] and "0 → 88" in rows[1] and "ITER_IOVEC  " in rows[1]
