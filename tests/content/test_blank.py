"""`blank`: the trace of any commands with some of its numbers hidden."""

from __future__ import annotations

import pintutor.content.commands
import pintutor.lab.commands  # noqa: F401  (declare commands)
from tests.labs import refused, run, started

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
    assert error.message == "these commands change no number that could be asked for"


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
