"""What commands about disks return, as rows."""

from __future__ import annotations

from pintutor.lab.disks import Dio, DiskMade, Happened
from pintutor.lab.passthrough import Passed
from pintutor.view.iters import result_rows
from pintutor.view.results import plural
from pintutor.view.rows import Row, row
from pintutor.view.wrap import wrap

__all__ = ["result_rows"]


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
    bios = ", ".join(f"bio {nr}" for nr in result.bios[:8]) or "no bio"
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
        bios = ", ".join(f"bio {nr}" for nr in result.bios[:8])
        note = f"{where}, {plural(result.asked, 'byte')} under way: {bios}"
        return wrap(row("= ", ("0", "number"), (note, "note")), width, indent=2)
    ended = f"; the disk says {result.status}" if result.status else ""
    short = f", {plural(result.resid, 'byte')} not transferred" if result.resid else ""
    note = f"{where}, {plural(result.asked, 'byte')}{short}{ended}"
    shown = (result.error, "bad") if result.error else (str(result.ret), "number")
    return wrap(row("= ", shown, (note, "note")), width, indent=2)
