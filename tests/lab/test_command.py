"""Commands: what a declaration gives, and what a line makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import pytest
from hypothesis import given

from pintutor.lab.command import Registry
from pintutor.lab.errors import CommandError, Span, caret
from pintutor.lab.kinds import INT, RAW, OneOf
from pintutor.lab.words import Word
from tests.lab.toy_commands import LINES, REGISTRY, completions, parse, pin, put, run

if TYPE_CHECKING:
    from nowhere import Lab  # type: ignore[import-not-found]


def refusal(line: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        parse(line)
    return caught.value


def under(line: str) -> str:
    """What the caret of the error in `line` points at."""
    at = refusal(line).at
    assert at is not None
    return line[at.start : at.stop] or f"column {at.start}"


def test_a_command_runs_with_its_defaults() -> None:
    assert run("pin 7") == (7, False, False, "fast", 0, "")


def test_options_stand_in_any_order_around_the_places() -> None:
    line = "pin slow as p nr=0x10 7 make-dirty write"
    assert run(line) == (7, True, True, "slow", 16, "p")


@pytest.mark.parametrize("spelling", ["make-dirty", "make_dirty"])
def test_an_option_of_two_words_is_typed_with_either_stroke(spelling: str) -> None:
    assert run(f"pin 7 {spelling}") == (7, False, True, "fast", 0, "")


def test_the_word_after_as_is_a_value_whatever_it_is() -> None:
    assert run("pin 7 as write") == (7, False, False, "fast", 0, "write")


def test_a_quoted_word_is_never_an_option() -> None:
    assert run("put 'unpin_page'") == ("unpin_page", "")
    assert run("put unpin_page") == ("", "unpin_page")


def test_a_command_is_called_by_name_alias_or_with_an_underscore() -> None:
    assert REGISTRY.get("make_iter") is REGISTRY.get("make-iter") is not None
    assert REGISTRY.get("drop") is REGISTRY.get("put")
    assert REGISTRY.get("goto") is not None
    assert REGISTRY.get("nothing") is None


def test_all_the_words_that_remain_are_one_argument() -> None:
    assert run("make-iter i 1 2 3") == ("i", (1, 2, 3))
    assert run("make-iter i") == ("i", ())


def test_the_rest_of_the_line_is_taken_as_it_is_written() -> None:
    word, quiet = parse('expect a["b  c"] == quiet # why').args[0], parse("expect a").kwargs
    assert word == Word('a["b  c"] == quiet', 7, 25)
    assert quiet == {}


def test_the_rest_of_the_line_keeps_its_column_after_prefixes() -> None:
    assert parse("on v6.1: child: expect quiet x").args == (Word("x", 29, 30),)


def test_a_call_knows_where_each_argument_stands() -> None:
    spans = parse("pin 7 nr=5 as p write").spans
    assert spans == {
        "where": Span(4, 5),
        "nr": Span(9, 10),
        "as_": Span(14, 15),
        "write": Span(16, 21),
    }


def test_an_unknown_command_is_marked_and_a_near_one_suggested() -> None:
    error = refusal("pni 7")
    assert error.message == "no such command; did you mean `pin`?"
    assert (error.code, error.at) == ("unknown-command", Span(0, 3))


@pytest.mark.parametrize("line", ["child:", "on v6.1:", "on v6.1 pin 7"])
def test_a_prefix_without_a_command_is_explained(line: str) -> None:
    assert "a command after it" in refusal(line).hint


def test_a_missing_argument_is_marked_after_the_last_word_with_the_usage() -> None:
    error = refusal("pin write # here")
    assert (error.code, error.at) == ("missing-argument", Span(9, 9))
    assert error.message == "`pin` needs WHERE here"
    assert error.hint == "pin WHERE [write] [make-dirty] [fast|slow] [nr=INT] [as NAME]"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("pin 7 as", "`as` needs NAME here"),
        ("pin 7 nr=", "`nr=` needs INT here"),
        ("goto x", "`goto` needs at=INT here"),
        ("expect", "`expect` needs EXPRESSION here"),
    ],
)
def test_what_is_missing_is_named(line: str, message: str) -> None:
    error = refusal(line)
    assert (error.message, error.code) == (message, "missing-argument")
    assert error.at == Span(len(line), len(line))


def test_an_unexpected_word_is_marked_and_a_near_option_suggested() -> None:
    error = refusal("pin 7 wirte")
    assert error.message == "`wirte` is not expected here; did you mean `write`?"
    assert (error.code, under("pin 7 wirte")) == ("unexpected-word", "wirte")


def test_a_misspelt_key_is_suggested_with_its_equals_sign() -> None:
    assert "did you mean `nr=`?" in refusal("pin 7 n=5").message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("pin 7 write write", "`write` is given twice"),
        ("pin 7 fast slow", "`fast` and `slow` exclude each other"),
        ("pin 7 nr=1 nr=2", "`nr` is given twice"),
        ("pin 7 as a as b", "`as` is given twice"),
    ],
)
def test_an_option_is_given_once(line: str, message: str) -> None:
    error = refusal(line)
    assert (error.message, error.code) == (message, "given-twice")


def test_a_bad_value_is_marked_without_its_key() -> None:
    assert under("pin 7 nr=x as p") == "x"


def test_the_leftmost_of_several_bad_values_is_marked() -> None:
    assert under("pin nr=x y") == "x"


def test_an_escape_sequence_in_an_unexpected_word_cannot_reach_the_terminal() -> None:
    error = refusal("pin 7 a\u202eb")
    assert error.at is not None
    assert r"a\u202eb" in error.message
    assert "\u202e" not in "".join(caret("pin 7 a\u202eb", error.at))


@pytest.mark.parametrize("line", ["pin 7 slow", "pin 7 path=slow", "pin path=slow 7"])
def test_a_choice_is_written_with_or_without_its_key(line: str) -> None:
    assert run(line) == (7, False, False, "slow", 0, "")


@pytest.mark.parametrize("line", ["pin 7 path=fast slow", "pin 7 fast path=slow"])
def test_a_choice_with_its_key_and_another_one_exclude_each_other(line: str) -> None:
    assert refusal(line).message == "`fast` and `slow` exclude each other"


def test_a_bad_choice_is_marked_without_its_key() -> None:
    error = refusal("pin 7 path=slwo")
    assert error.message == "`slwo` is not one of fast, slow; did you mean `slow`?"
    assert under("pin 7 path=slwo") == "slwo"


@pytest.mark.parametrize(
    ("line", "message", "key"),
    [
        ("pin 7 foo=2", "`pin` takes no `foo=`", "foo"),
        ("pin foo=2", "`pin` takes no `foo=`", "foo"),
        ("make-iter i 1 nr=3", "`make-iter` takes no `nr=`", "nr"),
        ("pin 7 n=5", "`pin` takes no `n=`; did you mean `nr=`?", "n"),
        ("pin 7 wriet=1", "`pin` takes no `wriet=`; did you mean `write`?", "wriet"),
        ("pin 7 as=p", "`pin` takes no `as=`; did you mean `as`?", "as"),
    ],
)
def test_an_unknown_key_is_marked_and_a_near_option_suggested(
    line: str, message: str, key: str
) -> None:
    error = refusal(line)
    assert (error.message, error.code) == (message, "unknown-key")
    assert under(line) == key


@pytest.mark.parametrize("text", ["a=b", "'at=2'", "=b", "0=1"])
def test_a_text_may_look_like_a_key(text: str) -> None:
    assert run(f"goto {text} at=1") == (text.strip("'").encode(), 1)


def test_no_words_are_no_command() -> None:
    with pytest.raises(CommandError):
        REGISTRY.parse(None, (), "")


def test_the_declaration_is_the_help() -> None:
    command = REGISTRY.find(Word("pin", 0, 3))
    assert (command.summary, command.body) == ("Take a pin.", "And keep it.")
    assert (command.topic, command.kernel, command.mutates) == ("pins", "mm/gup.c", True)
    assert (command.examples, command.see) == (("pin 1",), ("put",))


def test_topics_list_their_commands_as_declared() -> None:
    assert [one.name for one in REGISTRY.topics()["pins"]] == ["pin", "put"]


def twice(
    lab: Lab, *, fast: bool = False, path: Annotated[str, OneOf("fast")] = ""
) -> None:
    """Have one word with two meanings."""


def after_rest(lab: Lab, rest: Annotated[Word, RAW], *more: Annotated[int, INT]) -> None:
    """Have words after the rest of the line."""


def silent(lab: Lab) -> None: ...


@pytest.mark.parametrize("function", [twice, after_rest, silent, pin])
def test_a_malformed_declaration_is_refused_at_import(
    function: Callable[..., object],
) -> None:
    registry = Registry()
    registry.command("pins")(pin)
    with pytest.raises(TypeError, match="command `"):
        registry.command("pins")(function)


def test_an_alias_cannot_take_the_name_of_a_command() -> None:
    registry = Registry()
    registry.command("pins")(pin)
    with pytest.raises(TypeError, match="declared twice"):
        registry.command("pins", aliases=("pin",))(put)


@given(LINES)
def test_any_line_is_a_call_or_refused_within_the_line(line: str) -> None:
    try:
        parse(line)
    except CommandError as error:
        assert error.at is None or 0 <= error.at.start <= error.at.stop <= len(line)


def test_ten_megabytes_are_neither_parsed_completed_nor_classified_for_long() -> None:
    line = "pin " * 2_500_000
    assert refusal(line).code == "too-long"
    assert completions(line) == []
    assert REGISTRY.classify(line)[-1][1] <= 4096
