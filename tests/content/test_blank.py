"""`blank`: the trace of any commands with some of its numbers hidden."""

from __future__ import annotations

import pytest

import pintutor.content.commands
import pintutor.lab.commands  # noqa: F401  (declare commands)
from pintutor.content.blank_commands import Asked
from tests.labs import Lab, refused, run, started

PAGE = ("mmap buf 2", 'write buf "A"')


def test_numbers_of_a_trace_are_hidden_and_filled_in() -> None:
    lab = started(*PAGE)
    asked = run(lab, "blank blanks=6 pin buf[0] as p")
    assert asked.data["blanks"] == 6
    assert [f"?{n}" in asked.paragraphs[0] for n in range(1, 8)] == [True] * 6 + [False]
    assert run(lab, "answer 1 1025 1024 0 1 1").title == "right"
    assert lab.asked is None


def test_a_seed_hides_the_same_numbers_always() -> None:
    lab = started(*PAGE)
    shown = {
        seed: run(lab, f"blank seed={seed} blanks=2 pin buf as p; unpin p").paragraphs[0]
        for seed in (1, 2, 3)
    }
    again = run(lab, "blank seed=2 blanks=2 pin buf as p; unpin p").paragraphs[0]
    assert again == shown[2]
    assert len(set(shown.values())) > 1


def test_the_machine_stays_as_it_is() -> None:
    lab = started(*PAGE)
    run(lab, "blank pin buf as p")
    assert lab.timeline.total == started(*PAGE).timeline.total
    assert "p" not in lab.names.all()


def test_a_wrong_value_is_named_and_the_right_ones_are_filled_in() -> None:
    lab = started(*PAGE)
    run(lab, "blank blanks=6 pin buf[0] as p")
    told = run(lab, "answer 1 1025 1024 0 1 2")
    assert told.title == "not so"
    assert told.paragraphs[0] == "`?6` is not 2"
    assert "1025" in told.paragraphs[1] and "?6" in told.paragraphs[1]


def test_blanks_can_be_skipped() -> None:
    lab = started(*PAGE)
    run(lab, "blank pin buf as p")
    assert run(lab, "skip").title == "the blanks are skipped"
    assert refused(lab, "answer 1").message == "no lesson is under way"


def test_what_changes_no_number_is_refused() -> None:
    error = refused(started(*PAGE), "blank read buf[0]")
    assert error.message == "these commands have no number that could be asked for"


def test_a_command_that_cannot_run_is_refused_at_its_word() -> None:
    error = refused(started(*PAGE), "blank seed=1 pin buf as p; unpin q")
    assert error.at is not None and error.at.start == 33


def test_blanks_are_no_part_of_a_lesson_under_way() -> None:
    lab = started()
    run(lab, "lesson page-counts", "blank mmap x 1; read x; pin x as q")
    session = lab.session
    run(lab, "skip")
    assert session is not None and session.answers == {}  # type: ignore[attr-defined]
    assert session.typed.lines == []  # type: ignore[attr-defined]


def values(lab: Lab) -> str:
    """The answer that is right."""
    assert isinstance(lab.asked, Asked)
    return " ".join(map(str, lab.asked.trace.values))


def test_bits_of_pages_and_entries_are_asked_for_by_name() -> None:
    lab = started("mmap buf 1")
    shown = run(lab, "blank bits blanks=9 write buf 0x41").paragraphs[0]
    assert "buf[0].flags sets " in shown and "buf[0].pte sets " in shown
    assert lab.asked is not None
    flag, bit = values(lab).split()
    assert {flag, bit} & {"uptodate", "lru", "swapbacked", "dirty", "write", "present"}
    assert run(lab, f"answer {bit} {flag}").title == "not so"
    assert run(lab, f"answer {flag} {bit}").title == "right"


def test_of_names_that_stand_in_no_order_one_is_hidden() -> None:
    lab = started("mmap buf 1")
    run(lab, "blank bits blanks=16 write buf 0x41")
    assert isinstance(lab.asked, Asked)
    rows = [row for row, _ in lab.asked.trace.hidden]
    assert len(rows) == len(set(rows)) == len(lab.asked.trace.rows)


def test_functions_are_asked_for_in_the_order_of_the_calls() -> None:
    lab = started(*PAGE)
    shown = run(lab, "blank calls blanks=16 pin buf").paragraphs[0]
    assert shown.startswith("`pin buf`:\n\n- calls **?1**, then **?2**")
    right = values(lab)
    assert right.startswith("pin_user_pages_fast is_valid_gup_args internal_get_user")
    assert run(lab, f"answer {right.replace(' ', '() ')}").title == "right"


def test_all_of_a_trace_may_be_asked_for() -> None:
    shown = run(started("mmap buf 1"), "blank all write buf 0x41").paragraphs[0]
    assert "calls " in shown and "_refcount: " in shown and " sets " in shown


@pytest.mark.parametrize(
    ("line", "word", "message"),
    [
        ("blank bits calls pin buf", "calls", "exclude each other"),
        ("blank of=bit pin buf", "bit", "did you mean `bits`"),
        ("blank bits read buf[1]", None, "no bit that could be asked for"),
    ],
)
def test_what_cannot_be_asked_is_refused(line: str, word: str | None, message: str) -> None:
    error = refused(started(*PAGE), line)
    assert message in error.message
    assert word == (error.at and line[error.at.start : error.at.stop])
