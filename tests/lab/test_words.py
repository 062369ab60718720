"""How a line is cut into words, and how a line with an error in it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pintutor.lab.errors import (
    CARET_WINDOW,
    CommandError,
    Span,
    caret,
    did_you_mean,
    printable,
    suggest,
)
from pintutor.lab.words import MAX_LINE, Word, classify, split, split_prefixes


def texts(line: str) -> list[str]:
    return [word.text for word in split(line)]


def refusal(line: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        split(line)
    return caught.value


@pytest.mark.parametrize("line", ["", "   ", "\t", "# pin buf", "  # pin buf"])
def test_a_line_with_nothing_to_do_has_no_words(line: str) -> None:
    assert split(line) == ()


def test_words_know_their_columns() -> None:
    assert split(" pin\tbuf[0] ") == (Word("pin", 1, 4), Word("buf[0]", 5, 11))


def test_a_no_break_space_separates_words_too() -> None:
    assert texts("pin\u00a0buf") == ["pin", "buf"]


def test_quotes_keep_spaces_and_touching_pieces_are_one_word() -> None:
    assert texts("""write buf a' b 'c" d" """) == ["write", "buf", "a b c d"]


def test_a_quoted_word_spans_its_quotes_and_says_so() -> None:
    assert split('x "a b"')[1] == Word("a b", 2, 7, quoted=True)


def test_a_backslash_takes_the_next_character_except_in_single_quotes() -> None:
    assert texts(r""" a\ b "c\"d" 'e\f' """) == ["a b", 'c"d', r"e\f"]


def test_an_empty_quoted_word_is_a_word() -> None:
    assert split('""') == (Word("", 0, 2, quoted=True),)


def test_a_comment_begins_only_where_a_word_could() -> None:
    assert texts("pin buf#1 # rest") == ["pin", "buf#1"]


def test_a_number_sign_in_quotes_is_text() -> None:
    assert texts('write buf "# x"') == ["write", "buf", "# x"]


@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_open_quote_is_refused_where_it_opens(quote: str) -> None:
    error = refusal(f"write buf {quote}abc")
    assert (error.at, error.code) == (Span(10, 14), "unfinished")


def test_a_backslash_at_the_end_is_refused_there() -> None:
    error = refusal("pin buf\\")
    assert (error.at, error.code) == (Span(7, 8), "unfinished")


def test_a_line_of_ten_megabytes_is_refused_by_its_length_and_not_echoed() -> None:
    error = refusal("a" * 10_000_000)
    assert (error.at, error.code) == (None, "too-long")
    assert "10000000 characters" in error.message
    assert len(error.message) < 100


def test_the_longest_line_is_read() -> None:
    assert texts("a" * MAX_LINE) == ["a" * MAX_LINE]


@pytest.mark.parametrize("character", ["\0", "\n", "\x1b", "\x85", "\x9b", "\ud800"])
def test_a_control_character_is_refused_and_named(character: str) -> None:
    error = refusal(f"pin {character}buf")
    assert (error.at, error.code) == (Span(4, 5), "control-character")
    assert printable(character) in error.message


@given(st.text())
def test_any_text_is_split_or_refused(line: str) -> None:
    try:
        words = split(line)
    except CommandError:
        return
    assert all(line[word.start] not in " \t#" for word in words)


@given(st.text())
def test_a_tolerant_split_never_refuses_and_keeps_its_words_in_order(line: str) -> None:
    ends = [0]
    for word in split(line, tolerant=True):
        assert ends[-1] <= word.start < word.stop <= len(line)
        ends.append(word.stop)


def test_a_tolerant_split_takes_an_open_quote_to_the_end() -> None:
    assert split('a "b c', tolerant=True)[1] == Word("b c", 2, 6, quoted=True)


def test_a_task_prefix_is_taken_off_without_its_colon() -> None:
    line = split_prefixes(split("child: write buf"))
    assert line.task == Word("child", 0, 5)
    assert [word.text for word in line.words] == ["write", "buf"]


def test_kernels_and_a_task_may_both_come_first() -> None:
    line = split_prefixes(split("on v6.1 <v6.4: child: pin buf"))
    assert line.kernels == (Word("v6.1", 3, 7), Word("<v6.4", 8, 13))
    assert line.task == Word("child", 15, 20)
    assert [word.text for word in line.words] == ["pin", "buf"]


@pytest.mark.parametrize("text", ["mmap:", "on v6.1:", "on v6.1", ": pin", '"child:" pin'])
def test_what_no_command_follows_or_is_quoted_is_no_prefix(text: str) -> None:
    words = split(text)
    line = split_prefixes(words)
    assert (line.kernels, line.task, line.words) == ((), None, words)


def test_a_colon_after_the_verb_is_no_prefix() -> None:
    line = split_prefixes(split("fails EFAULT: pin buf"))
    assert (line.task, len(line.words)) == (None, 4)


def test_a_caret_stands_under_the_span() -> None:
    assert caret("pni buf", Span(0, 3)) == ["pni buf", "^^^"]


def test_a_caret_past_the_end_stands_after_the_last_word() -> None:
    assert caret("pin", Span(3, 3)) == ["pin", "   ^"]


def test_a_tab_takes_one_column() -> None:
    assert caret("pin\tbff", Span(4, 7)) == ["pin bff", "    ^^^"]


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert caret("漢字 e\u0301x bff", Span(7, 10))[1] == " " * 8 + "^^^"
    assert caret("漢字 bff", Span(0, 2))[1] == "^^^^"


def test_an_escape_sequence_is_shown_escaped_with_the_caret_under_it() -> None:
    assert caret("a \x1b[2J b", Span(2, 6)) == [r"a \x1b[2J b", "  ^^^^^^^"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\0", r"\x00"),
        ("\x9b", r"\x9b"),
        ("a\u202eb", r"a\u202eb"),
        ("\u2066", r"\u2066"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
        ("é漢", "é漢"),
    ],
)
def test_what_a_terminal_could_obey_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_long_line_is_cut_to_a_window_round_the_caret() -> None:
    shown, marks = caret("x" * 2000 + "BAD" + "y" * 2000, Span(2000, 2003))
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) == CARET_WINDOW
    assert shown[marks.index("^") : len(marks)] == "BAD"


def test_a_long_line_with_its_error_first_is_cut_on_the_right_only() -> None:
    shown, marks = caret("bad" + "y" * 200, Span(0, 3))
    assert shown.startswith("bady") and shown.endswith("…")
    assert (len(shown), marks) == (CARET_WINDOW, "^^^")


@given(st.text(max_size=300), st.integers(-5, 310), st.integers(-5, 310))
def test_any_caret_is_two_printable_lines_no_wider_than_the_window(
    line: str, start: int, stop: int
) -> None:
    shown, marks = caret(line, Span(start, stop))
    assert printable(shown) == shown
    assert marks.strip(" ").strip("^") == "" and "^" in marks
    assert len(marks) <= CARET_WINDOW + 1


def test_a_near_word_is_suggested_in_whatever_case() -> None:
    assert suggest("PNI", ["pin", "unmap"]) == "pin"
    assert did_you_mean("pni", ["pin"]) == "; did you mean `pin`?"


@pytest.mark.parametrize("word", ["xyzzy", "", "pin" * 1000])
def test_a_far_word_is_not_guessed_at(word: str) -> None:
    assert suggest(word, ["pin", "unpin"]) is None
    assert did_you_mean(word, ["pin", "unpin"]) == ""


@given(st.text())
def test_any_text_is_classified_in_order_without_overlap(line: str) -> None:
    end = 0
    for start, stop, _ in classify(line, options=lambda verb: {}, names=None):
        assert end <= start < stop <= len(line)
        end = stop
