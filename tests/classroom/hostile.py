"""A class of submissions: some good, some broken, some hostile, some empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.classroom.handed_in import changed, right, submitted

WHOLE = submitted(*right()).text
SCORES = (5, 4, 2, 5)
"""The points of the four kinds of good submissions, which take turns."""


def good(number: int) -> bytes:
    """A submission that has marks: right, with a wrong answer, unfinished, or changed."""
    student = f"s{number:04}"
    lines = (right(), changed(answer_1026="answer 3"), right()[:4], right())[number % 4]
    text = submitted(*lines, student=student).text
    return (text.replace(student, student.upper()) if number % 4 == 3 else text).encode()


def broken(number: int) -> tuple[bytes, str]:
    """A file that was a submission once, and why it has no marks."""
    lines = WHOLE.splitlines(keepends=True)
    cut = WHOLE[: 40 + number]
    made = (
        (cut.encode(), "bad-head"),
        ("".join(lines[:-1]).encode(), "cut-short"),
        (b"<!DOCTYPE html><title>502</title>", "no-submission"),
        (WHOLE.encode("utf-16"), "not-text"),
        ("".join(lines[:4] + lines[5:]).encode(), "bad-head"),
    )
    return made[number % 5]


def empty(number: int) -> bytes:
    """A file with nothing in it."""
    return (b"", b"\n" * number, b"\xef\xbb\xbf", b" \t\r\n")[number % 4]


ENDLESS = ("mmap buf 200000", 'write buf "A"')
"""Takes longer than anybody waits."""

FILES = {
    "endless": (submitted(*ENDLESS).text, "time"),
    "huge": (WHOLE + "x" * (2 << 20), "too-long"),
    "many": (WHOLE + "01234567 audit\n" * 20_000, "too-long"),
    "wide": (WHOLE + "01234567 " + "x" * 9_000, "too-long"),
    "binary": ("\x7fELF\x02\x01\x01" + "\x00" * 90, "no-submission"),
    "escapes": (WHOLE.replace("ada", "\x1b]0;owned\x07"), "bad-head"),
    "bidi": (WHOLE.replace("ada", "\u202eada"), "bad-head"),
    "version": (WHOLE.replace("submission 1", "submission 9"), "other-version"),
    "absolute": (WHOLE.replace("page-counts", "/etc/passwd"), "unknown-lesson"),
    "path": (WHOLE.replace("page-counts", "../../../../etc/passwd"), "unknown-lesson"),
    "kernel": (WHOLE.replace("v6.4", "v6.4; rm -rf /"), "other-content"),
    "seed": (WHOLE.replace("seed: 0", "seed: 99999999999999999999999"), "bad-head"),
    "content": (WHOLE.replace("sha256:", "sha256:0"), "other-content"),
    "script": ("#!/bin/sh\ntouch owned\n", "no-submission"),
    "pickle": ("cos\nsystem\n(S'touch owned'\ntR.", "no-submission"),
}
"""Hostile files, each with why it has no marks."""

ODD = {
    "deep": ["expect " + 400 * "(" + "1", "answer " + 400 * "-" + "1"],
    "files": ["witness save owned", "submit owned", "source /etc/passwd"],
}
"""Submissions that are carried out and have no points."""


def made(folder: Path, count: int) -> dict[str, str]:
    """Write `count` good files and 60 others; returns why each has no marks, by name.

    It is empty for those that have marks.
    """
    found: dict[str, str] = {}

    def write(name: str, data: bytes, why: str) -> None:
        (folder / f"{name}.submission").write_bytes(data)
        found[f"{name}.submission"] = why

    for number in range(count):
        write(f"s{number:04}", good(number), "")
    for number in range(20):
        write(f"broken-{number}", *broken(number))
        write(f"empty-{number}", empty(number), "empty")
    for name, (text, why) in FILES.items():
        write(name, text.encode(), why)
    for name, lines in ODD.items():
        write(name, submitted(*lines, student=name).text.encode(), "")
    found.update(_odd_files(folder))
    return found


def _odd_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Things that are no files."""
    (folder / "folder.submission").mkdir()
    os.mkfifo(folder / "fifo.submission")
    (folder / "zero.submission").symlink_to("/dev/zero")
    for name in ("folder", "fifo", "zero"):
        yield f"{name}.submission", "unreadable"
