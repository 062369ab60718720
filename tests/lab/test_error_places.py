"""Every refusal stands at the word that it is about."""

from __future__ import annotations

import pytest

from pintutor.lab.errors import CommandError
from tests.labs import refused, run, started

MADE = ("mmap buf 4", "disk d 64K", "pipe p", "file F 4", "pin buf[0] as q", "fork child")

WRONG = {
    "revert zero-page-unpinned": "zero-page-unpinned",
    "apply iter-pin-pages": "iter-pin-pages",
    "dio raed d": "raed",
    "dio read d 0 buf buf size=512": "512",
    "disk e 1000": "1000",
    "disk e 64K lbs=700": "700",
    "irq d 5": "5",
    "irq d which=4": "4",
    "irq d": "d",
    "punch F 9": "9",
    "iter i discard source buf": "source",
    "gup get_user_pages_fast buf 1 task=init": "init",
    "gup pin_user_pages_fast buf 1 locked": "locked",
    "pipe r 3": "3",
    "tee p p": "p",
    "exit init": "init",
    "pin buf times=5": "5",
    "put q 7": "7",
    "unpin q times=3": "3",
    "unpin q unpin_folio": "unpin_folio",
    "until zero._refcont == 1": "_refcont",
    "run until": "until",
    "addpin q": "addpin",
    "memfd-pin F": "memfd-pin",
}
"""The word that is wrong in a line; the command, where its kernel has none."""

UNFINISHED = {
    "dio read d 0": "name the memory",
    "sgio write d 0": "name the memory",
    "iter i iovec source": "an iterator needs a segment",
    "expect zero._refcount ==": "the expression is not finished",
    "expect": "`expect` needs EXPRESSION here",
}
"""Lines that lack something at their end."""


def spot(line: str) -> tuple[CommandError, str]:
    error = refused(started(*MADE), line)
    assert error.at is not None, f"`{line}`: {error.message}"
    return error, line[error.at.start : error.at.stop]


@pytest.mark.parametrize("line", WRONG)
def test_a_refusal_points_at_the_word_that_it_is_about(line: str) -> None:
    error, word = spot(line)
    assert word == WRONG[line], error.message
    assert error.hint or "did you mean" in error.message or WRONG[line] in error.message


@pytest.mark.parametrize("line", UNFINISHED)
def test_what_is_missing_is_missed_at_the_end(line: str) -> None:
    error, word = spot(line)
    assert (word, error.message) == ("", UNFINISHED[line])
    assert error.at is not None and error.at.start == len(line)
    assert error.hint


def test_an_unknown_command_is_told_where_all_are_listed() -> None:
    assert refused(started(), "xyzzy").hint == "`help` lists the commands"


def test_a_search_for_what_never_was_and_is_not_there_says_so() -> None:
    lab = started("mmap buf 1")
    assert run(lab, "back-until buf.pages == 7").note.startswith("never")
    assert refused(lab, "back-until bff.pages == 7").message.startswith("nothing is called")
