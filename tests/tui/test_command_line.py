"""The command line of the screen: completion, history, errors under the word."""

import stat

from textual.events import Paste

from pintutor.lab.words import MAX_LINE
from pintutor.repl.prompt import Remembered
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.view import history
from tests.tui.pressing import Tried, press, sitting
from tests.tui.screens import PINNED, desk, drive


def test_a_line_that_is_typed_runs_and_leaves_the_focus_there() -> None:
    seen = drive(desk(), [*"mmap", "space", *"buf", "space", "2", "enter"])
    assert seen.ran == ["mmap buf 2"]
    assert seen.typed == ""
    assert seen.focus == "line"


def test_an_error_keeps_the_line_with_a_caret_under_the_word() -> None:
    seen = drive(desk(), [*"pni", "space", *"buf", "enter"])
    line, below = seen.lines[-3:-1]
    assert below[line.index("pni") :].startswith("^^^ no such command; did you mean `pin`?")
    assert seen.typed == "pni buf"


def test_an_error_is_gone_when_the_line_is_changed() -> None:
    seen = drive(desk(), [*"pni", "enter", "backspace"])
    assert "did you mean" not in "\n".join(seen.lines[-2:])


def test_an_error_by_key_brings_the_line_to_be_mended() -> None:
    seen = drive(desk("apply zero-page-unpinned", lesson="zero-page"), ["a"])
    assert "is applied already" in seen.text
    assert "try: `revert zero-page-unpinned`" in seen.text


def test_tab_completes_and_goes_round_what_could_stand_there() -> None:
    assert drive(desk(), [*"mma", "tab"]).typed == "mmap "
    assert drive(desk(*PINNED), [*"read", "space", "b", "tab"]).typed.startswith("read buf")
    twice = drive(desk(), ["p", "tab", "tab"]).typed
    once = drive(desk(), ["p", "tab"]).typed
    assert once != twice and once[0] == twice[0] == "p"


def test_completions_are_shown_below_with_what_they_mean() -> None:
    seen = drive(desk(), [*"pi"])
    assert " pin" in seen.lines[-2]
    assert "pin" in seen.lines[-1].lower()


def test_the_arrows_recall_what_was_typed_also_in_a_sitting_before() -> None:
    drive(desk(), [*"kernels", "enter"])
    assert drive(desk(), ["up"]).typed == "kernels"
    assert drive(desk(), ["x", "up", "down"]).typed == "x"


def test_a_question_mark_lists_the_keys_where_no_line_is_typed() -> None:
    assert drive(desk(), ["question_mark"]).over
    seen = drive(desk(), ["m", "question_mark"])
    assert (seen.over, seen.typed) == (False, "m?")


def test_a_line_that_was_emptied_offers_every_command_again() -> None:
    assert drive(desk(), [*"why", "backspace", "backspace", "backspace", "tab"]).typed
    recalled = drive(desk(), ["x", "up", "down", "y"])
    assert recalled.typed == "xy"


def test_ctrl_c_empties_the_line() -> None:
    assert drive(desk(), [*"pin", "ctrl+c"]).typed == ""


def test_a_completion_that_goes_on_gets_no_blank() -> None:
    seen = drive(desk(), [*"why", "space", *"zer", "tab"])
    assert seen.typed == "why zero."


def test_quit_can_be_typed() -> None:
    assert drive(desk(), [*"quit", "enter"]).result == 0


def test_the_history_is_private_and_keeps_no_endless_line() -> None:
    kept = History()
    kept.add("pin buf")
    kept.add("x" * (MAX_LINE + 1))
    assert History().lines == ["pin buf"]
    assert stat.S_IMODE(history.path().stat().st_mode) == 0o600


def test_both_front_ends_keep_one_history() -> None:
    at_the_prompt = Remembered()
    at_the_prompt.store_string("read buf[0]")
    History().add("pin buf")
    assert History().lines == ["read buf[0]", "pin buf"]
    assert list(Remembered().load_history_strings()) == ["pin buf", "read buf[0]"]


def pasted(text: str) -> tuple[Desk, str, str]:
    """The desk, what stands in the line, and what is said below, after a paste."""
    found: list[str] = []

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.command_line.post_message(Paste(text))
        await settled(pilot)
        error = screen.command_line.error
        found.extend((screen.command_line.value, error.message if error else ""))

    made = desk()
    sitting(made, then)
    return made, found[0], found[1]


async def settled(pilot: Tried) -> None:
    """Wait until no pasted line waits."""
    for _ in range(10):
        await press(pilot)


def test_lines_that_are_pasted_run_one_after_the_other() -> None:
    made, left, error = pasted("mmap buf 2\r\nread buf[0]\n\npin buf[0] as p\n")
    assert [entry.line for entry in made.lab.timeline.entries] == list(PINNED)
    assert (left, error) == ("", "")


def test_pasted_lines_stop_at_the_first_that_is_refused() -> None:
    made, left, error = pasted("mmap buf 2\nraed buf[0]\npin buf[0] as p\nunpin p\n")
    assert [entry.line for entry in made.lab.timeline.entries] == ["mmap buf 2"]
    assert left == "raed buf[0]"
    assert error.endswith("of the pasted lines 2 did not run")


def test_pasted_control_characters_are_shown_and_not_obeyed() -> None:
    made = desk()
    made.log.items.clear()
    seen = drive(made, [*"pin", "space", "enter"])
    assert "\x1b" not in seen.text


def test_a_failure_of_ours_ends_the_screen_with_it() -> None:
    made = desk()

    def fail(line: str) -> None:
        raise RuntimeError(line)

    made.lab.execute = fail  # type: ignore[method-assign, assignment]
    result = drive(made, [*"audit", "enter"]).result
    assert isinstance(result, RuntimeError)


def test_what_is_typed_behind_an_error_takes_the_place_of_the_wrong_word() -> None:
    seen = drive(desk(*PINNED), [*"raed", "space", *"buf", "enter", *"read", "enter"])
    assert seen.ran == ["raed buf", "read buf"]
    assert "Ctrl+C empties the line" in drive(desk(), [*"raed", "enter"]).text
