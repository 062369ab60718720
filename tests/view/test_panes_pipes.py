"""The pipe pane: slots, what is in them, who holds it, and what a step changed."""

from pintutor.view.narrate import narrate
from pintutor.view.panes import moment
from pintutor.view.panes.pipes import pipe_rows
from pintutor.view.rows import as_text
from tests.labs import Lab, run, started
from tests.view.scenes import at, scene


def _drawn(lab: Lab, *, width: int = 120) -> str:
    return as_text(pipe_rows(moment(lab), width, 20).rows)


def _line(lab: Lab, part: str) -> str:
    (found,) = (line for line in _drawn(lab).splitlines() if part in line)
    return found


def _told(lab: Lab) -> set[str]:
    found = set()
    for step in range(lab.timeline.total + 1):
        lab.timeline.seek(step)
        found.add(narrate(lab, step))
    return found


def test_a_pipe_shows_its_ring_before_and_after() -> None:
    first = _drawn(scene("piped")).splitlines()[0]
    assert first == "~ P  2 of 4 slots in use   head 3   tail 0 → 1   4196 bytes"


def test_a_slot_shows_its_part_of_a_page_its_flags_and_how_it_is_held() -> None:
    line = _line(scene("piped"), "slot 1")
    assert line.startswith("   slot 1  P[0]  buf[1] ████████   offset 0   len 4096   gift")
    assert line.endswith("user_page   _refcount 2 = 1 map + 1 pipe")


def test_a_part_of_a_page_is_drawn_sector_by_sector() -> None:
    line = _line(scene("piped"), "slot 2")
    assert "P[1]  its own page ▓·······   offset 0   len 100   can_merge   anon" in line


def test_a_slot_that_was_used_up_just_now_has_a_minus() -> None:
    assert _line(scene("piped"), "slot 0") == " - slot 0  buf[0] was given back"
    assert "slot 0" not in _drawn(at("piped", "mmap more 1"))


def test_a_slot_that_was_filled_just_now_has_a_plus() -> None:
    assert _line(at("piped", "vmsplice P buf[2]"), "slot 3").startswith(" + slot 3  P[2]")


def test_what_a_step_took_out_of_a_buffer_stands_before_and_after() -> None:
    lab = at("piped")
    while "offset 0 → 4096" not in _drawn(lab):
        run(lab, "back")
    assert _line(lab, "offset 0 →").startswith(" ~ slot 0  P[0]  buf[0] ········")


def test_a_pipe_that_was_closed_is_told() -> None:
    assert _drawn(at("piped", "close P")) == "- 1 pipe closed"


def test_a_slot_says_who_else_holds_its_page() -> None:
    lab = at("piped", "get buf[1] as g")
    assert "_refcount 3 = 1 map + 1 pipe + 1 get g[0]" in _line(lab, "slot 1")


def test_without_a_pipe_the_pane_says_how_to_make_one() -> None:
    assert "`pipe p` makes one" in _drawn(scene("mapped"))


def test_a_long_ring_is_cut_and_counted() -> None:
    lab = started("mmap buf 40", "pipe P 64", "vmsplice P buf")
    assert "… 8 slots more" in _drawn(lab)


def test_what_happens_to_a_ring_is_told_in_words() -> None:
    told = _told(at("piped"))
    assert "one slot of the pipe P is filled: its head is 1." in told
    assert "one slot of the pipe P is used up: its tail is 1." in told
    assert "4096 bytes of a buffer of the pipe P are used up: 0 are left." in told
