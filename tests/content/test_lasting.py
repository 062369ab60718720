"""What a power failure cannot take: answers, the end of a lesson, and what was left."""

from __future__ import annotations

import os

import pytest

from pintutor.content.learner.progress import Store, default_path
from pintutor.content.learner.record import Answer, Record
from tests.labs import run
from tests.tutors import Tutor


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long the progress file was each time that it was brought to the disk."""
    found: list[int] = []
    fsync = os.fsync

    def noted(file: int) -> None:
        fsync(file)
        if os.path.samestat(os.fstat(file), default_path().stat()):
            found.append(os.fstat(file).st_size)

    Store().save("other", Record(lines=["mmap other 1"]))
    monkeypatch.setattr(os, "fsync", noted)
    return found


def test_an_answer_is_on_the_disk_before_it_is_told(synced: list[int]) -> None:
    Store().save("x", Record(answers={"bias": Answer("5", right=False)}))
    assert synced == [default_path().stat().st_size]


def test_so_is_the_end_of_a_lesson(synced: list[int]) -> None:
    Store().save("x", Record(complete=True))
    assert synced == [default_path().stat().st_size]


def test_a_command_does_not_wait_for_the_disk(synced: list[int]) -> None:
    store, answers = Store(), {"bias": Answer("1024", right=True)}
    store.save("x", Record(answers=answers))
    store.save("x", Record(answers=dict(answers), lines=["mmap a 1"]))
    store.save("x", Record(answers=dict(answers), lines=["mmap a 1", "pin a"]))
    assert len(synced) == 1


def test_what_is_forgotten_stays_forgotten(synced: list[int]) -> None:
    Store().forget(["other"])
    assert synced == [default_path().stat().st_size]


def test_who_leaves_in_the_midst_of_a_lesson_leaves_all_on_the_disk(
    synced: list[int],
) -> None:
    tutor = Tutor("lesson zero-page")
    run(tutor.lab, "go")
    assert synced == []
    tutor.leave()
    assert synced == [default_path().stat().st_size]


def test_who_took_no_lesson_waits_for_nothing(synced: list[int]) -> None:
    Tutor("mmap a 1").leave()
    assert synced == []
