"""The lesson screen: focus, tabs, shapes, and a lesson taken with keys."""

import pytest

from pintutor.tui.keys import TABS
from pintutor.view.rows import plain
from tests.tui.screens import PINNED, desk, drive

NARROW = (80, 24)


def test_without_a_lesson_the_command_line_has_the_focus() -> None:
    seen = drive(desk())
    assert seen.focus == "line"
    assert "Enter begins 1.1 A page and its counts" in " ".join(seen.text.split())


def test_enter_begins_the_first_lesson() -> None:
    seen = drive(desk(), ["enter"])
    assert seen.desk.session is not None
    assert seen.focus == "lesson"


def test_a_lesson_begins_with_its_pane() -> None:
    assert drive(desk(lesson="zero-page")).focus == "lesson"


def test_escape_leaves_the_command_line_and_a_colon_goes_back() -> None:
    assert drive(desk(), ["escape"]).focus == "lesson"
    assert drive(desk(), ["escape", "colon"]).focus == "line"
    assert drive(desk(), ["escape", "slash"]).focus == "line"


def test_tab_goes_round_the_panes_of_a_wide_screen() -> None:
    seen = [drive(desk(), ["escape", *["tab"] * count]).focus for count in range(7)]
    assert seen == ["lesson", "log", "source", "pages", "tables", "vmstat", "lesson"]


def test_tab_goes_through_the_tabs_of_a_narrow_screen() -> None:
    seen = [drive(desk(), ["escape", *["tab"] * n], size=NARROW).tab for n in range(8)]
    order = ["lesson", "lesson", "source", "memory", "memory", "memory", "log", "io"]
    assert seen == order


@pytest.mark.parametrize(("key", "tab"), [*zip("123456", TABS, strict=True)])
def test_a_digit_chooses_a_tab(key: str, tab: str) -> None:
    assert drive(desk(*PINNED), ["escape", key], size=NARROW).tab == tab


def test_an_answer_on_a_narrow_screen_shows_the_lesson_that_judges_it() -> None:
    keys = ["enter", "enter", "tab", "2", "colon", *"answer", "space", *"no", "enter"]
    seen = drive(desk(), keys, size=NARROW)
    assert seen.desk.session is not None and seen.desk.session.answers["nothing-yet"].right
    assert (seen.tab, seen.focus) == ("lesson", "lesson")


@pytest.mark.parametrize(
    ("ran", "key", "told"),
    [
        ((), "n", "no command has run yet"),
        (PINNED, "f", "this is the last step"),
        (("mmap buf 2",), "w", "nothing has written zero._refcount so far"),
    ],
)
def test_a_key_that_finds_nowhere_to_go_says_why_in_sight(
    ran: tuple[str, ...], key: str, told: str
) -> None:
    seen = drive(desk(*ran), ["escape", key], size=NARROW)
    assert seen.tab == "lesson"
    assert told in "\n".join(seen.lines[-6:])


def test_the_branches_are_shown_on_a_narrow_screen() -> None:
    assert drive(desk(*PINNED), ["escape", "2", "t"], size=NARROW).tab == "log"


def test_stepping_on_a_narrow_screen_shows_the_source() -> None:
    seen = drive(desk(*PINNED), ["escape", "b"], size=NARROW)
    assert seen.tab == "source"
    assert "▶" in seen.text


def test_asking_on_a_narrow_screen_shows_the_answer() -> None:
    seen = drive(desk(*PINNED), ["escape", "y"], size=NARROW)
    assert seen.tab == "log"
    assert "reserved at boot" in seen.text


def test_a_question_is_answered_in_the_command_line() -> None:
    made = desk(lesson="zero-page")
    session = made.session
    assert session is not None
    while session.step is not None and session.step.kind == "run":
        made.run("go")
    assert session.step is not None and session.step.kind == "predict"
    made.log.items.clear()
    seen = drive(made, ["space", *"4097", "enter"], size=(120, 60))
    assert seen.ran == ["answer 4097"]
    assert session.answers[session.steps[session.current - 1].id].right
    assert seen.focus == "lesson"


