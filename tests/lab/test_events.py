"""What the model did as records: the walks that are written down, row by row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pintutor import cli
from pintutor.content.races.event_log import event_log
from pintutor.lab.lab import Lab
from tests.labs import refused, run, started, value

KEYS = {
    *("t", "command", "partial", "actor", "func", "file", "depth"),
    *("args", "iter", "bio", "dio", "pages", "ret"),
}


def records_of(lab: Lab, line: str) -> list[dict[str, Any]]:
    run(lab, line)
    return list(run(lab, "events").records)


def walk(records: list[dict[str, Any]], page: str, *functions: str) -> list[int]:
    """The counts of a page that these functions left, without repeats."""
    seen = [one for one in records if page in one["pages"] and one["func"] in functions]
    counts = [one["pages"][page]["rc"] for one in seen]
    return [rc for rc, before in zip(counts, [0, *counts], strict=False) if rc != before]


def test_two_segments_of_a_page_are_pinned_twice_and_merged() -> None:
    lab = started("mmap A 1", "write A 1", "disk d 64K", kernel="v6.5")
    records = records_of(lab, "dio read d 0 A[0]+0:512 A[0]+512:512")
    functions = ("pin_user_pages_fast", "bio_iov_add_page", "bio_release_pages")
    assert walk(records, "A[0]", *functions) == [1025, 2049, 1025, 1]
    submitted = next(one for one in records if one["func"] == "submit_bio")
    assert (submitted["bio"]["vcnt"], submitted["bio"]["bits"]) == (1, 1)


def test_a_command_from_user_space_shows_its_bio_until_it_is_unmapped() -> None:
    lab = started("mmap A 1", "write A 1", "disk d 64K", kernel="v6.1")
    records = records_of(lab, "sgio read d 0 A")
    functions = ("blk_rq_append_bio", "bio_endio", "bio_release_pages")
    assert walk(records, "A[0]", *functions) == [2, 1]
    assert any(one["func"] == "blk_rq_unmap_user" and one["bio"] for one in records)


LEGACY = (
    *("dio_refill_pages", "dio_get_page", "submit_page_section", "dio_bio_add_page"),
    "__bio_release_pages",
)
"""The functions of the walk."""


def test_without_iomap_a_page_is_held_by_queue_section_and_bio() -> None:
    lines = ("mmap A 3", "write A 1", "file F 8 vfat")
    for kernel, unit in (("v6.1", 1), ("v6.5", 1024)):
        lab = started(*lines, kernel=kernel)
        records = records_of(lab, "dio read F 8192 A+3072:6144")
        counts = walk(records, "A[0]", *LEGACY)
        assert counts == [1 + unit * held for held in (1, 2, 1, 2, 1, 0)]


def test_each_record_has_the_same_keys_and_is_json() -> None:
    lab = started("mmap A 1", "write A 1", "file F 4")
    records = records_of(lab, "dio write F 0 A")
    assert all(set(one) == KEYS for one in records)
    assert [one["t"] for one in records] == list(range(len(records)))
    assert json.loads(json.dumps(records)) == records
    assert any(one["dio"] for one in records)


def test_looking_leaves_the_machine_and_its_step_as_they_were() -> None:
    lab = started("mmap A 1", "write A 1", "disk d 64K", "dio read d 0 A async")
    before = lab.machine.journal.position, lab.timeline.cursor
    run(lab, "events")
    assert (lab.machine.journal.position, lab.timeline.cursor) == before
    assert value(lab, "A[0]._refcount") > 1


def test_before_any_command_there_is_nothing_to_show() -> None:
    assert "no command has run yet" in refused(started(), "events").message


def test_a_file_gives_one_object_a_line(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "walk.pin"
    path.write_text(
        "about: a read\nkernels: v6.1 v6.5\n\nrun:\n  mmap A 1\n  write A 1\n  disk d 64K\n"
        "  dio read d 0 A\n  expect A[0]._refcount == 1\n"
    )
    assert cli.main(["run", str(path), "--events", "--kernel", "v6.5"]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = [json.loads(line) for line in lines]
    assert found == event_log(str(path), kernel="v6.5")
    assert {one["kernel"] for one in found} == {"v6.5"}
