"""show, why, owners, audit, source, help."""

import pytest

from pintutor.lab.errors import Span
from pintutor.lab.results import Table
from pintutor.patches import series
from tests.labs import Lab, refused, run, started

PROGRAM = ("mmap a 2", "read a[0]", "write a[1] 0x41", "pin a as p")


def program(*lines: str, kernel: str = "v6.4") -> Lab:
    """A lab in which something is to be seen."""
    return started(*PROGRAM, *lines, kernel=kernel)


def column(table: Table, name: str) -> list[str | int]:
    """One column of a table."""
    index = table.columns.index(name)
    return [row[index] for row in table.rows]


@pytest.mark.parametrize(
    "what", ["", "pages", "pt", "vmstat", "held", "vma", "tasks", "trace", "dmesg"]
)
def test_every_row_has_a_cell_for_each_column(what: str) -> None:
    lab = program("gup pin_user_pages a 1 FOLL_GET")
    table = run(lab, f"show {what}")
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_show_lists_the_pages_that_have_a_name() -> None:
    table = run(program(), "show")
    assert column(table, "page") == ["zero", "a[1]"]
    assert column(table, "_refcount") == [1025, 1025]


def test_show_pt_lists_entries_from_the_root_down() -> None:
    table = run(program(), "show pt")
    assert column(table, "level") == ["pgd", "pud", "pmd", "pte", "pte"]
    assert column(table, "points to")[3:] == ["zero", "a[1]"]


def test_alike_neighbours_take_one_row() -> None:
    lab = started("mmap a 512 thp", "write a[0] 1", "pin a[0] as p", "fork c")
    entries = [row for row in run(lab, "show pt").rows if row[0] == "pte"]
    assert [(row[1], row[3]) for row in entries] == [("0..511", "a[0..511]")]
    assert "c.a[1..511]" in column(run(lab, "show pages"), "page")


def test_a_row_ends_where_something_differs() -> None:
    lab = started("mmap a 5", "read a", "write a[2] 1")
    entries = [row for row in run(lab, "show pt").rows if row[0] == "pte"]
    assert [(row[1], row[3]) for row in entries] == [
        ("0..1", "zero"),
        (2, "a[2]"),
        ("3..4", "zero"),
    ]


def test_pages_without_a_name_are_shown_while_somebody_refers_to_them() -> None:
    flight = "disk d 1M", "mmap a 1", "write a 1", "dio read d 0 a async", "munmap a"
    lab = started(*flight, kernel="v6.12")
    assert [row[3] for row in run(lab, "show").rows if row[0] != "zero"] == [1024]
    run(lab, "irq d all")
    assert column(run(lab, "show"), "page") == ["zero"]


def test_show_takes_a_range() -> None:
    lab = started("mmap a 4", "write a 1", "mmap b 1", "write b 1")
    assert column(run(lab, "show pages a[1..2]"), "page") == ["a[1..2]"]
    assert [row[3] for row in run(lab, "show pt b").rows if row[0] == "pte"] == ["b[0]"]


def test_show_says_at_the_range_that_there_is_none_of_it() -> None:
    error = refused(started("mmap a 1"), "show vmstat a")
    assert (error.code, error.at) == ("bad-place", Span(12, 13))


def test_show_knows_what_a_slip_was_meant_to_be() -> None:
    assert "did you mean `vmstat`" in refused(started(), "show vmstta").message
    assert "did you mean `bb`" in refused(started("mmap bb 1"), "show pt b").message


def test_show_held_says_what_is_held_and_how() -> None:
    table = run(program("get a[1] as g"), "show held")
    assert [row[:3] for row in table.rows] == [("p", "pin", 2), ("g", "reference", 1)]


def test_show_held_does_not_say_that_listed_pages_are_referenced() -> None:
    made = ("kmem K 1", "iter k kvec dest K[0]", "extract k as q")
    assert run(program(*made), "show held").rows[-1][:3] == ("q", "only listed", 1)


def test_show_vma_names_the_ranges() -> None:
    table = run(program("mmap b 3 none"), "show vma")
    assert column(table, "name") == ["a", "b"]
    assert column(table, "pages") == [2, 3]


