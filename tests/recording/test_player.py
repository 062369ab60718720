"""Going forward and back in a play, and the machine that stands there."""

from __future__ import annotations

from pintutor.content.answers import evaluate
from pintutor.lab.lab import Lab
from pintutor.recording.beats import Manner
from pintutor.recording.player import Player
from pintutor.recording.sources import lesson_named
from tests.recording.plays import BARE, script, shown


def player(manner: Manner = BARE) -> Player:
    """A player of the talk, at its end."""
    found = Player(script(), manner)
    found.through()
    return found


def zero(lab: Lab) -> object:
    """The count of the zero page."""
    return evaluate(lab, "zero._refcount")


def test_the_model_goes_back_with_the_play() -> None:
    found = player()
    counts = []
    while True:
        counts.append(zero(found.lab()))
        if not found.back():
            break
    assert counts == [1, 1025, 1, 1, 1]


def test_going_forward_again_shows_the_same() -> None:
    found = player()
    before = list(found.beats)
    while found.back():
        pass
    found.through()
    assert found.beats == before
    assert found.at == len(before) - 1


def test_within_a_command_the_machine_stands_at_the_step() -> None:
    found = player(Manner())
    found.to("pinned")
    step = found.where.total
    seen = []
    while found.forward() and found.beat is not None and found.beat.kind == "step":
        lab = found.lab()
        assert lab.timeline.cursor == found.where.step < step
        seen.append(zero(lab))
    assert seen == [1, 1025, 1025]


def test_what_is_tried_there_leaves_the_play_as_it_is() -> None:
    found = player()
    found.to("pinned")
    lab = found.lab()
    lab.execute("unpin p")
    assert (zero(lab), zero(found.lab())) == (1, 1025)


def test_marks_are_reached_by_name_in_both_directions() -> None:
    found = Player(script(), BARE)
    assert found.to("given-back") and found.beat is not None
    assert found.beat.line == "unpin p"
    assert found.to("pinned") and found.beat.line == "pin buf[0] as p"
    assert not found.to("nowhere")
    assert found.beat.line == "pin buf[0] as p"


def test_marks_are_reached_one_after_the_other() -> None:
    found = Player(script(), BARE)
    forward = []
    while found.to_mark(1) and found.beat is not None:
        forward.append(found.beat.mark)
    assert forward == ["pinned", "given-back"]
    assert found.to_mark(-1) and found.beat is not None and found.beat.mark == "pinned"
    assert not found.to_mark(-1)


def test_the_next_line_is_known_before_it_is_typed() -> None:
    found = Player(script(), BARE)
    told = []
    while found.forward():
        told.append(found.upcoming)
    assert told == ["mmap buf 2", "read buf[0]", "pin buf[0] as p", "unpin p", ""]


def test_the_next_line_of_a_lesson_is_known_too() -> None:
    found = Player(lesson_named("page-counts"), Manner())
    found.to_mark(1)
    while not found.upcoming:
        found.forward()
    ahead = found.upcoming
    while found.forward() and found.beat is not None and not found.beat.prompt:
        pass
    assert found.beat is not None and ahead == found.beat.line


def test_what_who_presents_typed_is_replayed_too() -> None:
    given = iter(["mmap buf 1", "pin buf as p"])
    talk = script("#: kernel v6.4\n#: wait p.count == 1\nunpin p\n")
    found = Player(talk, BARE, asker=lambda condition: next(given, None))
    found.through()
    found.back()
    assert evaluate(found.lab(), "p.count") == 1


def test_what_was_shown_before_a_beat_does_not_have_its_own_rows() -> None:
    found = player()
    found.to("pinned")
    assert found.beat is not None
    text = "\n".join("".join(part.text for part in row) for row in found.shown(80))
    assert "read buf[0]" in text
    assert shown([found.beat]).splitlines()[0] not in text
