"""What each command returns, as rows: one function a kind of result."""

from __future__ import annotations

import os
from functools import singledispatch

from pintutor.lab.files import Filed
from pintutor.lab.gup_calls import FaultedIn
from pintutor.lab.pipes import Piped
from pintutor.lab.results import (
    Accessed,
    Forked,
    Gup,
    Mapped,
    Patched,
    Poked,
    Released,
    Table,
    TaskChosen,
    Told,
    Verdict,
    Vfio,
)
from pintutor.view.folding import listed
from pintutor.view.grid import table_rows
from pintutor.view.markdown import hangs, inline, markdown_rows
from pintutor.view.rows import Row, row
from pintutor.view.wrap import noted, wrap

MOST_NAMES = 12
"""Functions or patches that are named when another kernel is chosen."""


def plural(count: int, word: str) -> str:
    """A number and its noun: `1 page`, `2 pages`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@singledispatch
def result_rows(result: object, width: int) -> tuple[Row, ...]:
    """Rows for the result of a command; none for None."""
    return () if result is None else wrap(row(str(result)), width)


@result_rows.register
def _(result: Mapped, width: int) -> tuple[Row, ...]:
    return wrap(
        row(
            (result.name, "name"),
            f"  {result.start:#x}  ",
            plural(result.pages, "page"),
            (f"  {' '.join(result.flags)}", "dim"),
        ),
        width,
        indent=2,
    )


@result_rows.register
def _(result: Filed, width: int) -> tuple[Row, ...]:
    told = f"  {result.action}, {plural(result.pages, 'page')}"
    note = f"; {result.note}" if result.note else ""
    return wrap(row((result.name, "name"), told, (note, "dim")), width, indent=2)


@result_rows.register
def _(result: Piped, width: int) -> tuple[Row, ...]:
    if result.function == "alloc_pipe_info":
        return (row((result.name, "name"), "  a pipe, nothing is in it"),)
    held = f"{result.function}: {plural(result.buffers, 'buffer')} in the pipe"
    if result.error:
        return noted(row("= ", (result.error, "bad")), held, width)
    more = " …" if 2 * result.ret > len(result.value) else ""
    value = f": {digits(result.value)}{more}" if result.value else ""
    told = f"  {plural(result.ret, 'byte')}{value}"
    return noted(row((result.name, "name"), told), held, width)


@result_rows.register
def _(result: Accessed, width: int) -> tuple[Row, ...]:
    faults = plural(result.faults, "page fault") if result.faults else "no page fault"
    if result.signal:
        return (row("= ", (result.signal, "bad"), (f"   {faults}", "note")),)
    data = digits(result.value)
    verb = "written" if result.write else "read"
    return wrap(row("= ", (data, "number"), (f"   {verb}, {faults}", "note")), width)


def digits(value: str) -> str:
    """Bytes in hexadecimal: `41 42`, or `00 ×16` when all are the same."""
    parts = [value[n : n + 2] for n in range(0, len(value), 2)]
    if len(parts) > 4 and len(set(parts)) == 1:
        return f"{parts[0]} ×{len(parts)}"
    return " ".join(parts)


@result_rows.register
def _(result: FaultedIn, width: int) -> tuple[Row, ...]:
    note = f"   of {result.size} bytes of {result.where} could not be faulted in"
    return wrap(row("= ", (str(result.left), "number"), (note, "note")), width)


@result_rows.register
def _(result: Gup, width: int) -> tuple[Row, ...]:
    return (*_gup_rows(result, width), *_locked_rows(result.locked, width))


def _locked_rows(locked: int | None, width: int) -> tuple[Row, ...]:
    """What became of mmap_lock, for a call that was let drop it."""
    if locked is None:
        return ()
    what = "is still held" if locked else "was dropped, and is not held any more"
    text = row("locked", " = ", (str(locked), "number"), (f"   mmap_lock {what}", "note"))
    return wrap(text, width, indent=2)


def _gup_rows(result: Gup, width: int) -> tuple[Row, ...]:
    if result.ret <= 0:
        error = f"{result.error}  {os.strerror(-result.ret)}" if result.ret else "0"
        note = f"   {result.function}: nothing is held"
        if result.name:
            had = f"{result.times} calls had the page, {result.name} holds it"
            note = f"   of {result.asked} times {result.function}: {had}"
        role = "bad" if result.ret else "number"
        return wrap(row("= ", (error, role), (note, "note")), width, indent=2)
    if not result.name:
        note = f"   {result.function}: there is no array to hold them"
        text = plural(result.ret, "page")
        return wrap(row("= ", (text, "number"), (note, "note")), width, indent=2)
    pages = listed(result.pages)
    more = result.ret - len(result.pages)
    parts: list[str | tuple[str, str]] = [
        (result.name, "name"),
        f" = {plural(result.ret, 'page')}: [",
        (pages, "name"),
        f" and {more} more]" if more > 0 else "]",
    ]
    if result.times > 1:
        parts.append((f"   {result.times} times", "note"))
    elif result.ret < result.asked:
        parts.append((f"   short: {result.asked} were asked for", "note"))
    return wrap(row(*parts), width, indent=2)


@result_rows.register
def _(result: Released, width: int) -> tuple[Row, ...]:
    left = f"{result.left} left" if result.left else "none left, the name is gone"
    text = f"{plural(result.pages, 'page')} given back by {result.function}, {left}"
    return wrap(row((result.name, "name"), f"  {text}"), width, indent=2)


@result_rows.register
def _(result: Forked, width: int) -> tuple[Row, ...]:
    if result.error:
        return (row("= ", (result.error, "bad"), ("   no task was made", "note")),)
    told = f"  task {result.pid}; `{result.name}: COMMAND` runs a command as it"
    return wrap((*row((result.name, "name")), *inline(told)), width, indent=2)


@result_rows.register
def _(result: TaskChosen, width: int) -> tuple[Row, ...]:
    told = {"chosen": "runs the commands that follow", "killed": "is killed"}
    text = f"  task {result.pid} {told.get(result.action, 'has ended')}"
    return wrap(row((result.name, "name"), text), width, indent=2)


@result_rows.register
def _(result: Vfio, width: int) -> tuple[Row, ...]:
    if result.error:
        note = f"   {result.name} is not mapped"
        return wrap(row("= ", (result.error, "bad"), (note, "note")), width, indent=2)
    text = f"  {result.iova:#x}, {plural(result.pages, 'page')} {result.action}"
    note = (
        f"   locked_vm {result.charged:+}" if result.charged else "   locked_vm as before"
    )
    return wrap(row((result.name, "name"), text, (note, "note")), width, indent=2)


@result_rows.register
def _(result: Poked, width: int) -> tuple[Row, ...]:
    note = "   set by hand: no kernel did this, the books do not know of it"
    return wrap(
        row((result.field, "name"), f" = {result.new}", (note, "note")), width, indent=2
    )


@result_rows.register
def _(result: Patched, width: int) -> tuple[Row, ...]:
    merged = ", ".join(part for part in (result.commit, result.release) if part)
    rows = [
        *wrap(
            row(
                (f"{result.action}  ", "title"),
                (_patched(result), "name"),
                (f"   {merged}" if merged else "", "dim"),
            ),
            width,
            indent=2,
        )
    ]
    if result.functions:
        words = "has a new body" if len(result.functions) == 1 else "have new bodies"
        more = len(result.functions) - MOST_NAMES
        rest = f" and {more} more" if more > 0 else ""
        names = " ".join(result.functions[:MOST_NAMES])
        rows += wrap(row((f"  {names}{rest} {words} from now on", "note")), width, indent=4)
    else:
        rows.append(row(("  no function has another body", "note")))
    return tuple(rows)


def _patched(result: Patched) -> str:
    """What was applied or reverted: a subject, or patches by name, at most a few."""
    patches = result.subject.split(", ") if result.action == "kernel" else []
    if len(patches) > MOST_NAMES:
        return f"{len(patches)} patches"
    return result.subject or result.name


@result_rows.register
def _(result: Verdict, width: int) -> tuple[Row, ...]:
    if result.holds:
        return wrap(row(("holds", "good"), f"   {result.expected}"), width, indent=8)
    lines = wrap(row(("! ", "bad"), f"does not hold: {result.expected}"), width, indent=4)
    values = (
        row(f"  {text} is ", (_value(value), "number")) for text, value in result.operands
    )
    return (*lines, *(part for one in values for part in wrap(one, width, indent=4)))


def _value(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 1 << 20:
        return f"{value} ({value:#x})"
    return str(value)


@result_rows.register
def _(result: Told, width: int) -> tuple[Row, ...]:
    rows = list(wrap(inline(result.title, role="title"), width)) if result.title else []
    apart = False
    for paragraph in result.paragraphs:
        told = markdown_rows(paragraph, width=width)
        long = len(told) > 1 and not hangs(paragraph)
        if rows and (apart or long):
            rows.append(())
        rows += told
        apart = long
    return tuple(rows)


@result_rows.register
def _(result: Table, width: int) -> tuple[Row, ...]:
    if result.rows:
        rows = table_rows(result, width)
    else:
        rows = [row((f"{result.title}: none", "dim"))]
    if result.note:
        rows += wrap((*row("  "), *inline(result.note, role="note")), width, indent=2)
    return tuple(rows)