def test_space_pages_through_what_is_not_read_yet() -> None:
    made = desk(lesson="zero-page")
    seen = drive(made, ["space"], size=(60, 12))
    assert seen.ran == []


def test_the_arrows_choose_the_page_that_is_asked_about() -> None:
    made = desk("mmap buf 2", 'write buf "A"')
    seen = drive(made, ["escape", *["tab"] * 3, "down", "down", "y"])
    assert seen.ran == [f"why {made.chosen}._refcount"]
    assert made.chosen in ("buf[0]", "buf[1]")


def test_left_and_right_show_the_faces_of_a_patched_function() -> None:
    made = desk(*PINNED)
    made.run("back-until zero._refcount == 1")
    made.run("step")
    before = drive(made, ["escape"]).text
    after = drive(made, ["escape", "right", "right"]).text
    difference = drive(made, ["escape", "right"]).text
    assert "[before]" in before
    assert "[after]" in after and "before runs" in after
    assert "[diff]" in difference and "+" in difference


def test_diff_shows_the_patch_in_the_source_pane_and_again_what_ran() -> None:
    assert "[diff]" in drive(desk(*PINNED), ["escape", "d"]).text
    assert "[diff]" not in drive(desk(*PINNED), ["escape", "d", "d"]).text


@pytest.mark.parametrize(("ran", "keys"), [((), "a"), (("mmap buf 2",), "d")])
def test_a_key_for_a_patch_asks_which_where_none_is_near(
    ran: tuple[str, ...], keys: str
) -> None:
    seen = drive(desk(*ran), ["escape", keys])
    assert (seen.typed, seen.ran) == ({"a": "apply ", "d": "diff "}[keys], [])


def test_where_no_lesson_teaches_a_patch_the_next_release_does() -> None:
    assert drive(desk(*PINNED), ["escape", "a"]).ran == ["apply zero-page-unpinned"]


def test_a_terminal_that_is_too_small_says_so() -> None:
    seen = drive(desk(), size=(38, 10))
    assert "needs 40×12; this terminal is 38×10" in " ".join(seen.text.split())


def test_a_small_terminal_still_shows_one_pane() -> None:
    seen = drive(desk(*PINNED), ["escape", "2"], size=(40, 12))
    assert "▶" in seen.text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (100, 20), (200, 60), (38, 10)])
def test_a_resize_fills_the_screen_again(size: tuple[int, int]) -> None:
    made = desk(*PINNED)
    resized = drive(made, ["escape"], resize=size)
    assert resized.lines == drive(made, ["escape"], size=size).lines


def test_nothing_but_the_changed_lines_is_repainted_by_a_step() -> None:
    made = desk(*PINNED, "back 30")
    before = drive(made, ["escape"]).lines
    after = drive(made, ["escape", "b"]).lines
    changed = sum(old != new for old, new in zip(before, after, strict=True))
    assert 0 < changed < 30


def test_who_wrote_it_is_asked_of_what_the_pane_with_the_focus_shows() -> None:
    made = desk(*PINNED)
    assert made.line("last {field}") == "last zero._refcount"
    made.focus = "tables"
    assert made.line("last {field}") == "last buf[0].pte"
    made.focus = "vmstat"
    assert made.line("last {field}") == "last vmstat.nr_foll_pin_acquired"
    seen = drive(desk(*PINNED), ["escape", *["tab"] * 4, "w"])
    assert (seen.focus, seen.ran) == ("tables", ["last buf[0].pte"])


def test_what_a_hidden_log_was_told_is_laid_out_for_the_room_that_it_gets() -> None:
    seen = drive(desk(*PINNED), ["escape", "3", "y"], size=NARROW)
    told = seen.desk.log.items[-1].told
    assert seen.desk.log.items[-1].line.startswith("why")
    assert max(len(plain(row)) for row in told) > 22
