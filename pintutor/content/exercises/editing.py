"""Changing a script line by line: what `edit` does to a draft."""

from __future__ import annotations

from pintutor.content.exercises import draft as drafts
from pintutor.content.exercises.draft import HOLE, holes_of, require_allowed
from pintutor.content.exercises.program import Program
from pintutor.lab.errors import CommandError, Span
from pintutor.lab.words import Word

Place = tuple[int, int]
"""A hole and a line in it."""


def places(program: Program, draft: str) -> list[Place | None]:
    """Where each line of the script stands; None for one that is given."""
    holes = iter(enumerate(drafts.texts_in(draft)))
    found: list[Place | None] = []
    for part in program.parts:
        if part != HOLE:
            found.append(None)
            continue
        hole, texts = next(holes)
        found += [(hole, index) for index in range(max(1, len(texts)))]
    return found


def edited(program: Program, draft: str, where: Word, line: Word | None) -> str:
    """The draft with a line replaced, put in or taken out (CommandError).

    `where` is `3` for line 3, `+3` for behind it, `-3` to take it out.
    """
    sign, number = _number(where)
    texts = drafts.texts_in(draft)
    if sign == "-":
        hole, at = _place(program, draft, where, number)
        del texts[hole][at : at + 1]
        return drafts.text_of(texts)
    new = _new(where, line)
    if sign == "+":
        hole, at = _behind(program, draft, where, number)
        texts[hole][at:at] = new
    else:
        hole, at = _place(program, draft, where, number)
        texts[hole][at : at + 1] = new
    return drafts.text_of(texts)


def _number(where: Word) -> tuple[str, int]:
    sign = where.text[:1] if where.text[:1] in ("+", "-") else ""
    digits = where.text[len(sign) :]
    if digits.isdecimal() and len(digits) < 4:
        return sign, int(digits)
    hint = "`edit 3 LINE` changes line 3, `edit +3 LINE` adds one, `edit -3` takes it out"
    what = "this is no line of the script"
    raise CommandError(what, where.span, code="bad-line", hint=hint)


def _new(where: Word, line: Word | None) -> list[str]:
    """The lines to put in (CommandError where one cannot stand in a script)."""
    if line is None:
        span = Span(where.stop, where.stop)
        hint = f"`edit -{where.text.strip('+')}` takes a line out"
        raise CommandError("a line is missing", span, code="missing-argument", hint=hint)
    words = [word for hole in holes_of(line) for word in hole]
    for word in words:
        require_allowed(word)
    return [word.text for word in words]


def _place(program: Program, draft: str, where: Word, number: int) -> Place:
    """Where a line stands that may be changed (CommandError for another)."""
    found = places(program, draft)
    place = found[number - 1] if 0 < number <= len(found) else None
    if place is None:
        raise _given(found, where, number)
    return place


def _behind(program: Program, draft: str, where: Word, number: int) -> Place:
    """Where a line behind that one would stand (CommandError in what is given)."""
    found = [None, *places(program, draft), None]
    if number > len(found) - 2:
        raise _given(found[1:-1], where, number)
    before, after = found[number], found[number + 1]
    if before is not None:
        hole, at = before
        return hole, at + bool(drafts.texts_in(draft)[hole])
    if after is not None:
        return after
    raise _given(found[1:-1], where, number)


def _given(found: list[Place | None], where: Word, number: int) -> CommandError:
    if number > len(found):
        what = f"the script has {len(found)} lines"
    else:
        what = f"line {number} is given"
    own = ", ".join(str(n) for n, place in enumerate(found, 1) if place is not None)
    hint = f"yours are {own}"
    return CommandError(what, where.span, code="bad-line", hint=hint)
