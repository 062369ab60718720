"""Commands of which not every line is recorded, and audits in the middle of one."""

from __future__ import annotations

import pytest

from pintutor.lab.changes import step_changes
from pintutor.view.rows import as_text
from pintutor.view.text import outcome_rows
from tests.dumps import dump
from tests.labs import Lab, run, started


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first lines of each command are recorded."""
    monkeypatch.setattr(Lab, "recorded", 200)


@pytest.mark.usefixtures("short")
def test_a_command_that_was_cut_short_is_undone_and_redone() -> None:
    lab = started("mmap buf 64")
    before = dump(lab)
    run(lab, "write buf 0x41", "pin buf write as p")
    after = dump(lab)
    run(lab, "undo 2")
    assert dump(lab) == before
    run(lab, "redo 2")
    assert dump(lab) == after
    assert not run(lab, "audit").imbalances


@pytest.mark.usefixtures("short")
def test_what_was_not_recorded_is_told_at_the_end_of_the_command() -> None:
    lab = started("mmap buf 64")
    outcome = lab.execute("write buf 0x41")
    assert any("only the first 200 lines" in note for note in outcome.notes)
    assert outcome.result.faults == 64  # type: ignore[attr-defined]
    run(lab, "undo", "redo")
    with lab.machine:
        assert step_changes(lab, lab.timeline.cursor) == outcome.changes
    assert len(run(lab, "show trace").rows) >= 128


@pytest.mark.usefixtures("short")
def test_records_of_a_command_that_was_cut_short_are_told_to_be_a_part() -> None:
    lab = started("mmap buf 2", "disk d 64K", "dio read d 0 buf")
    outcome = lab.execute("events")
    text = as_text(outcome_rows(outcome, lab=lab))
    assert "only the first 200 lines were recorded" in text
    as_json = outcome.to_json()["result"]
    assert "only the first 200 lines were recorded" in as_json["note"]
    assert {each["partial"] for each in as_json["records"]} == {True}


@pytest.mark.usefixtures("short")
def test_records_of_a_command_that_was_recorded_whole_have_no_note() -> None:
    result = run(started("mmap buf 1", "get buf as g", "put g"), "events")
    assert result.note == ""
    assert {each["partial"] for each in result.records} == {False}


@pytest.mark.usefixtures("short")
def test_the_last_write_is_the_end_of_a_command_that_was_cut_short() -> None:
    lab = started("mmap buf 64", "write buf 0x41")
    assert run(lab, "last buf[60]._refcount").step == lab.timeline.total


def half_done() -> Lab:
    """A lab in the middle of a pin, with what the call has taken in its hands."""
    lab = started("mmap buf 2", "write buf 0x41", "pin buf write as p")
    while not run(lab, "audit").imbalances:
        run(lab, "back")
    return lab


def test_an_audit_in_the_middle_of_a_command_says_who_has_the_units() -> None:
    lab = half_done()
    text = as_text(outcome_rows(lab.execute("audit"), lab=lab, width=120))
    assert "1024 units in the running call" in text
    assert "nobody" not in text


def test_a_count_in_the_middle_of_a_command_says_who_has_the_units() -> None:
    lab = half_done()
    page = run(lab, "audit").imbalances[0].page
    text = as_text(outcome_rows(lab.execute(f"why {page}._refcount"), lab=lab))
    assert "in the running call" in text and "nobody" not in text


def test_an_audit_with_many_imbalances_shows_the_first_and_counts_the_rest() -> None:
    lab = started("mmap buf 100", "pin buf write as p", "put p 90")
    result = run(lab, "audit")
    assert len(result.imbalances) == 90
    rows = as_text(outcome_rows(lab.execute("audit"), lab=lab)).splitlines()
    assert rows[-1].strip() == "… 70 more counts"
    assert sum(each.last is not None for each in result.imbalances) == 64