def test_show_tasks_marks_the_one_that_runs() -> None:
    table = run(program("fork c", "task c"), "show tasks")
    assert [row[:2] for row in table.rows] == [("", "init"), ("*", "c")]


def test_show_trace_gives_the_step_of_each_hit() -> None:
    lab = program()
    table = run(lab, "show trace")
    for step, event in zip(column(table, "step"), column(table, "event"), strict=True):
        if event == "exceptions:page_fault_user":
            stand = lab.timeline.stand(int(step))
            assert stand.event is not None
            assert stand.event.function == "do_user_addr_fault"


def test_show_trace_in_the_past_shows_the_past() -> None:
    lab = program()
    now = len(run(lab, "show trace").rows)
    run(lab, "goto start")
    assert 0 < len(run(lab, "show trace").rows) < now


def test_show_dmesg_lists_the_warnings() -> None:
    lab = program("gup pin_user_pages a 1 FOLL_GET", "gup pin_user_pages a 1 FOLL_GET")
    assert len(run(lab, "show dmesg").rows) == 1


def test_a_long_table_is_cut_and_says_so() -> None:
    lab = started("machine scattered", "mmap b 600", "write b 0x41")
    table = run(lab, "show")
    assert len(table.rows) == 512 and table.note.endswith(" rows are shown")


def test_why_takes_any_recorded_field() -> None:
    lab = program()
    assert run(lab, "why zero._refcount").value == 1025
    assert run(lab, "why p[1]._mapcount").value == 0
    assert run(lab, "why vmstat.nr_foll_pin_acquired").value == 2
    assert run(lab, "why a[1].pte").value & 2


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("why zero", Span(4, 8)),
        ("why zero.refcount", Span(9, 17)),
        ("why zeroo._refcount", Span(4, 9)),
        ("why a[7]._refcount", None),
        ("owners 5", Span(7, 8)),
        ("owners a", None),
        ("owners vmstat", Span(7, 13)),
        ("source nosuch", Span(7, 13)),
        ("help nosuch", Span(5, 11)),
        ("show nosuch", Span(5, 11)),
    ],
)
def test_what_cannot_be_looked_at_is_refused(line: str, at: Span | None) -> None:
    if line == "owners a":
        assert run(program(), line).title == "owners of zero"
        return
    error = refused(program(), line)
    assert at is None or error.at == at


def test_owners_says_whether_the_count_is_accounted_for() -> None:
    table = run(program("poke zero._refcount 2000"), "owners zero")
    assert table.note == "_refcount 2000, held 1025"


def test_source_shows_the_body_that_runs_on_this_kernel() -> None:
    old = run(program(kernel="v6.1"), "source try_grab_page")
    new = run(program(kernel="v6.5"), "source try_grab_page")
    assert (old.body, new.body) == (series.BASE, "zero-page-unpinned")
    assert old.lines[0].endswith("-> bool:")
    assert new.lines[0].endswith("-> int:")


def test_source_without_a_name_is_the_function_that_the_cursor_stands_in() -> None:
    lab = program("goto start", "until vmstat.nr_foll_pin_acquired == 1")
    source = run(lab, "source")
    assert source.function == "try_grab_page"
    assert "NR_FOLL_PIN_ACQUIRED" in source.lines[source.current - 1]


def test_source_between_commands_needs_a_name() -> None:
    assert refused(program(), "source").code == "missing-argument"


def test_source_marks_no_line_of_another_function() -> None:
    lab = program("goto start", "step")
    assert run(lab, "source try_grab_page").current == 0


def test_help_lists_every_topic() -> None:
    told = run(Lab(), "help")
    for topic in ("memory", "pins", "kernel", "time", "look"):
        assert any(text.startswith(f"{topic}: ") for text in told.paragraphs)


@pytest.mark.parametrize(
    ("word", "usage"), [("s", "step"), ("?", "help"), ("undo", "undo")]
)
def test_help_finds_a_command_by_its_name_or_alias(word: str, usage: str) -> None:
    told = run(Lab(), f"help {word}")
    assert told.title.split()[0] == usage
