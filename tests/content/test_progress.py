"""The progress file: whole, readable, and never lost."""

import json
import os
import threading
from pathlib import Path

import pytest

from pintutor.content.learner import journal
from pintutor.content.learner.journal import Journal
from pintutor.content.learner.progress import SCHEMA, VERSION, Store, default_path
from pintutor.content.learner.record import Answer, Mistake, Record

RECORD = Record(["map"], {"bias": Answer("5", right=False)}, {"swap": 2}, ["mmap a 1"], 1)
HEAD = '{"schema": "pintutor/progress", "v": 2, "made": 0}\n'


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state" / "progress.jsonl")


def written(store: Store, text: str) -> Store:
    store.path.parent.mkdir(exist_ok=True)
    store.path.write_text(text, encoding="utf-8")
    return store


def names(store: Store) -> set[str]:
    return {path.name for path in store.path.parent.iterdir()}


def test_what_was_saved_is_loaded(store: Store) -> None:
    assert store.save("x", RECORD) == ()
    assert Store(store.path).load() == {"x": RECORD}


def test_without_a_file_nothing_is_done_and_nothing_is_said(store: Store) -> None:
    assert store.load() == {}
    assert store.tell() == ()
    assert not store.path.parent.exists()


def test_the_file_has_a_line_for_each_thing_that_was_kept(store: Store) -> None:
    store.save("x", RECORD)
    store.save("y", Record(lines=["mmap b 2"]))
    _, *lines = store.path.read_text().splitlines()
    assert [json.loads(line)["lesson"] for line in lines] == ["x", "y"]
    assert lines[1] == '{"lesson": "y", "lines": ["mmap b 2"]}'


def test_text_that_was_no_text_is_kept_as_it_was(store: Store) -> None:
    odd = Record(lines=["mmap \udcff 1", "über"])
    store.save("x", odd)
    assert store.load() == {"x": odd}


def test_the_lesson_worked_at_last_stands_last(store: Store) -> None:
    for name in ("x", "y", "x"):
        store.save(name, RECORD)
    assert list(store.load()) == ["y", "x"]


def test_a_lesson_can_be_forgotten(store: Store) -> None:
    store.save("x", RECORD)
    store.forget(["x"])
    assert store.load() == {}


def test_a_lesson_that_is_reset_keeps_its_mistakes_alone(store: Store) -> None:
    mistakes = {"bias": Mistake(["5"])}
    store.save("x", Record(["map"], lines=["mmap a 1"], complete=True, mistakes=mistakes))
    store.reset(["x"])
    assert store.load() == {"x": Record(take=2, mistakes=mistakes)}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]\n",
        "\x00\xff",
        '{"schema": "other", "v": 2}\n',
        '{"schema": "pintutor/progress", "v": 3}\n',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_none_of_ours_is_set_aside_and_not_lost(
    store: Store, text: str
) -> None:
    written(store, text)
    assert store.load() == {}
    (note,) = store.tell()
    assert "cannot be read" in note
    assert store.path.read_text() == text
    (note,) = store.save("x", RECORD)
    assert "set aside as progress.damaged-1" in note
    assert store.path.with_suffix(".damaged-1").read_text() == text
    assert store.load() == {"x": RECORD}


def test_two_files_set_aside_do_not_overwrite_each_other(store: Store) -> None:
    for text in ("one", "two"):
        written(store, text).save("x", RECORD)
    aside = sorted(store.path.parent.glob("*.damaged-*"))
    assert [path.read_text() for path in aside] == ["one", "two"]


def test_a_last_line_that_was_never_finished_is_left_out_and_said(store: Store) -> None:
    store.save("x", RECORD)
    with store.path.open("a") as file:
        file.write('{"lesson": "x", "li')
    assert store.load() == {"x": RECORD}
    (note,) = store.tell()
    assert "the last line was never finished" in note
    assert names(store) == {"progress.jsonl", "progress.lock"}
    assert (store.load(), store.tell()) == ({"x": RECORD}, ())


def test_a_last_line_without_its_newline_counts(store: Store) -> None:
    store.save("x", RECORD)
    os.truncate(store.path, store.path.stat().st_size - 1)
    assert store.load() == {"x": RECORD}
    store.save("y", RECORD)
    assert set(store.load()) == {"x", "y"}


@pytest.mark.parametrize(
    "line",
    ["\x00\x00", "[1]", '{"done": []}', '{"lesson": "x", "done": 1}', '{"lesson": 3}'],
)
def test_damage_in_the_midst_is_left_out_and_the_file_is_copied(
    store: Store, line: str
) -> None:
    text = f'{HEAD}{line}\n{{"lesson": "y", "lines": ["mmap b 2"]}}\n'
    written(store, text)
    assert store.load() == {"y": Record(lines=["mmap b 2"])}
    (note,) = store.tell()
    assert "line 2 cannot be read and left out" in note
    assert store.path.with_suffix(".damaged-1").read_text(encoding="utf-8") == text
    assert (set(store.load()), store.tell()) == ({"y"}, ())


