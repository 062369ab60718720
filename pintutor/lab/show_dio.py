"""Direct I/O of files that is under way, as `show dio` returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.results import Table
from pintutor.lab.since import Row, Rows, table_since
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.blk_types import OP_NAMES, REQ_OP_MASK
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_NAMES,
    IOMAP_DIO_WRITE,
    IomapDio,
)

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


def show_dio(lab: Lab) -> Table:
    """The direct I/O of files: what each has submitted, and who still counts on it.

    `refs` are the submitter and the bios in flight.
    """
    columns = ("file", "kind", "op", "at", "size", "refs", "error", "")
    table = table_since(lab, "dio", columns, _dios)
    if table.rows:
        return table
    none = "no direct I/O of a file is under way"
    return table._replace(note=f"{none}; {table.note}" if table.note else none)


def _dios(lab: Lab) -> Rows:
    return {
        dio: _iomap(dio) if isinstance(dio, IomapDio) else _legacy(dio, lab)
        for dio in lab.kernel.dios
    }


def _iomap(dio: IomapDio) -> Row:
    flags = " ".join(name for bit, name in IOMAP_DIO_NAMES.items() if dio.flags & bit)
    op = "WRITE" if dio.flags & IOMAP_DIO_WRITE else "READ"
    name = dio.iocb.ki_filp.name
    return (name, "iomap_dio", op, dio.iocb.ki_pos, dio.size, dio.ref, dio.error, flags)


def _legacy(dio: Dio, lab: Lab) -> Row:
    flags = [
        name
        for name in ("is_pinned", "is_async", "should_dirty", "defer_completion")
        if getattr(dio, name)
    ]
    if dio.submit is not None:
        flags.append(_submitting(dio.submit, lab))
    error = dio.page_errors or dio.io_error
    return (
        dio.inode.name,
        "dio",
        OP_NAMES[dio.opf & REQ_OP_MASK],
        dio.iocb.ki_pos,
        dio.result,
        dio.refcount,
        error,
        " ".join(flags),
    )


def _submitting(sdio: DioSubmit, lab: Lab) -> str:
    """The queue and the current page."""
    found = f"queue {sdio.head}..{sdio.tail}"
    if sdio.cur_page is None:
        return found
    page = lab.names.label(sdio.cur_page)
    return f"{found} current {page}+{sdio.cur_page_offset}:{sdio.cur_page_len}"
