"""The progress file: whole, readable, and never lost."""

import json
import threading
from pathlib import Path

import pytest

from pintutor.content.progress import Store, default_path
from pintutor.content.record import Answer, Record

RECORD = Record(["map"], {"bias": Answer("5", right=False)}, {"swap": 2}, ["mmap a 1"], 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state" / "progress.json")


def test_what_was_saved_is_loaded(store: Store) -> None:
    assert store.save("x", RECORD) == ()
    assert Store(store.path).load() == {"x": RECORD}


def test_without_a_file_nothing_is_done_and_nothing_is_said(store: Store) -> None:
    assert store.load() == {}
    assert store.tell() == ()


def test_the_file_can_be_read_by_a_person(store: Store) -> None:
    store.save("x", RECORD)
    text = store.path.read_text()
    assert json.loads(text)["lessons"]["x"]["answers"]["bias"]["text"] == "5"
    assert text.count("\n") > 10


def test_saving_one_lesson_keeps_the_others(store: Store) -> None:
    store.save("x", RECORD)
    store.save("y", Record())
    assert set(store.load()) == {"x", "y"}


def test_a_lesson_can_be_forgotten(store: Store) -> None:
    store.save("x", RECORD)
    store.save("x", None)
    assert store.load() == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00\xff",
        '{"schema": "other", "v": 1, "lessons": {}}',
        '{"schema": "pintutor/progress", "v": 2, "lessons": {}}',
        '{"schema": "pintutor/progress", "v": 1, "lessons": []}',
        '{"schema": "pintutor/progress", "v": 1, "lessons": {"x": {"done": 1}}}',
        "[" * 100_000,
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside_and_not_lost(
    store: Store, text: str
) -> None:
    store.path.parent.mkdir()
    store.path.write_text(text)
    assert store.load() == {}
    (note,) = store.tell()
    assert "cannot be read" in note
    assert store.path.read_text() == text
    (note,) = store.save("x", RECORD)
    assert "set aside as progress.unreadable-1" in note
    assert store.path.with_suffix(".unreadable-1").read_text() == text
    assert store.load() == {"x": RECORD}


def test_two_files_set_aside_do_not_overwrite_each_other(store: Store) -> None:
    store.path.parent.mkdir()
    for text in ("one", "two"):
        store.path.write_text(text)
        store.save("x", RECORD)
    aside = sorted(store.path.parent.glob("*.unreadable-*"))
    assert [path.read_text() for path in aside] == ["one", "two"]


def test_a_folder_that_cannot_be_made_is_a_note_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (note,) = Store(tmp_path / "file" / "progress.json").save("x", RECORD)
    assert "cannot be saved" in note


def test_what_went_wrong_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "progress.json")
    assert len(store.save("x", RECORD)) == 1
    assert store.save("x", RECORD) == ()


def test_nothing_but_the_file_and_its_lock_is_left_behind(store: Store) -> None:
    store.save("x", RECORD)
    assert {path.name for path in store.path.parent.iterdir()} == {
        "progress.json",
        "progress.lock",
    }


def test_sittings_that_save_at_once_lose_nothing(store: Store) -> None:
    def save(name: str) -> None:
        for _ in range(5):
            Store(store.path).save(name, RECORD)

    threads = [threading.Thread(target=save, args=(f"l{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(store.load()) == {"l0", "l1", "l2", "l3"}


def test_the_file_lies_in_the_state_directory(own_home: Path) -> None:
    assert default_path() == own_home / "state" / "pintutor" / "progress.json"
