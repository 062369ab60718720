"""One line in, what it did out."""

import json
from typing import Any

import pytest

from pintutor.linux.mm import page_alloc
from tests.repl.conversations import conversation


def test_what_a_line_did_is_shown() -> None:
    talk, kept = conversation()
    talk.take("mmap buf 2")
    assert kept.shown[0].startswith("buf  0x7f0000000000  2 pages")
    assert not talk.failed


def test_an_empty_line_and_a_comment_show_nothing() -> None:
    talk, kept = conversation()
    talk.take("")
    talk.take("  # nothing")
    assert not kept.shown and not kept.complaints


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("frob", "no such command"),
        ("mmap buf", "PAGES"),
        ("mmap buf 0", "not in the range"),
        ("mmap buf 99999999999999999999999999", "not in the range"),
        ("mmap buf 0xzz", "is not a number"),
        ("pin nobody", "no range is called `nobody`"),
        ('write buf "open', "is not closed"),
        ("pin \x1b[2J", "control character \\x1b"),
        ("read \udcff", "control character"),
        ("x" * 10_000_000, "at most 4096"),
        ("(" * 4000, "no such command"),
    ],
)
def test_what_cannot_be_carried_out_is_one_clear_error(line: str, message: str) -> None:
    talk, kept = conversation()
    talk.take(line)
    assert talk.failed
    assert len(kept.complaints) == 1
    assert message in kept.complaints[0]
    assert max(map(len, kept.complaints[0].splitlines())) <= 80
    assert talk.lab.timeline.total == 0


def test_a_failed_expectation_is_a_failure_and_a_fulfilled_one_is_not() -> None:
    talk, _ = conversation()
    talk.take("expect zero._refcount == 1")
    assert not talk.failed
    talk.take("expect zero._refcount == 2")
    assert talk.failed


def test_quit_leaves() -> None:
    talk, _kept = conversation()
    talk.take("quit")
    assert talk.left


def test_json_is_asked_for_by_the_last_word_of_a_line() -> None:
    talk, kept = conversation()
    talk.take("mmap buf 2 --json")
    talk.take("mmap buf 2")
    talk.take("mmap buf 2 --json")
    done, refused = (json.loads(text) for text in kept.json)
    assert done["ok"] and done["schema"] == "pintutor/outcome" and done["v"] == 1
    assert done["data"]["result"]["pages"] == 2
    assert not refused["ok"] and refused["error"]["code"] == "name-taken"
    assert len(kept.complaints) == 1


def test_every_outcome_is_one_line_of_json_when_the_conversation_is() -> None:
    talk, kept = conversation(as_json=True)
    for line in ("mmap buf 1", "read buf", "pin buf as p", "why zero._refcount", "pni"):
        talk.take(line, where="line 1")
    found = [json.loads(text) for text in kept.json]
    assert [one["ok"] for one in found] == [True, True, True, True, False]
    assert found[2]["data"]["changes"][-1]["delta"] == 1
    assert found[4]["error"]["where"] == "line 1: column 1"
    assert not kept.shown and not kept.complaints


def test_an_interrupt_in_the_middle_of_a_command_leaves_the_lab_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talk, kept = conversation()
    talk.take("mmap buf 2")
    talk.take("mmap other 1")
    talk.take("back 3")
    before = talk.lab.timeline.cursor, talk.lab.machine.journal.position

    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(page_alloc, "trace_event", interrupt)
    talk.take("write buf 0x41")
    monkeypatch.undo()
    assert "interrupted" in kept.complaints[0]
    assert (talk.lab.timeline.cursor, talk.lab.machine.journal.position) == before
    talk.take("write buf 0x41")
    talk.take("expect audit.clean and buf[1].byte == 0x41")
    assert kept.shown[-1].startswith("holds")


def test_a_lesson_goes_on_to_say_what_comes_behind_the_line_that_ran() -> None:
    talk, kept = conversation()
    talk.take("lesson page-counts again")
    opening = len(kept.shown)
    talk.take("go")
    assert "Is there a page behind" in kept.shown[-1]
    assert "`answer VALUE`" in kept.shown[-1]
    assert len(kept.shown) == opening + 2


def test_a_lesson_names_its_next_line_once() -> None:
    talk, kept = conversation()
    talk.take("lesson zero-page again")
    talk.take("go")
    assert kept.shown[-1].strip() == "`go` runs `read buf`"
    talk.take("show pt")
    assert "`go` runs" not in kept.shown[-1]


def test_a_lesson_says_nothing_between_the_records_of_a_program() -> None:
    talk, kept = conversation(as_json=True)
    talk.take("lesson page-counts again")
    talk.take("go")
    assert not kept.shown and len(kept.json) == 2
