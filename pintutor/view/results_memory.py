"""What commands on mapped memory return, as rows."""

from __future__ import annotations

from pintutor.lab.results_memory import (
    Advised,
    Collapsed,
    Merged,
    Protected,
    Unmapped,
)
from pintutor.view.iters import result_rows
from pintutor.view.results import plural
from pintutor.view.rows import Row, row
from pintutor.view.wrap import wrap

__all__ = ["result_rows"]


@result_rows.register
def _(result: Advised, width: int) -> tuple[Row, ...]:
    return wrap(
        row(
            (result.where, "name"),
            f"  {result.advice}, {plural(result.pages, 'page')}",
            (f"  {' '.join(result.flags)}", "dim"),
        ),
        width,
        indent=2,
    )


@result_rows.register
def _(result: Collapsed, width: int) -> tuple[Row, ...]:
    return (
        row((result.where, "name"), f"  {result.result}", (f"  {result.meaning}", "dim")),
    )


@result_rows.register
def _(result: Merged, width: int) -> tuple[Row, ...]:
    told = f"pages_shared {result.pages_shared}  pages_sharing {result.pages_sharing}"
    return wrap(row(told, (f"  {result.more:+d} by this scan", "dim")), width, indent=2)


@result_rows.register
def _(result: Protected, width: int) -> tuple[Row, ...]:
    if result.error:
        said = (f"  {result.error}", "bad")
    else:
        said = (f"  is {result.prot} now, {plural(result.pages, 'page')}", "")
    return (row((result.where, "name"), said),)


@result_rows.register
def _(result: Unmapped, width: int) -> tuple[Row, ...]:
    return (row((result.name, "name"), f"  unmapped, {plural(result.pages, 'page')}"),)
