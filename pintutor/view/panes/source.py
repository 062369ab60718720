"""The source pane: the model function that runs, before, after, or as a difference."""

from __future__ import annotations

import io
import keyword
import tokenize
from functools import lru_cache

from pintutor.lab.sources import Body, body_of, patches_of, running
from pintutor.patches.diff import diff
from pintutor.patches.livepatch import applied
from pintutor.patches.patch import Patch
from pintutor.patches.series import ALL
from pintutor.sim.function import FUNCTIONS
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.stack import local_values, names_after
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import wrap

FACES = ("before", "after", "diff")
"""The sides that a function has which a patch changes."""

ROOMY = 10
"""In a lower pane there are only lines of source [rows]."""
SIGNS = {"+": "added", "-": "removed", " ": "plain"}
"""What stands before a line of a difference, and its role."""

_TOKENS = {
    tokenize.COMMENT: "comment",
    tokenize.STRING: "string",
}


def source_rows(
    now: Moment,
    width: int,
    height: int,
    *,
    face: str = "",
    prefer: tuple[str, ...] = (),
    function: str = "",
) -> Pane:
    """The function at the cursor with the line that ran marked, its locals and callers.

    `face` is one of FACES for a function that a patch changes; empty for what ran.
    `prefer` names the patches to compare with first. `function` is another to show.
    """
    if now.event is None and not function:
        return Pane(row("source"), (), _nothing(now, width))
    ran = body_of(now.event.code) if now.event else None
    if ran is not None and function in ("", ran.function):
        body, local = ran, now.event.line - ran.first if now.event else -1
    else:
        body, local = _body(now, function), -1
    patch = _patch(now, body, prefer)
    own = "after" if patch in now.lab.machine.patches else "before"
    lines, current = _face(now, body, local, patch, face or own, own)
    lines = lines or [row(("  this kernel has no such function", "dim"))]
    roomy = local >= 0 and height >= ROOMY
    tail = (*_locals(now, width), _calls(now, width)) if roomy else ()
    room = height - len(tail)
    shown = _window(*_folded(lines, current, room), room)
    blank = ((),) * (room - len(shown)) if tail else ()
    title = row(f"{body.file}  ", (body.function, "name"))
    aside = _aside(patch, face or own, own) if patch is not None else ()
    return Pane(title, aside, (*shown, *blank, *tail))


def _body(now: Moment, function: str) -> Body:
    """The body that runs now; one without lines where the function is not there yet."""
    handle = FUNCTIONS[function]
    found = running(handle, now.lab.machine.patches)
    return found or Body(function, handle.file, "", 0, ())


def _nothing(now: Moment, width: int) -> tuple[Row, ...]:
    if now.stand.entry is None:
        text = "The model's source appears here, line by line, once a command has run it."
    else:
        text = f"`{now.stand.entry.line}` ran no function of the kernel."
    return wrap(row((f" {text}", "dim")), width - 1, indent=1)


def _patch(now: Moment, body: Body, prefer: tuple[str, ...]) -> Patch | None:
    """The patch to compare with, among those that change the function.

    One of `prefer` if there is; else the next that could be applied; else the body's own.
    """
    found = [
        patch
        for patch in patches_of(body.function)
        if _difference(patch, _others(now, patch), body.function)
    ]
    wanted = [patch for patch in found if patch.name in prefer]
    ahead = [patch for patch in found if patch not in now.lab.machine.patches]
    own = [patch for patch in found if patch.name == body.origin]
    return next(iter((*wanted, *ahead, *own)), None)


def _others(now: Moment, patch: Patch) -> tuple[Patch, ...]:
    """The applied patches that go below a patch."""
    place = ALL.index(patch)
    return tuple(each for each in applied(now.lab.machine) if ALL.index(each) < place)


def _aside(patch: Patch, face: str, ran: str) -> Row:
    parts = [Segment(f"{patch.name}  ", "dim")]
    for each in FACES:
        name = f"[{each}]" if each == face else f" {each} "
        parts.append(Segment(name, "current" if each == face else "dim"))
    if face != ran:
        parts.append(Segment(f" {ran} runs", "note"))
    return tuple(parts)


def _face(
    now: Moment, body: Body, local: int, patch: Patch | None, face: str, ran: str
) -> tuple[list[Row], int]:
    """The lines of a face, and the index of the line that ran, or -1."""
    if patch is None or face == ran:
        return _numbered(body.lines, local), local
    both = _difference(patch, _others(now, patch), body.function)
    if face == "diff":
        side = "-" if ran == "after" else "+"
        same = body.lines == tuple(line[2:] for line in both if line[0] != side)
        return _diffed(both, local if same else -1, after=ran == "after")
    wanted = "- " if face == "after" else "+ "
    texts = tuple(line[2:] for line in both if not line.startswith(wanted))
    return _numbered(texts, -1), -1


@lru_cache(maxsize=256)
def _difference(patch: Patch, below: tuple[Patch, ...], function: str) -> tuple[str, ...]:
    """Both bodies of a function, without and with a patch, as one list of lines.

    It is empty where the patch does not change the function.
    """
    found = (each.lines for each in diff(patch, below) if each.function == function)
    return next(found, ())


