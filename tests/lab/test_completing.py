"""Completion and highlighting: what could stand in a line, and what stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pintutor.lab.commands  # noqa: F401  (declares them)
from pintutor.lab.commands.memory import PROT
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY as ALL
from tests.lab.toy_commands import LINES, REGISTRY, completions


def test_a_verb_is_completed_with_its_summary() -> None:
    assert [tuple(one) for one in REGISTRY.complete(None, "pi", 2)] == [
        ("pin", 0, "Take a pin.", "command")
    ]


def test_a_verb_is_completed_after_prefixes() -> None:
    assert completions("on v6.1: child: pu") == ["put"]
    assert "pin" in completions("child: ")


def test_options_not_given_yet_are_offered() -> None:
    assert completions("pin 7 fast write ") == ["make-dirty", "nr=", "as"]


def test_choices_are_offered_as_they_must_be_typed() -> None:
    assert completions("put unpin_") == ["unpin_page", "unpin_pages"]


def test_each_choice_is_offered_with_what_it_means() -> None:
    found = {one.text: one.meta for one in ALL.complete(Lab(), "mmap buf 2 ", 11)}
    assert found["rw"] == "may be read and written"
    assert found["none"] == "may not be touched: PROT_NONE"
    assert len({found[prot] for prot in PROT}) == len(PROT)


def test_a_key_that_a_choice_can_lack_is_completed_but_not_offered() -> None:
    assert completions("pin 7 pa") == []
    (found,) = REGISTRY.complete(None, "pin 7 path=s", 12)
    assert (found.text, found.start) == ("slow", 11)


def test_the_text_right_of_the_cursor_does_not_matter() -> None:
    assert completions("pin 7 sl write", cursor=8) == ["slow"]


def test_a_completion_replaces_the_word_from_its_start() -> None:
    (found,) = REGISTRY.complete(None, "pin 7 wr", 8)
    assert (found.text, found.start, found.kind) == ("write", 6, "flag")


def test_a_wrong_word_before_the_cursor_does_not_stop_completion() -> None:
    assert completions("pin 7 wirte sl") == ["slow"]


@pytest.mark.parametrize("line", ["pin 7 # wr", "nothing wr", "pin 7 as wr", "pin " * 2000])
def test_nothing_is_offered_where_nothing_is_known(line: str) -> None:
    assert completions(line) == []


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("pin 7 write", "command number flag"),
        ("pin 0x10 nr=4K as p", "command number keyword operator number keyword name"),
        ("on v6.1: child: put p # x", "keyword keyword keyword command name comment"),
        ("pni buf", "error name"),
        ("pn", ""),
        ('goto "a b"', "command string"),
        (
            "expect zero._refcount == 1 and x",
            "command name operator name operator number keyword name",
        ),
        ("goto 'open", "command error"),
        ("pin \x1b", "command error"),
        ("# all", "comment"),
        ("pin 7 make_dirty", "command number flag"),
        ("pin 7 path=slow", "command number keyword operator name"),
    ],
)
def test_the_parts_of_a_line_have_roles(line: str, roles: str) -> None:
    assert " ".join(role for _, _, role in REGISTRY.classify(line)) == roles


def test_only_known_names_are_marked_when_they_are_given() -> None:
    line = "expect zero + bff"
    marked = [
        line[a:b]
        for a, b, role in REGISTRY.classify(line, names={"zero"})
        if role == "name"
    ]
    assert marked == ["zero"]


@given(LINES, st.integers(-2, 60))
def test_any_line_is_completed_at_any_cursor(line: str, cursor: int) -> None:
    for one in REGISTRY.complete(None, line, cursor):
        assert 0 <= one.start <= max(0, min(cursor, len(line)))


@given(LINES)
def test_any_line_is_classified_in_order_without_overlap(line: str) -> None:
    end = 0
    for start, stop, _ in REGISTRY.classify(line):
        assert end <= start < stop <= len(line)
        end = stop


def test_what_is_awaited_at_the_cursor_is_known() -> None:
    def awaited(line: str) -> str:
        found = REGISTRY.awaited(line, len(line))
        return found.word if found else ""

    assert awaited("pin ") == awaited("pin 7") == "where"
    assert awaited("pin 7 nr=") == "nr"
    assert awaited("pin 7 as ") == "as"
    assert awaited("pi") == awaited("pin # not ") == awaited("nothing ") == ""
