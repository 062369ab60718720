"""What expressions mean, and what they cannot do."""

from enum import Flag, IntFlag

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import MAX_TEXT, Expression

COLUMN = 7
"""Where the expression stands in its line: after `expect `."""


class Colour(Flag):
    RED = 1
    BLUE = 2


class Gup(IntFlag):
    WRITE = 1
    PIN = 2


class Names:
    """A scope of a few names."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def name(self, text: str) -> object:
        self.asked.append(text)
        known = {
            "zero": {"_refcount": 1025, "pte": None},
            "buf": [10, 11, 12],
            "vmstat": {"acquired": 3},
            "text": "hello",
            "flags": Gup.WRITE | Gup.PIN,
            "PIN": Gup.PIN,
            "RED": Colour.RED,
            "BLUE": Colour.BLUE,
            "é": 5,
        }
        if text not in known:
            raise LookupError(f"nothing is called `{text}`")
        return known[text]

    def attribute(self, value: object, name: str) -> object:
        if isinstance(value, dict) and name in value:
            found: object = value[name]
            return found
        raise LookupError(f"it has no `{name}`")

    def item(self, value: object, index: int | str) -> object:
        if isinstance(value, dict) and isinstance(index, str):
            return self.attribute(value, index)
        if isinstance(value, list) and isinstance(index, int) and index < len(value):
            found: object = value[index]
            return found
        raise LookupError(f"it has no [{index}]")


def value(text: str) -> object:
    return Expression.parse(text, COLUMN).evaluate(Names())


def refusal(text: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        value(text)
    return caught.value


def under(text: str) -> str:
    """What the caret of the error points at."""
    at = refusal(text).at
    assert at is not None
    return text[at.start - COLUMN : at.stop - COLUMN]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("7 // 2 + 7 % 4", 6),
        ("0xff & ~0x0f | 1", 0xF1),
        ("1 << 10 ^ 1", 1025),
        ("1025 >> 10", 1),
        ("-3 + +4", 1),
        ("zero._refcount == 1 + 1024", True),
        ("zero._refcount != 1025", False),
        ("0 < buf[0] <= 10 < buf[1]", True),
        ("0 < buf[0] < 10 < buf[1]", False),
        ("buf[-1]", 12),
        ("vmstat[acquired]", 3),
        ("zero.pte is None", True),
        ("zero.pte is not None", False),
        ("11 in buf and 99 not in buf", True),
        ("'ell' in text", True),
        ("b'x' == b'x'", True),
        ("not zero.pte", True),
        ("0 or 5", 5),
        ("0 and nothing", 0),
        ("1 or nothing", 1),
        ("flags & PIN == PIN", True),
        ("(RED | BLUE) & RED == RED", True),
        ("  zero._refcount  ", 1025),
        ("é + 1", 6),
    ],
)
def test_expressions_mean_what_they_mean_in_python(text: str, result: object) -> None:
    assert value(text) == result


@pytest.mark.parametrize(
    "text",
    [
        "2 ** 100",
        "1 / 2",
        "1.5",
        "2j",
        "...",
        "[1]",
        "(1, 2)",
        "{1: 2}",
        "lambda: 1",
        "1 if 2 else 3",
        "[x for x in buf]",
        "f'{zero}'",
        "(x := 1)",
        "await zero",
        "print(1)",
        "zero.keys()",
        "count(buf)",
        "count(buf)(1)",
        "zero.__class__",
        "__import__",
        "buf[0:1]",
        "buf[1 + 1]",
        "buf[True]",
        "buf[0, 1]",
        "1 is 1",
        "zero is zero",
        "a @ b",
    ],
)
def test_what_is_not_in_the_grammar_is_refused(text: str) -> None:
    assert refusal(text).code == "bad-expression"


@pytest.mark.parametrize(
    "text", ["", "  ", "1 +", "(1", "1)", "import os", "a b", "1 2", "'x"]
)
def test_what_python_cannot_read_is_refused(text: str) -> None:
    assert refusal(text).code == "bad-expression"


@pytest.mark.parametrize(
    ("text", "part", "message"),
    [
        ("buf[1..3] == 0", "..", "a range of pages has no value"),
        ("v6.5 == 1", "v6.5", "a kernel's name has no value"),
        ("zero = 1", "=", "`=` does not compare"),
        ("1 && 2", "&&", "this is C"),
    ],
)
def test_a_mistake_that_is_near_at_hand_has_its_own_answer(
    text: str, part: str, message: str
) -> None:
    error = refusal(text)
    assert (error.message, under(text)) == (message, part)
    assert error.hint


def test_two_points_in_a_string_are_no_range() -> None:
    assert value("'1..3' == '1..3'") is True


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1 == nothing", "nothing"),
        ("zero._refcuont == 1", "_refcuont"),
        ("1 + buf[7]", "7"),
        ("1 + vmstat[x]", "x"),
        ("text + 1", "text"),
        ("1 // (2 - 2)", "2 - 2"),
        ("text < 1", "text < 1"),
        ("1 << 200", "200"),
        ("1 << -1", "-1"),
        ("RED | 1", "RED | 1"),
        ("1 + 2.5", "2.5"),
        ("é + nothing", "nothing"),
    ],
)
def test_the_part_that_has_no_value_is_marked(text: str, part: str) -> None:
    assert under(text) == part


def test_the_scope_says_what_is_not_there() -> None:
    error = refusal("nothing")
    assert (error.message, error.code) == ("nothing is called `nothing`", "unknown-name")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 400,
        "(" * 220 + "1" + ")" * 220,
        "-" * 500 + "1",
        "not " * 100 + "1",
        "a" + ".a" * 200,
        "a" + "[0]" * 150,
        "1" + "+1" * 250,
        "1" * (MAX_TEXT + 1),
        "1" * 500,
        "0x" + "f" * 33,
        "x" * 10_000_000,
    ],
)
def test_hostile_texts_are_refused(text: str) -> None:
    error = refusal(text)
    assert error.code in ("too-long", "bad-expression")
    assert len(error.message) < 120


@pytest.mark.parametrize(
    "text", ["(1 << 127) * (1 << 127)", "(1 << 128) << 1", "text * 1000000000", "text % 1"]
)
def test_results_cannot_grow_without_bound(text: str) -> None:
    assert refusal(text).code == "bad-expression"


def test_a_number_of_128_bits_is_still_one() -> None:
    assert value("0x" + "f" * 32) == 2**128 - 1


@pytest.mark.parametrize("character", ["\0", "\n", "\x1b", "\u202e", "\ud800"])
def test_a_character_that_cannot_be_shown_is_refused_where_it_stands(
    character: str,
) -> None:
    assert under(f"1 + {character}1") == character


def test_a_doubtful_escape_warns_nobody() -> None:
    assert value(r"'\d' == '\d'") is True


def test_operands_are_the_paths_with_their_values_each_once_in_order() -> None:
    text = "zero._refcount == 1 + buf[0] or buf[0] > zero._refcount"
    parsed = Expression.parse(text, COLUMN)
    assert parsed.operands(Names()) == [
        ("zero._refcount", 1025),
        ("buf[0]", 10),
    ]


def test_an_operand_without_a_value_is_left_out() -> None:
    parsed = Expression.parse("zero.pte is None or zero.pte.young", COLUMN)
    assert parsed.operands(Names()) == [("zero.pte", None)]


def test_reading_an_expression_asks_the_scope_nothing() -> None:
    names = Names()
    parsed = Expression.parse("zero._refcount", COLUMN)
    assert names.asked == []
    parsed.evaluate(names)
    assert names.asked == ["zero"]


PARTS = """zero buf text ._refcount [0] [ ] ( ) 1 0 'a' == < in is not and + - * // % <<
    >> ~ | & None .. v6.5 = é \0 lambda: ** ,"""
MIXED = st.lists(st.sampled_from(PARTS.split()), max_size=30)
TEXTS = st.one_of(st.text(), MIXED.map(" ".join), MIXED.map("".join))


@given(TEXTS)
def test_any_text_has_a_value_or_is_refused_within_itself(text: str) -> None:
    try:
        parsed = Expression.parse(text, COLUMN)
        parsed.operands(Names())
        parsed.evaluate(Names())
    except CommandError as error:
        assert error.at is not None
        assert COLUMN <= error.at.start <= error.at.stop <= COLUMN + len(text)
