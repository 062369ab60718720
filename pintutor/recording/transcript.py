"""Transcripts: `.session` files, what was typed and what was shown, run and compared.

    #: kernel v6.4
    # Until the first prompt `#` begins a comment.
    v6.4 ▸ mmap buf 2
    buf  0x7f0000000000  2 pages  anon read write
    ...
    v6.4 ▸ pin buf[0] as p
    p = 1 page: * (glob)

A line `...` stands for any lines; in a line that ends in ` (glob)`, `*` and `?` stand
for any characters. `#: lesson ID` runs the lines in that lesson.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from pintutor.content.errors import ContentError, read_text
from pintutor.recording.beats import Beat
from pintutor.recording.script import RULE
from pintutor.view.rows import as_text

ANY = "..."
GLOB = " (glob)"
MOST_DIGITS = 19
"""A seed has fewer."""
KEYS = ("kernel", "lesson", "seed", "width")

_PROMPT = re.compile(r"v\d\S* (?:▸|>) (?P<line>.*)")
_HEADER = re.compile(r"#: *(?P<key>\S+) +(?P<value>.*?)\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """What was typed, and what was shown after it."""

    number: int
    """Line of the file on which the line stands; 0 for what stands before all lines."""
    line: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A `.session` file."""

    path: Path
    head: tuple[str, ...]
    """The comments and headers at its beginning, as they stand there."""
    opening: Block
    """What is shown before the first line: of a lesson, its first text."""
    blocks: tuple[Block, ...]
    kernel: str = ""
    """The kernel to start on; empty for the default, or the lesson's."""
    lesson: str = ""
    """The lesson that the lines are typed in; empty for none."""
    seed: int = 0
    """Which variant of the lesson."""
    width: int = 80
    """Columns of what was shown."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where something else is shown than the file says."""

    number: int
    """Line of the file, from 1."""
    line: str
    """What was typed."""
    rows: tuple[str, ...]
    """The lines of both, each behind ` `, `-` (of the file) or `+` (shown now)."""


def load(path: Path) -> Transcript:
    """Read a transcript (ContentError)."""
    return parse(read_text(path), path)


def parse(text: str, path: Path) -> Transcript:
    """The transcript that a text writes (ContentError at the line at fault)."""
    lines = text.splitlines()
    head = 0
    while head < len(lines) and lines[head].startswith("#"):
        head += 1
    found = Transcript(path, tuple(lines[:head]), Block(0, "", ()), ())
    for number, line in enumerate(lines[:head], 1):
        found = _with_header(found, number, line)
    blocks = list(_blocks(lines, head))
    if len(blocks) == 1:
        what = "the transcript has no line that was typed"
        hint = "a line begins with the prompt: v6.4 ▸ mmap buf 2"
        raise ContentError(path, max(1, len(lines)), what, hint=hint, rule=RULE)
    return replace(found, opening=blocks[0], blocks=tuple(blocks[1:]))


def _with_header(found: Transcript, number: int, line: str) -> Transcript:
    header = _HEADER.fullmatch(line)
    if header is None:
        return found
    key, value = header["key"], header["value"]
    if key not in KEYS:
        hint = "there is " + ", ".join(f"`#: {each}`" for each in KEYS)
        what = f"a transcript has no header `{key}`"
        raise ContentError(found.path, number, what, hint=hint, rule=RULE)
    if key == "kernel":
        return replace(found, kernel=value)
    if key == "lesson":
        return replace(found, lesson=value)
    if key == "seed" and value.isdecimal() and len(value) < MOST_DIGITS:
        return replace(found, seed=int(value))
    if key == "seed":
        raise ContentError(found.path, number, "a seed is a whole number", rule=RULE)
    if not value.isdecimal() or not 40 <= int(value[:4]) <= 200:
        what = "the width is a number of columns, from 40 to 200"
        raise ContentError(found.path, number, what, rule=RULE)
    return replace(found, width=int(value))


def _blocks(lines: Sequence[str], head: int) -> Iterator[Block]:
    number, typed = 0, ""
    shown: list[str] = []
    for at, line in enumerate(lines[head:], head + 1):
        prompt = _PROMPT.fullmatch(line)
        if prompt is None:
            shown.append(line)
            continue
        yield Block(number, typed, tuple(shown))
        number, typed, shown = at, prompt["line"], []
    yield Block(number, typed, tuple(shown))


def written(beats: Iterable[Beat], head: Sequence[str]) -> str:
    """The beats as a transcript under these first lines."""
    texts = list(head)
    for beat in beats:
        if beat.prompt:
            texts.append(f"{beat.prompt}{beat.line}".rstrip())
        if beat.rows:
            texts += as_text(beat.rows).split("\n")
    return "\n".join(texts) + "\n"


def compared(transcript: Transcript, beats: Iterable[Beat]) -> list[Difference]:
    """Where the beats of the transcript's lines show something else than it says."""
    shown = _grouped(beats)
    whole = (transcript.opening, *transcript.blocks)
    return [
        Difference(max(1, block.number), block.line, _told(block.shown, now))
        for block, (_, now) in zip(whole, shown, strict=True)
        if not matches(block.shown, now)
    ]


def updated(transcript: Transcript, beats: Iterable[Beat]) -> str:
    """The transcript's text with what is shown now, where it says something else."""
    texts = list(transcript.head)
    whole = (transcript.opening, *transcript.blocks)
    for block, (prompt, now) in zip(whole, _grouped(beats), strict=True):
        if prompt:
            texts.append(f"{prompt}{block.line}".rstrip())
        texts += block.shown if matches(block.shown, now) else now
    return "\n".join(texts) + "\n"


def _grouped(beats: Iterable[Beat]) -> list[tuple[str, tuple[str, ...]]]:
    """The prompt of each line, and the lines shown behind it; first what comes before."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for beat in beats:
        if beat.prompt:
            found.append((beat.prompt, []))
        if beat.rows:
            found[-1][1].extend(as_text(beat.rows).split("\n"))
    return [(prompt, tuple(lines)) for prompt, lines in found]


def matches(expected: Sequence[str], shown: Sequence[str]) -> bool:
    """Whether lines are what a transcript says; blank lines at the end do not count."""
    pattern = "".join(_pattern(line) for line in _trimmed(expected))
    text = "".join(f"{line}\n" for line in _trimmed(shown))
    return re.fullmatch(pattern, text) is not None


def _pattern(line: str) -> str:
    if line == ANY:
        return "(?:.*\n)*"
    if not line.endswith(GLOB):
        return re.escape(line) + "\n"
    whole = re.escape(line.removesuffix(GLOB))
    return whole.replace(r"\*", ".*").replace(r"\?", ".") + "\n"


def _trimmed(lines: Sequence[str]) -> list[str]:
    found = [line.rstrip() for line in lines]
    while found and not found[-1]:
        found.pop()
    return found


def _told(expected: Sequence[str], shown: Sequence[str]) -> tuple[str, ...]:
    old, new = _trimmed(expected), _trimmed(shown)
    rows: list[str] = []
    for tag, left, right, first, last in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            rows += [f"  {line}" for line in old[left:right]]
        else:
            rows += [f"- {line}" for line in old[left:right]]
            rows += [f"+ {line}" for line in new[first:last]]
    return tuple(rows)
