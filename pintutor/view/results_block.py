"""What commands about disks return, as rows."""

from __future__ import annotations

from typing import Any

from pintutor.lab.disks import Dio, DiskMade, Happened
from pintutor.lab.events import Events
from pintutor.lab.passthrough import Passed
from pintutor.lab.results import Table
from pintutor.view.results import plural
from pintutor.view.results_memory import result_rows
from pintutor.view.rows import Row, row
from pintutor.view.wrap import wrap

__all__ = ["result_rows"]

MOST_BIOS = 8
"""Bios that are named."""


@result_rows.register
def _(result: DiskMade, width: int) -> tuple[Row, ...]:
    told = result.note or f"a disk of {result.size} bytes, blocks of {result.lbs}"
    return wrap(row((result.name, "name"), f"  {told}"), width, indent=2)


@result_rows.register
def _(result: Dio, width: int) -> tuple[Row, ...]:
    where = f"   {result.op} {result.name} at {result.offset}"
    if result.error == "-EIOCBQUEUED":
        note = f"{where}, {plural(result.asked, 'byte')} under way"
        return wrap(row("= ", result.error, (note, "note")), width, indent=2)
    if result.error:
        return wrap(row("= ", (result.error, "bad"), (where, "note")), width, indent=2)
    short = "" if result.ret == result.asked else f" of {result.asked}"
    note = f"{where}, {result.ret}{short} bytes"
    return wrap(row("= ", (str(result.ret), "number"), (note, "note")), width, indent=2)


@result_rows.register
def _(result: Happened, width: int) -> tuple[Row, ...]:
    bios = _bios(result.bios) or "no bio"
    calls = "".join(
        f"; {call.name}: {call.error or plural(call.ret, 'byte')}" for call in result.calls
    )
    note = f"   {result.waiting} waiting" if result.waiting else ""
    text = f"  {bios} ended{calls}"
    return wrap(row((result.name, "name"), text, (note, "note")), width, indent=2)


@result_rows.register
def _(result: Passed, width: int) -> tuple[Row, ...]:
    where = f"   {result.op} {result.name} at {result.offset}"
    if result.bios:
        note = f"{where}, {plural(result.asked, 'byte')} under way: {_bios(result.bios)}"
        return wrap(row("= ", ("0", "number"), (note, "note")), width, indent=2)
    ended = f"; the disk says {result.status}" if result.status else ""
    short = f", {plural(result.resid, 'byte')} not transferred" if result.resid else ""
    note = f"{where}, {plural(result.asked, 'byte')}{short}{ended}"
    shown = (result.error, "bad") if result.error else (str(result.ret), "number")
    return wrap(row("= ", shown, (note, "note")), width, indent=2)


def _bios(numbers: tuple[int, ...]) -> str:
    """Bios by number, at most a few."""
    more = f" and {len(numbers) - MOST_BIOS} more" if len(numbers) > MOST_BIOS else ""
    return ", ".join(f"bio {nr}" for nr in numbers[:MOST_BIOS]) + more


@result_rows.register
def _(result: Events, width: int) -> tuple[Row, ...]:
    rows = tuple(
        (
            each["t"],
            "  " * (each["depth"] - 1) + each["func"],
            "" if each["iter"] is None else each["iter"]["count"],
            "" if each["bio"] is None else f"{each['bio']['bits']:#x}",
            " ".join(f"{name}={page['rc']}" for name, page in _few(each["pages"])),
            str(each["ret"]),
        )
        for each in result.records
    )
    columns = ("t", "function", "left", "bi_flags", "pages", "returned")
    return result_rows(Table(f"events of {result.line}", columns, rows, result.note), width)


def _few(pages: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(pages.items())[:4]
