"""A count taken apart into its holders, as rows.

Importing this adds `Why` to `result_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from pintutor.lab.results import Share, Why
from pintutor.view.folding import listed
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, plain, row
from pintutor.view.wrap import columns, cut, wrap


class Part(NamedTuple):
    """One line of a sum."""

    units: int
    holder: str
    role: str
    share: Share | None
    """Where the units come from; None when nobody holds them."""
    times: int = 1
    """Holders that were made alike, in one line."""


def origin(share: Share) -> str:
    """Where a share comes from: `step 37, try_grab_page (mm/gup.c), pin buf[0] as p`."""
    function = f"{share.function} ({share.file})" if share.function else ""
    step = "" if share.step is None else f"step {share.step}"
    return ", ".join(part for part in (step, function, share.command) if part)


@result_rows.register
def _(result: Why, width: int) -> tuple[Row, ...]:
    nobody = _running if result.running else _nobody
    parts = [*_parts(result.shares), *nobody(result.unaccounted)]
    if not parts:
        return _alone(result, width)
    value = str(result.value)
    digits = max(len(str(abs(part.units))) for part in parts)
    holders = min(24, max(len(part.holder) for part in parts))
    rows: list[Row] = [row((result.field, "name"))]
    for index, part in enumerate(parts):
        sign = "-" if part.units < 0 else "+" if index else "="
        lead = f"{'' if index else value:>{len(value)}} {sign} "
        number = f"{abs(part.units):>{digits}}  "
        one = row(lead, (number, "number"), (f"{part.holder:<{holders}}", part.role))
        rows += _told(one, part, width, indent=len(lead) + len(number))
    return tuple(rows)


def _parts(shares: Iterable[Share]) -> Iterable[Part]:
    """The shares; those that one command took of one page in one step are one part."""
    for _, alike in groupby(shares, key=_alike):
        group = list(alike)
        first = group[0]
        if first.step is None:
            yield from (Part(each.units, _holder(each), "name", each) for each in group)
            continue
        names = f"{first.kind} {listed(each.holder for each in group)}"
        yield Part(first.units * len(group), names, "name", first, len(group))


def _alike(share: Share) -> tuple[object, ...]:
    return (share.kind, share.units, share.step, share.command)


def _holder(share: Share) -> str:
    return share.holder if share.kind == "boot" else f"{share.kind} {share.holder}"


def _nobody(units: int) -> list[Part]:
    if units == 0:
        return []
    words = "belongs to nobody" if units > 0 else "missing: claimed twice"
    return [Part(units, words, "bad", None)]


def _running(units: int) -> list[Part]:
    return [Part(units, "in the running call", "note", None)] if units else []


def _told(one: Row, part: Part, width: int, *, indent: int) -> tuple[Row, ...]:
    """A part with where it comes from; the command on a line of its own if need be."""
    share = part.share
    if share is None or share.step is None:
        return wrap(one, width, indent=indent)
    times = f"  {part.times} × {share.units}" if part.times > 1 else ""
    whole = (*one, *row((f"{times}  {origin(share)}", "note")))
    if columns(plain(whole)) <= width:
        return (whole,)
    head = origin(share).removesuffix(f", {share.command}")
    above = wrap((*one, *row((f"{times}  {head}", "note"))), width, indent=indent)
    below = row((f"{' ' * (indent + 2)}{share.command}", "note"))
    return (*above, cut(below, width))


def _alone(result: Why, width: int) -> tuple[Row, ...]:
    """A field that has no holders: its value and who wrote it last."""
    rows = [*wrap(row((result.field, "name"), f" = {result.value}"), width)]
    told = "nothing has written it since boot"
    if result.last is not None:
        told = f"last written at {origin(result.last)}"
    return (*rows, *wrap(row((f"  {told}", "note")), width, indent=4))
