"""What words may stand for, and what a signature declares."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pintutor.lab.declaration import Parameter, Shape, parameters_of
from pintutor.lab.errors import CommandError, Span
from pintutor.lab.kinds import (
    INT,
    NEW_NAME,
    RAW,
    TEXT,
    IntRange,
    Kind,
    OneOf,
)
from pintutor.lab.words import Word

PATH = OneOf("fast", "slow")


def word(text: str, *, quoted: bool = False) -> Word:
    return Word(text, 4, 4 + len(text), quoted)


def refusal(kind: Kind, text: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        kind.parse(word(text), None)
    assert caught.value.at == Span(4, 4 + len(text))
    return caught.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("4096", 4096),
        ("0x1000", 4096),
        ("0X1_000", 4096),
        ("1_000", 1000),
        ("4K", 4096),
        ("2m", 2 << 20),
        ("1G", 1 << 30),
        ("-5", -5),
        ("+5", 5),
        ("007", 7),
        ("0xffffffffffffffff", 2**64 - 1),
    ],
)
def test_numbers_are_read_in_all_their_forms(text: str, number: int) -> None:
    assert INT.parse(word(text), None) == number


@pytest.mark.parametrize(
    "text", ["", "-", "0x", "0x_1", "_1", "2k7", "1.5", "٣", "4 K", "1" * 5000, "0" * 41]
)
def test_what_is_no_number_is_called_so(text: str) -> None:
    error = refusal(INT, text)
    assert error.code == "bad-number"
    assert "is not a number" in error.message
    assert len(error.message) < 80


@pytest.mark.parametrize(
    "text", ["0x10000000000000000", "99999999999G", "-9223372036854775809"]
)
def test_a_number_over_64_bits_is_out_of_range(text: str) -> None:
    assert "is not in the range" in refusal(INT, text).message


def test_the_bounds_of_a_range_belong_to_it_and_are_named_outside() -> None:
    pages = IntRange(1, 16)
    assert [pages.parse(word(text), None) for text in ("1", "16")] == [1, 16]
    assert refusal(pages, "17").message == "`17` is not in the range 1 to 16"


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = INT.parse(word(text), None)
    except CommandError:
        return
    assert -(2**63) <= number < 2**64


@pytest.mark.parametrize("text", ["p", "_x", "my_buf", "A" * 32])
def test_identifiers_are_names(text: str) -> None:
    assert NEW_NAME.parse(word(text), None) == text


@pytest.mark.parametrize(
    "text", ["", "1x", "-x", "a b", "a.b", "buf[0]", "é", "A" * 33, "p\n"]
)
def test_other_texts_are_no_names(text: str) -> None:
    assert refusal(NEW_NAME, text).code == "bad-name"


@pytest.mark.parametrize("text", ["as", "on", "and", "None", "lambda", "true"])
def test_a_word_of_the_language_is_no_name(text: str) -> None:
    assert "a word of the language" in refusal(NEW_NAME, text).message


def test_a_choice_is_one_of_its_words_and_a_near_one_is_suggested() -> None:
    assert PATH.parse(word("slow"), None) == "slow"
    assert refusal(PATH, "fsat").message == (
        "`fsat` is not one of fast, slow; did you mean `fast`?"
    )


def test_a_choice_completes_its_words() -> None:
    assert [text for text, _ in PATH.complete("f", None)] == ["fast"]


@pytest.mark.parametrize(
    ("text", "quoted", "data"),
    [
        ("hello", False, b"hello"),
        ("0x00ff", False, b"\x00\xff"),
        ("0XAB", False, b"\xab"),
        ("0x00ff", True, b"0x00ff"),
        ("é", True, b"\xc3\xa9"),
        ("", True, b""),
    ],
)
def test_bytes_are_text_or_bare_hexadecimal(text: str, quoted: bool, data: bytes) -> None:
    assert TEXT.parse(word(text, quoted=quoted), None) == data


@pytest.mark.parametrize("text", ["0x", "0x1", "0x0g", "0xé"])
def test_half_a_byte_is_refused(text: str) -> None:
    assert refusal(TEXT, text).code == "bad-bytes"


def test_the_rest_of_the_line_stays_a_word_with_its_column() -> None:
    assert RAW.parse(word("a == 1"), None) == word("a == 1")


@pytest.mark.parametrize("kind", [INT, NEW_NAME, PATH, TEXT, RAW])
def test_every_kind_has_a_name_a_note_and_completions(kind: Kind) -> None:
    assert isinstance(kind, Kind)
    assert kind.name and kind.note
    assert all(len(one) == 2 for one in kind.complete("", None))


def declared(function: object) -> dict[str, Parameter]:
    assert callable(function)
    return {one.name: one for one in parameters_of(function)}


def sample(
    lab: object,
    where: Annotated[int, INT],
    *more: Annotated[int, INT],
    make_dirty: bool = False,
    path: Annotated[str, PATH] = "fast",
    nr: Annotated[int, INT, "how many pages"] = 0,
    as_: Annotated[str, NEW_NAME] = "",
) -> None: ...


def test_a_signature_declares_how_each_argument_is_written() -> None:
    assert {name: (one.shape, one.usage) for name, one in declared(sample).items()} == {
        "where": (Shape.PLACE, "WHERE"),
        "more": (Shape.REST, "[MORE…]"),
        "make_dirty": (Shape.FLAG, "[make-dirty]"),
        "path": (Shape.CHOICE, "[fast|slow]"),
        "nr": (Shape.KEY, "[nr=INT]"),
        "as_": (Shape.WORD, "[as NAME]"),
    }


def test_a_note_of_its_own_replaces_the_note_of_the_kind() -> None:
    found = declared(sample)
    assert found["nr"].note == "how many pages"
    assert found["as_"].note == NEW_NAME.note


def not_annotated(lab: object, where: int) -> None: ...


def true_by_default(lab: object, *, write: bool = True) -> None: ...


def raw_keyword(lab: object, *, rest: Annotated[Word, RAW]) -> None: ...


def keywords(lab: object, **rest: Annotated[int, INT]) -> None: ...


@pytest.mark.parametrize(
    "function", [not_annotated, true_by_default, raw_keyword, keywords]
)
def test_a_signature_that_no_line_could_fill_is_the_authors_error(function: object) -> None:
    with pytest.raises(TypeError):
        declared(function)
