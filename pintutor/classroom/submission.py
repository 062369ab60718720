"""A submission: what a learner typed in a lesson, as one file that says what it is.

    pintutor submission 1
    lesson: zero-page
    content: sha256:5a3f0b1c2d3e4f50
    kernel: v6.4
    student: ada
    seed: 0
    pintutor: 0.1.0
    lines: 3

    4fe2a91c mmap buf 2
    91bc02d7 answer 1025
    0b7741ee pin buf[0] as p

Before each line stands a hash of it and of all that is before it. A line that was
changed, taken out or put in later is noticed, unless whoever did it made the hashes anew
as well: there is no secret in them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pintutor
from pintutor.classroom.limits import LONGEST_NAME, MOST_LINES
from pintutor.classroom.problem import NotMarked
from pintutor.lab.errors import printable
from pintutor.lab.words import MAX_LINE

FORMAT = "pintutor submission"
VERSION = 1
KEYS = ("lesson", "content", "kernel", "student", "seed", "pintutor", "lines")
_LONGEST_VALUE = 200
_LINE = re.compile(r"(?P<hash>[0-9a-f]{8}) (?P<text>\S.*)")
_NUMBER = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Submission:
    """What a learner hands in."""

    lesson: str
    """Id of the lesson."""
    content: str
    """Hash of the lesson's text."""
    kernel: str
    student: str
    seed: int
    """What the student's variant of the lesson follows from."""
    lines: tuple[str, ...]
    """What was typed, in order."""
    version: str = pintutor.__version__
    """Version of the tutor that it was typed in."""
    first: int = 0
    """Line of the file where `lines` begin."""
    changed: int = 0
    """First line of the file that is not as the tutor wrote it; 0 for none."""

    @property
    def text(self) -> str:
        """The file."""
        head = _head(self)
        parts = [f"{each} {line}" for each, line in _chain(head, self.lines)]
        return "\n".join([*head, "", *parts]) + "\n"


def content_hash(text: str) -> str:
    """What stands for the text of a lesson."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8')).hexdigest()[:16]}"


def read(data: bytes) -> Submission:
    """The submission in the bytes of a file (NotMarked naming the line)."""
    lines = _lines(data)
    _version(lines[0])
    values = [_value(lines, number, key) for number, key in enumerate(KEYS, 2)]
    lesson, content, kernel, student, seed, version, count = values
    blank = len(KEYS) + 2
    if len(lines) >= blank and lines[blank - 1].strip():
        raise NotMarked("bad-line", "an empty line ends the head", line=blank)
    typed = [_typed(lines, number) for number in range(blank + 1, len(lines) + 1)]
    found = Submission(
        lesson,
        content,
        kernel,
        _student(student),
        _number("seed", seed),
        tuple(text for _, text in typed),
        version,
        blank + 1,
    )
    if _number("lines", count) != len(typed):
        what = f"{count} lines were typed, and {len(typed)} are here"
        raise NotMarked("cut-short", what, line=len(lines))
    return _looked_over(found, [each for each, _ in typed])


def _looked_over(found: Submission, hashes: list[str]) -> Submission:
    """The submission, with the first line whose hash is not its own."""
    # The number of lines is one of the values that the first hash covers.
    chain = _chain(_head(found), found.lines)
    pairs = zip((each for each, _ in chain), hashes, strict=True)
    for number, (right, here) in enumerate(pairs, found.first):
        if right != here:
            return replace(found, changed=number)
    return found


def _lines(data: bytes) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        raise NotMarked("not-text", "the file is not UTF-8 text", line=at) from None
    if not text.strip():
        raise NotMarked("empty", "the file is empty")
    lines = [line.removesuffix("\r") for line in text.rstrip().split("\n")]
    if len(lines) > MOST_LINES + len(KEYS) + 2:
        what = f"the file has {len(lines)} lines; {MOST_LINES} are the most"
        raise NotMarked("too-long", what)
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE + 9:
            what = f"the line has {len(line)} characters; {MAX_LINE} are the most"
            raise NotMarked("too-long", what, line=number)
    return lines


def _version(line: str) -> None:
    name, _, version = line.rpartition(" ")
    # What is in a file that is none of ours is not repeated.
    if name != FORMAT or not _NUMBER.fullmatch(version):
        hint = "`submit FILE` in a lesson writes one"
        raise NotMarked("no-submission", "this is no submission", line=1, hint=hint)
    if int(version) != VERSION:
        what = f"this is version {version} of the format; this tutor reads {VERSION}"
        raise NotMarked("other-version", what, line=1)


def _value(lines: list[str], number: int, key: str) -> str:
    line = lines[number - 1] if number <= len(lines) else ""
    found, _, value = line.partition(": ")
    value = value.strip()
    if found != key or not value:
        raise NotMarked("bad-head", f"`{key}: …` belongs here", line=number)
    if len(value) > _LONGEST_VALUE or value != printable(value):
        raise NotMarked("bad-head", f"`{key}` cannot be that", line=number)
    return value


def _student(name: str) -> str:
    if len(name) > LONGEST_NAME:
        what = f"a student's name has at most {LONGEST_NAME} characters"
        raise NotMarked("bad-head", what, line=2 + KEYS.index("student"))
    return name


def _number(key: str, value: str) -> int:
    if not _NUMBER.fullmatch(value):
        what = f"`{key}` is a number, not `{value[:40]}`"
        raise NotMarked("bad-head", what, line=2 + KEYS.index(key))
    return int(value)


def _typed(lines: list[str], number: int) -> tuple[str, str]:
    found = _LINE.fullmatch(lines[number - 1])
    if found is None:
        what = "a line has 8 hexadecimal digits, a space, and what was typed"
        raise NotMarked("bad-line", what, line=number)
    return found["hash"], found["text"].rstrip()


def _head(found: Submission) -> list[str]:
    values = (
        found.lesson,
        found.content,
        found.kernel,
        found.student,
        found.seed,
        found.version,
        len(found.lines),
    )
    pairs = zip(KEYS, values, strict=True)
    return [f"{FORMAT} {VERSION}", *(f"{key}: {value}" for key, value in pairs)]


def _chain(head: Iterable[str], lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each line behind the hash of it and of all before it."""
    digest = hashlib.sha256("\n".join(head).encode("utf-8", "surrogatepass"))
    for line in lines:
        digest.update(b"\n" + line.encode("utf-8", "surrogatepass"))
        yield digest.hexdigest()[:8], line