def _diffed(both: tuple[str, ...], local: int, *, after: bool) -> tuple[list[Row], int]:
    """A difference, and the index of the line that ran, else of the first change."""
    coloured = iter(_highlight(tuple(line[2:] for line in both if line[0] != "-")))
    rows: list[Row] = []
    current = changed = seen = -1
    for index, line in enumerate(both):
        sign, code = line[0], () if line[0] == "-" else next(coloured)
        runs = sign != ("-" if after else "+")
        seen += runs
        here = runs and seen == local
        current = index if here else current
        if sign != " ":
            changed = index if changed < 0 else changed
            code = row((line[2:], SIGNS[sign]))
        lead = row(("▶" if here else " ", "current"), (f" {sign} ", SIGNS[sign]))
        rows.append((*lead, *code))
    return rows, changed if current < 0 else current


def _numbered(lines: tuple[str, ...], current: int) -> list[Row]:
    rows = []
    for index, code in enumerate(_highlight(lines)):
        here = index == current
        mark = Segment("▶" if here else " ", "current")
        number = Segment(f"{index + 1:3} ", "current" if here else "dim")
        rows.append((mark, number, *code))
    return rows


def _folded(rows: list[Row], current: int, room: int) -> tuple[list[Row], int]:
    """The rows, without the docstring's later lines where there is no room for them."""
    strings = [index for index, one in enumerate(rows) if _is_string(one)]
    if len(rows) <= room or not strings:
        return rows, current
    first = last = strings[0]
    for index in strings[1:]:
        if all(not one[2:] for one in rows[last + 1 : index]):
            last = index
    gone = last - first
    kept = rows[: first + 1] + rows[last + 1 :]
    return kept, current - gone if current > last else min(current, first)


def _is_string(one: Row) -> bool:
    """True for a row whose code is nothing but a string, as in a docstring."""
    code = [segment for segment in one[2:] if segment.text.strip()]
    return bool(code) and all(segment.role == "string" for segment in code)


def _window(rows: list[Row], current: int, room: int) -> tuple[Row, ...]:
    """The rows round the current one; the window moves by half its height at a time."""
    if len(rows) <= room:
        return tuple(rows)
    half = max(1, room // 2)
    start = max(0, current) // half * half - half // 2
    start = max(0, min(start, len(rows) - room))
    shown = rows[start : start + room]
    if room < ROOMY // 2:
        return tuple(shown)
    if start:
        shown[0] = row("  ", (f"… {start + 1} lines above", "dim"))
    below = len(rows) - start - room
    if below:
        shown[-1] = row("  ", (f"… {below + 1} lines below", "dim"))
    return tuple(shown)


@lru_cache(maxsize=256)
def _highlight(lines: tuple[str, ...]) -> tuple[Row, ...]:
    """The lines with keywords, strings and comments told apart."""
    roles = [["plain"] * len(line) for line in lines]
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            _paint(roles, token)
    except (tokenize.TokenError, SyntaxError):
        pass  # a part of a function may end within a bracket
    return tuple(_segments(line, role) for line, role in zip(lines, roles, strict=True))


def _paint(roles: list[list[str]], token: tokenize.TokenInfo) -> None:
    role = _TOKENS.get(token.type)
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        role = "keyword"
    if role is None:
        return
    (first, start), (last, stop) = token.start, token.end
    for number in range(first, last + 1):
        line = roles[number - 1]
        left = start if number == first else 0
        right = stop if number == last else len(line)
        line[left:right] = [role] * (right - left)


def _segments(line: str, roles: list[str]) -> Row:
    parts: list[Segment] = []
    for character, role in zip(line, roles, strict=True):
        if parts and parts[-1].role == role:
            parts[-1] = Segment(parts[-1].text + character, role)
        else:
            parts.append(Segment(character, role))
    return tuple(parts)


def _locals(now: Moment, width: int) -> tuple[Row, ...]:
    """The local variables after the line, in at most two rows; old → new where it did."""
    found = local_values(now, now.event, names_after(now)) if now.event else []
    rows: list[list[str | tuple[str, str]]] = [[(" locals ", "dim")]]
    used = 8
    for each in found:
        sign = "~" if each.changed else ""
        value = f"{each.old}→{each.new}" if each.changed else each.new
        size = len(sign) + len(each.name) + len(value) + 3
        if used + size > width and used > 8:
            if len(rows) == 2:
                rows[-1].append(("…", "dim"))
                break
            rows.append([" " * 8])
            used = 8
        role = "new" if each.changed else "number"
        rows[-1] += [" ", (sign, "delta"), each.name, ("=", "dim"), (value, role)]
        used += size - 1
    return tuple(row(*parts) for parts in rows)


def _calls(now: Moment, width: int) -> Row:
    """The functions on the stack, outermost first, cut in the middle when too long."""
    names = _fitting([event.function for event in now.calls], width - 9)
    parts: list[str | tuple[str, str]] = [(" call   ", "dim"), " "]
    for number, name in enumerate(names):
        parts += [(" ▸ ", "dim")] if number else []
        parts.append((name, "name" if number == len(names) - 1 else "plain"))
    return row(*parts)


def _fitting(names: list[str], room: int) -> list[str]:
    """The first name and as many of the last as fit, with `…` for those between."""
    shorter = [[names[0], "…", *names[-kept:]] for kept in range(len(names) - 2, 0, -1)]
    for each in (names, *shorter):
        if len(" ▸ ".join(each)) <= room:
            return each
    return ["…", names[-1]]
