"""Batches: every submission has its right mark or a reason, and a run can be killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pintutor.classroom.batch import Kept, files_in, grade_all, identity, key_of
from pintutor.classroom.class_file import Class
from pintutor.classroom.limits import Limits
from pintutor.classroom.workers import Worker
from tests.classroom.handed_in import marks_of, right, submitted
from tests.classroom.hostile import SCORES, made

COUNT = 80
"""Good submissions in the batch; `pintutor bench grade` takes a thousand."""


def command(folder: Path, *words: str) -> list[str]:
    """The words that mark a folder, with a second for each submission."""
    group = folder.with_suffix(".toml")
    group.write_text("timeout = 1\n")
    return [
        *(sys.executable, "-m", "pintutor", "grade", str(folder), "--jobs", "2"),
        *("--class", str(group), "--reproducible", *words),
    ]


def killed_at(words: list[str], state: Path, lines: int) -> None:
    """Begin a run and kill it when so many lines are written down."""
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        while not state.exists() or state.read_bytes().count(b"\n") < lines:
            assert run.poll() is None, "the run ended before it was killed"
            time.sleep(0.01)
        os.kill(run.pid, signal.SIGKILL)


def submissions(output: Path) -> dict[str, dict[str, Any]]:
    """What came of each file, by its name."""
    found = json.loads(output.read_text())["data"]["submissions"]
    names = [Path(each["file"]).name for each in found]
    assert len(names) == len(set(names)), "a file was marked twice"
    return dict(zip(names, found, strict=True))


def test_a_batch_that_is_killed_and_begun_again_marks_each_file_once_and_rightly(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    expected = made(folder, COUNT)
    output = tmp_path / "marks.json"
    state = tmp_path / "marks.json.state"
    words = command(folder, "--format", "json", "-o", str(output))
    killed_at(words, state, 40)
    with state.open("ab") as file:
        file.write(b'["torn')
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1, done.stderr
    found = submissions(output)
    reasons = {
        name: (each["problem"] or {}).get("code", "") for name, each in found.items()
    }
    assert reasons == expected
    for number in range(COUNT):
        one = found[f"s{number:04}.submission"]
        assert one["score"] == SCORES[number % 4], one
        assert one["changed"] == (number % 4 == 3)
    assert found["deep.submission"]["score"] == found["files.submission"]["score"] == 0
    assert all(
        each["problem"] is None or each["problem"]["message"] for each in found.values()
    )
    assert not state.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "class",
        "class.toml",
        "marks.json",
    ]
    shown = done.stdout + done.stderr + output.read_text()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_what_was_marked_is_taken_up_under_the_same_class_only(tmp_path: Path) -> None:
    state = tmp_path / "x.state"
    first = Kept(state, "one")
    first.open()
    first.add("key", marks_of(submitted(*right())))
    first.close()
    for name, known in (("one", ["key"]), ("two", []), ("one", [])):
        again = Kept(state, name)
        again.open()
        assert list(again.marks) == known
        again.close()


def test_a_line_that_was_never_finished_does_not_spoil_the_next(tmp_path: Path) -> None:
    state = tmp_path / "x.state"
    for key, torn in (("first", b'["torn'), ("second", b"")):
        kept = Kept(state, "one")
        kept.open()
        kept.add(key, marks_of(submitted(*right())))
        kept.close()
        with state.open("ab") as file:
            file.write(torn)
    again = Kept(state, "one")
    again.open()
    assert list(again.marks) == ["first", "second"]
    again.close()


def test_what_was_marked_before_is_not_marked_again(tmp_path: Path) -> None:
    path = tmp_path / "a.submission"
    path.write_text(submitted(*right()).text)
    kept = Kept(tmp_path / "x.state", "one")
    kept.open()
    before = replace(marks_of(submitted(*right())), student="as it was")
    kept.add(key_of(path), before)
    found = grade_all([path], None, Class(), jobs=1, kept=kept, told=lambda *_: None)
    kept.close()
    assert found == [before]


def test_two_runs_do_not_mark_into_one_output(tmp_path: Path) -> None:
    first = Kept(tmp_path / "x.state", "one")
    first.open()
    second = Kept(tmp_path / "x.state", "one")
    with pytest.raises(Exception, match="another run"):
        second.open()
    first.close()


def test_another_class_file_is_another_identity(tmp_path: Path) -> None:
    path = tmp_path / "class.toml"
    path.write_text("timeout = 1\n")
    before = identity(path)
    path.write_text("timeout = 2\n")
    assert len({before, identity(path), identity(None)}) == 3


def test_a_file_that_is_named_twice_is_marked_once(tmp_path: Path) -> None:
    path = tmp_path / "a.submission"
    path.write_text("x")
    (tmp_path / "notes.txt").write_text("x")
    assert files_in([tmp_path, path, path]) == [path]


def test_a_submission_that_takes_too_much_memory_costs_itself_only(tmp_path: Path) -> None:
    greedy = tmp_path / "greedy.submission"
    greedy.write_text(submitted("mmap buf 60000", 'write buf "A"').text)
    fine = tmp_path / "fine.submission"
    fine.write_text(submitted(*right()).text)
    worker = Worker(None, Limits(20, 80))
    try:
        assert worker.marks(greedy).problem == "memory"
        assert worker.marks(fine).all_passed
    finally:
        worker.end()


def test_a_process_that_dies_costs_the_submission_under_way_only(tmp_path: Path) -> None:
    fine = tmp_path / "fine.submission"
    fine.write_text(submitted(*right()).text)
    worker = Worker(None, Limits())
    try:
        assert worker.marks(fine).all_passed
        worker.stop()
        assert worker.marks(fine).problem == "crashed"
        assert worker.marks(fine).all_passed
    finally:
        worker.end()