def test_a_file_that_cannot_be_mended_is_read_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    store.save("x", RECORD)
    with store.path.open("a") as file:
        file.write('{"lesson": "x", "li')
    monkeypatch.setattr(journal, "replace", refuse)
    assert store.load() == {"x": RECORD}
    assert any("it stays so: read-only" in note for note in store.tell())


def test_where_no_lock_can_be_made_the_file_is_read_and_written(store: Store) -> None:
    store.path.with_suffix(".lock").mkdir(parents=True)
    assert store.save("x", RECORD) == ()
    assert store.load() == {"x": RECORD}


def test_an_empty_file_is_one_that_is_none_of_ours(store: Store) -> None:
    assert written(store, "").load() == {}
    store.save("x", RECORD)
    assert store.load() == {"x": RECORD}


def test_the_file_of_the_first_version_is_read_and_left_as_it_is(store: Store) -> None:
    store.path.parent.mkdir()
    old = store.path.with_suffix(".json")
    kept = {"done": ["map"], "answers": {}, "hints": {}, "lines": ["mmap a 1"], "part": 1}
    whole = {"schema": SCHEMA, "v": 1, "lessons": {"x": {**kept, "complete": False}}}
    old.write_text(json.dumps(whole))
    was = Record(["map"], lines=["mmap a 1"], part=1)
    assert store.load() == {"x": was}
    store.save("y", RECORD)
    assert store.load() == {"x": was, "y": RECORD}
    assert json.loads(old.read_text()) == whole


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "pintutor/progress", "v": 1}'])
def test_a_file_of_the_first_version_that_cannot_be_read_is_named(
    store: Store, text: str
) -> None:
    store.path.parent.mkdir()
    store.path.with_suffix(".json").write_text(text)
    assert store.load() == {}
    (note,) = store.tell()
    assert "progress.json" in note


def test_two_sittings_of_a_lesson_keep_what_each_was_given(store: Store) -> None:
    store.save("x", Record(["a"], {"a": Answer("1", True)}, {"t": 2}, ["one"]))
    store.save("x", Record(["b"], {"b": Answer("2", False)}, {"t": 1}, ["two"]))
    kept = store.load()["x"]
    assert (set(kept.answers), kept.hints) == ({"a", "b"}, {"t": 2})
    assert (kept.done, kept.lines) == (["b"], ["two"])


def test_a_sitting_of_a_past_take_moves_nobody(store: Store) -> None:
    store.save("x", Record(["a"], lines=["one"], take=2))
    store.save("x", Record(["a", "b"], {"b": Answer("2", True)}, take=1, complete=True))
    kept = store.load()["x"]
    assert (kept.done, kept.lines, kept.answers) == (["a"], ["one"], {})
    assert kept.complete


def test_a_mistake_stays_corrected_until_it_happens_again(store: Store) -> None:
    def mistake(texts: list[str], corrected: int = 0) -> bool:
        store.save("x", Record(mistakes={"q": Mistake(texts, corrected)}))
        return store.load()["x"].mistakes["q"].is_open

    assert mistake(["5"])
    assert not mistake(["5"], 1)
    assert not mistake(["5"])  # of a sitting that does not know
    assert mistake(["5", "6"], 1)


def test_a_folder_that_cannot_be_made_is_a_note_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (note,) = Store(tmp_path / "file" / "progress.jsonl").save("x", RECORD)
    assert note.startswith("nothing is kept: ")


def test_what_went_wrong_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "progress.jsonl")
    assert len(store.save("x", RECORD)) == 1
    assert store.save("x", RECORD) == ()


def test_nothing_but_the_file_and_its_lock_is_left_behind(store: Store) -> None:
    store.save("x", RECORD)
    assert names(store) == {"progress.jsonl", "progress.lock"}


def test_a_file_that_has_grown_is_made_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "GROWN", 500)
    for number in range(50):
        store.save("x", Record(lines=[f"mmap a{number} 1"]))
    assert len(store.path.read_text().splitlines()) < 15
    assert store.load() == {"x": Record(lines=["mmap a49 1"])}


def test_a_file_that_is_long_because_much_is_kept_is_not_made_anew_each_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "GROWN", 500)
    store.save_all({f"x{number}": RECORD for number in range(20)})
    inode = store.path.stat().st_ino
    for _ in range(5):
        store.save("x1", RECORD)
    assert store.path.stat().st_ino == inode


def test_a_file_too_long_to_be_read_is_none_of_ours(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save("x", RECORD)
    monkeypatch.setattr(journal, "MOST", 10)
    assert store.load() == {}
    assert "longer than" in store.tell()[0]


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


def test_what_is_exported_is_a_progress_file(store: Store, tmp_path: Path) -> None:
    store.save("x", RECORD)
    store.export(tmp_path / "other.jsonl")
    assert Store(tmp_path / "other.jsonl").load() == {"x": RECORD}
    assert Journal(tmp_path / "other.jsonl", SCHEMA, VERSION).read().damaged == ()


def test_the_file_lies_in_the_state_directory(own_home: Path) -> None:
    assert default_path() == own_home / "state" / "pintutor" / "progress.jsonl"
