"""Scripts and lessons played without a terminal: what is shown, and what does not hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pintutor.content import catalogue
from pintutor.content.errors import ContentError
from pintutor.content.lesson import load
from pintutor.recording.beats import Manner
from pintutor.recording.playing import Run
from pintutor.recording.script import parse
from pintutor.recording.sources import find, lesson_named
from tests.recording.plays import BARE, HERE, TALK, played, script, shown

RACE = re.compile(r"^(explore|witness|race|bisect|compare) ", re.MULTILINE)
QUICK = [
    one.front.id
    for one in catalogue.lessons()
    if not RACE.search(one.path.read_text(encoding="utf-8"))
    if one.front.topic != "Capstones"
][::5]
"""Some lessons that take no time; `pintutor play --all` plays them all."""


def wrong(text: str) -> list[tuple[int, str]]:
    """Where a script does not hold, and why."""
    return [(beat.number, beat.wrong) for beat in played(text) if beat.wrong]


def test_a_script_types_its_lines_in_order() -> None:
    lines = [beat.line for beat in played() if beat.prompt]
    assert lines == ["mmap buf 2", "read buf[0]", "pin buf[0] as p", "unpin p"]


def test_comments_are_said_before_the_line_below_them() -> None:
    first, second, *_ = played()
    assert (first.kind, first.source) == (
        "say",
        "Memory that was only **read** is the zero page.",
    )
    assert second.line == "mmap buf 2"


def test_marks_and_notes_belong_to_the_beat_below_them() -> None:
    pinned = next(beat for beat in played() if beat.mark == "pinned")
    assert pinned.line == "pin buf[0] as p"
    assert pinned.notes == ("Ask who knows the number.",)


def test_a_script_that_holds_has_nothing_wrong() -> None:
    assert wrong(TALK) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("pin bff", "`pin bff` cannot be carried out: no range is called `bff`"),
        ("expect zero._refcount == 7", "expected zero._refcount == 7, but"),
        ("#: wait zero._refcount == 7", "`zero._refcount == 7` does not hold: zero"),
        ("#: wait nobody.count == 1", "does not hold: "),
        ("#: results 0000000000000000", "not to 0000000000000000"),
    ],
)
def test_what_does_not_hold_is_named_with_its_line(line: str, why: str) -> None:
    ((number, told),) = wrong(f"#: kernel v6.4\nmmap buf 1\n{line}\n")
    assert number == 3
    assert why in told


def test_the_play_goes_on_behind_what_does_not_hold() -> None:
    beats = played("expect zero._refcount == 7\nmmap buf 1\n")
    assert [bool(beat.wrong) for beat in beats] == [True, False]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#: wiat x == 1", "no cue is called `wiat`; did you mean `wait`?"),
        ("#: wait", "`#: wait` says nothing"),
        ("#: wait 1 +", "the expression"),
        ("#: kernel v9.9", "v9.9"),
        ("#: mark two words", "cannot be the name of a mark"),
        ("pni buf", "no such command"),
    ],
)
def test_a_script_that_cannot_be_read_is_refused_at_the_line(line: str, why: str) -> None:
    with pytest.raises(ContentError, match=re.escape(why)) as caught:
        parse(f"mmap buf 1\n{line}\n", HERE)
    assert caught.value.line == 2


def test_a_condition_takes_lines_from_who_presents_until_it_holds() -> None:
    given = iter(["mmap buf 1", "nonsense", "pin buf as p"])
    text = "#: kernel v6.4\n#: wait p.count == 1\nunpin p\n"
    run = Run(script(text), BARE, asker=lambda condition: next(given, None))
    beats = list(run)
    assert [beat.line for beat in beats] == [
        "mmap buf 1",
        "nonsense",
        "pin buf as p",
        "unpin p",
    ]
    assert not any(beat.wrong for beat in beats)


def test_who_presents_may_give_a_condition_up() -> None:
    run = Run(script("#: wait zero._refcount == 7\n"), BARE, asker=lambda condition: None)
    assert [bool(beat.wrong) for beat in run] == [True]


def test_a_command_is_walked_through_the_steps_that_changed_what_it_told() -> None:
    beats = played(TALK, Manner())
    pin = next(n for n, beat in enumerate(beats) if beat.line == "pin buf[0] as p")
    walked = [beat for beat in beats[pin + 1 :] if beat.kind == "step"][:3]
    assert "zero  _refcount  1 → 1025  +1024" in shown(walked)
    assert [beat.where.step for beat in walked] == sorted({b.where.step for b in walked})


def test_the_machine_stands_at_the_end_after_a_walk() -> None:
    run = Run(script(), Manner())
    for beat in run:
        if beat.kind == "line":
            assert beat.where.step == beat.where.total
    assert run.stage.where.step == run.stage.where.total


def test_a_scenario_is_played_on_its_first_kernel_or_on_another() -> None:
    both = [find("zero-page"), find("scenarios/short-pin.pin")]
    assert [each.kernel for each in both] == ["v6.4", "v5.17"]
    assert find("scenarios/short-pin.pin", kernel="v6.5").kernel == "v6.5"


def test_lines_for_other_kernels_are_not_typed() -> None:
    text = "about: x\nkernels: v6.4 v6.5\nrun:\n  mmap b 1\n  on <v6.5: pin b as p\n"
    lines = [
        [cue.text for cue in parse(text, HERE, kernel=kernel).cues if cue.kind == "line"]
        for kernel in ("v6.4", "v6.5")
    ]
    assert lines == [["mmap b 1", "pin b as p"], ["mmap b 1"]]


@pytest.mark.parametrize("name", QUICK)
def test_a_lesson_plays_to_its_end(name: str) -> None:
    run = Run(lesson_named(name), BARE)
    assert [beat.wrong for beat in run if beat.wrong] == []
    assert run.upcoming == ""


def test_a_lesson_with_a_race_plays_to_its_end() -> None:
    assert not [beat.wrong for beat in Run(lesson_named("race-tee"), BARE) if beat.wrong]


def test_every_step_of_a_lesson_is_a_mark() -> None:
    lesson = lesson_named("get-versus-pin")
    marks = [beat.mark for beat in Run(lesson, BARE) if beat.mark]
    asked = [step.id for step in lesson.steps if step.kind not in ("text", "after")]
    assert marks == [name for name in asked if name in marks]
    assert len(marks) > 5


def test_questions_can_be_answered_wrongly_first() -> None:
    beats = list(Run(lesson_named("page-counts"), Manner(steps=False, wrong_first=True)))
    told = shown(beats)
    assert "\nwrong\n" in told and "not so" in told
    assert not [beat.wrong for beat in beats if beat.wrong]


def test_who_presents_a_lesson_is_told_the_answers() -> None:
    beats = list(Run(lesson_named("page-counts"), BARE))
    answers = [beat.line for beat in beats if beat.line.startswith("answer ")]
    noted = [note for beat in beats for note in beat.notes]
    assert answers and set(answers) <= set(noted)


def test_playing_a_lesson_keeps_no_progress(own_home: Path) -> None:
    list(Run(lesson_named("page-counts"), BARE))
    assert not list(own_home.rglob("*")) if own_home.exists() else True


def test_a_lesson_that_cannot_be_done_says_where(tmp_path: Path) -> None:
    folder = tmp_path / "lessons" / "01-a" / "01-b"
    folder.mkdir(parents=True)
    original = lesson_named("page-counts").front.path
    (folder / "lesson.md").write_text(original.read_text())
    lesson = load(folder)
    *_, last = Run(lesson, BARE)
    task = next(step for step in lesson.steps if step.kind == "task")
    assert last.wrong == f"the task `{task.id}` was not done by that"
    assert last.number == task.line
