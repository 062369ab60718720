"""Colours for the command language."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Number, String, Token

from pintutor.view.lexer import PinLexer


def parts(text: str) -> list[tuple[object, str]]:
    found = PinLexer().get_tokens_unprocessed(text)
    return [(token, value) for _, token, value in found if value.strip()]


@given(st.text(max_size=300))
def test_the_parts_of_any_text_are_the_text(text: str) -> None:
    found = list(PinLexer().get_tokens_unprocessed(text))
    assert "".join(value for _, _, value in found) == text
    position = 0
    for index, _, value in found:
        assert index == position
        position += len(value)


def test_a_command_and_its_words_have_tokens_of_their_own() -> None:
    assert parts('pin buf[0] write as p # why\nwrite buf "A"') == [
        (Keyword, "pin"),
        (Name.Variable, "buf"),
        (Token.Operator, "["),
        (Number, "0"),
        (Token.Operator, "]"),
        (Name.Attribute, "write"),
        (Keyword.Type, "as"),
        (Name.Variable, "p"),
        (Comment.Single, "# why"),
        (Keyword, "write"),
        (Name.Variable, "buf"),
        (String, '"A"'),
    ]


def test_an_unknown_command_is_an_error() -> None:
    assert parts("pni buf")[0] == (Error, "pni")


def test_the_headers_of_a_scenario_are_told_apart_from_its_commands() -> None:
    text = "about: Pin it.\n  And again.\nkernels: v6.4 v6.5\nrun:\n  on <v6.5: mmap b 1\n"
    assert parts(text)[:8] == [
        (Keyword.Namespace, "about"),
        (Token.Operator, ":"),
        (String.Doc, " Pin it."),
        (String.Doc, "  And again."),
        (Keyword.Namespace, "kernels"),
        (Token.Operator, ":"),
        (Name.Constant, " v6.4 v6.5"),
        (Keyword.Namespace, "run"),
    ]
    assert (Keyword, "mmap") in parts(text)


def test_pygments_finds_the_lexer_by_name_and_by_file() -> None:
    assert isinstance(get_lexer_by_name("pintutor"), PinLexer)
    assert isinstance(get_lexer_for_filename("zero-page.pin"), PinLexer)


def test_importing_the_lexer_imports_no_screen_library() -> None:
    code = (
        "import sys, pintutor.view.lexer;"
        "print([n for n in ('prompt_toolkit', 'textual', 'rich') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
