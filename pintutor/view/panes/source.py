"""The source pane: the model function that runs, before, after, or as a difference."""

from __future__ import annotations

from functools import lru_cache

from pintutor.lab.sources import Body, body_of, patches_of, running
from pintutor.patches.diff import diff
from pintutor.patches.livepatch import applied
from pintutor.patches.patch import Patch
from pintutor.patches.series import ALL
from pintutor.sim.function import FUNCTIONS
from pintutor.view.panes.code import Code, diffed, marked, numbered
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.stack import local_values, names_after
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import wrap

FACES = ("before", "after", "diff")
"""The sides that a function has which a patch changes."""

ROOMY = 10
"""In a lower pane there are only lines of source [rows]."""


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
    layers = applied(now.lab.machine)
    patch = _patch(layers, body, prefer)
    own = "after" if patch in layers else "before"
    listing, local = _face(layers, body, local, patch, face or own, own)
    here = listing.runs[local] if local >= 0 else -1
    rows = marked(listing.rows, here)
    rows = rows or (row(("  this kernel has no such function", "dim")),)
    roomy = local >= 0 and height >= ROOMY
    tail = (*_locals(now, width), _calls(now, width)) if roomy else ()
    room = height - len(tail)
    current = listing.changed if here < 0 else here
    shown = _window(*_folded(rows, listing.docstring, current, room), room)
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


@lru_cache(maxsize=256)
def _patch(layers: tuple[Patch, ...], body: Body, prefer: tuple[str, ...]) -> Patch | None:
    """The patch to compare with, among those that change the function.

    One of `prefer` if there is; else the next that could be applied; else the body's own.
    """
    found = [
        patch
        for patch in patches_of(body.function)
        if _difference(patch, _others(layers, patch), body.function)
    ]
    wanted = [patch for patch in found if patch.name in prefer]
    ahead = [patch for patch in found if patch not in layers]
    own = [patch for patch in found if patch.name == body.origin]
    return next(iter((*wanted, *ahead, *own)), None)


@lru_cache(maxsize=256)
def _others(layers: tuple[Patch, ...], patch: Patch) -> tuple[Patch, ...]:
    """The applied patches that go below a patch."""
    place = ALL.index(patch)
    return tuple(each for each in layers if ALL.index(each) < place)


def _aside(patch: Patch, face: str, ran: str) -> Row:
    parts = [Segment(f"{patch.name}  ", "dim")]
    for each in FACES:
        name = f"[{each}]" if each == face else f" {each} "
        parts.append(Segment(name, "current" if each == face else "dim"))
    if face != ran:
        parts.append(Segment(f" {ran} runs", "note"))
    return tuple(parts)


def _face(
    layers: tuple[Patch, ...],
    body: Body,
    local: int,
    patch: Patch | None,
    face: str,
    ran: str,
) -> tuple[Code, int]:
    """The lines of a face, and which of those that run there is `local`, or -1."""
    if patch is None or face == ran:
        return numbered(body.lines), local
    both = _difference(patch, _others(layers, patch), body.function)
    if face == "diff":
        side = "-" if ran == "after" else "+"
        same = body.lines == tuple(line[2:] for line in both if line[0] != side)
        return diffed(both, after=ran == "after"), local if same else -1
    wanted = "- " if face == "after" else "+ "
    return numbered(tuple(line[2:] for line in both if not line.startswith(wanted))), -1


@lru_cache(maxsize=256)
def _difference(patch: Patch, below: tuple[Patch, ...], function: str) -> tuple[str, ...]:
    """Both bodies of a function, without and with a patch, as one list of lines.

    It is empty where the patch does not change the function.
    """
    found = (each.lines for each in diff(patch, below) if each.function == function)
    return next(found, ())


def _folded(
    rows: tuple[Row, ...], docstring: tuple[int, int], current: int, room: int
) -> tuple[tuple[Row, ...], int]:
    """The rows, without the docstring's later lines where there is no room for them."""
    first, last = docstring
    if len(rows) <= room or first == last:
        return rows, current
    begun = (*rows[first], Segment(" …", "dim"))
    kept = (*rows[:first], begun, *rows[last + 1 :])
    return kept, current - (last - first) if current > last else min(current, first)


def _window(rows: tuple[Row, ...], current: int, room: int) -> tuple[Row, ...]:
    """The rows round the current one; the window moves by half its height at a time."""
    if len(rows) <= room:
        return rows
    half = max(1, room // 2)
    start = max(0, current) // half * half - half // 2
    start = max(0, min(start, len(rows) - room))
    shown = [*rows[start : start + room]]
    if room < ROOMY // 2:
        return tuple(shown)
    if start:
        shown[0] = row("  ", (f"… {start + 1} lines above", "dim"))
    below = len(rows) - start - room
    if below:
        shown[-1] = row("  ", (f"… {below + 1} lines below", "dim"))
    return tuple(shown)


def _locals(now: Moment, width: int) -> tuple[Row, ...]:
    """The local variables after the line, in at most two rows; old → new where it did."""
    found = local_values(now, now.event, names_after(now)) if now.event else []
    if not found:
        return (row((" locals  none", "dim")),)
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
