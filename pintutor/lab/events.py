"""What the model did, as records that a program can read: one a step that matters.

A record is a call of the model's functions at the moment when it returns, with the state
that it leaves: the iterator, the bio and the direct I/O that it was handed, and the
pages that it was handed or that those name. It is made from the recording of a command,
by going back to each return and looking. What the call has freed is shown as it was
handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pintutor.lab.lab import Lab
from pintutor.lab.timeline import Entry
from pintutor.linux.fs.direct_io_types import Dio, DioSubmit
from pintutor.linux.include.linux.bio import bvec_at
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.iomap import IomapDio
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page, PageArray
from pintutor.linux.include.linux.page_flags import (
    PG_buddy,
    folio_test_dirty,
    folio_test_large,
)
from pintutor.linux.include.linux.uio import IovIter
from pintutor.sim.function import CODES
from pintutor.sim.poison import is_poisoned
from pintutor.sim.recorder import Event

Record = dict[str, Any]

MOST_PAGES = 512
"""Pages that one record shows."""


Labels = dict[Page, str]


class Events(NamedTuple):
    """The records of one command."""

    line: str
    records: tuple[Record, ...]
    note: str = ""
    """That records are missing, and why; or empty."""


def events_of(lab: Lab, entry: Entry) -> Events:
    """The records of a command, and a note when not all of it was recorded."""
    note = ""
    if entry.truncated:
        note = (
            f"only the first {len(entry.events)} lines were recorded: "
            "what was called after them is missing"
        )
    return Events(entry.line, tuple(records(lab, entry)), note)


def records(lab: Lab, entry: Entry) -> list[Record]:
    """The steps of a command that was handed an iterator, a bio, a dio or pages.

    `partial` says that they are not all, as the command was not recorded whole. The
    machine is left where it stands.
    """
    here = lab.machine.journal.position
    found: list[Record] = []
    try:
        labels = _labels(lab, entry)
        for call, left in _calls(entry.events):
            record = _record(lab, call, left, labels)
            if record is not None:
                where = {"t": len(found), "command": entry.line}
                found.append({**where, "partial": entry.truncated, **record})
    finally:
        lab.machine.seek(here)
    return found


def _labels(lab: Lab, entry: Entry) -> Labels:
    """What pages are called, after the command or else before it."""
    lab.machine.seek(entry.start)
    before = lab.names.labels()
    lab.machine.seek(entry.end)
    return {**before, **lab.names.labels()}


def _calls(events: list[Event]) -> Iterator[tuple[Event, Event]]:
    """Each call: its first event and its return, in order of the returns."""
    begun: dict[int, Event] = {}
    for event in events:
        first = begun.setdefault(event.depth, event)
        if event.returns:
            del begun[event.depth]
            yield first, event


def _record(lab: Lab, call: Event, left: Event, labels: Labels) -> Record | None:
    args = _arguments(call)
    seen = _look(lab, call, left, args)
    iter_, bio = _first(args, IovIter), _first(args, Bio)
    dio = _first(args, (Dio, DioSubmit, IomapDio))
    pages = [page for each in args.values() for page in seen(each, _pages)]
    pages = list(dict.fromkeys(pages))[:MOST_PAGES]
    if iter_ is None and bio is None and dio is None and not pages:
        return None
    shown = {
        "args": {
            name: seen(each, lambda it: _plain(it, labels)) for name, each in args.items()
        },
        "iter": None if iter_ is None else seen(iter_, _iter),
        "bio": None if bio is None else seen(bio, _bio),
        "dio": None if dio is None else seen(dio, lambda it: _dio(it, labels)),
    }
    lab.machine.seek(left.position)
    actor = lab.kernel.current
    function = CODES[call.code]
    return {
        "actor": actor.comm if actor is not None else "",
        "func": function.__name__,
        "file": function.file,
        "depth": call.depth,
        **shown,
        "pages": {_name(page, labels): _page(page) for page in pages},
        "ret": _plain(left.value, labels),
    }


def _arguments(call: Event) -> dict[str, Any]:
    """What the function was called with, by name."""
    names = dict(call.names)
    code = call.code
    count = code.co_argcount + code.co_kwonlyargcount
    return {name: names[name] for name in code.co_varnames[:count] if name in names}


def _look(
    lab: Lab, call: Event, left: Event, args: Mapping[str, Any]
) -> Callable[[Any, Callable[[Any], Any]], Any]:
    """Looks at an argument when the call returns; at what it has freed, when it began."""
    lab.machine.seek(left.position)
    freed = [value for value in args.values() if is_poisoned(value)]

    def seen(value: Any, look: Callable[[Any], Any]) -> Any:
        gone = any(value is each for each in freed)
        lab.machine.seek(call.position if gone else left.position)
        return look(value)

    return seen


def _first(args: Mapping[str, Any], kind: Any) -> Any:
    return next((value for value in args.values() if isinstance(value, kind)), None)


def _pages(value: Any) -> list[Page]:
    """The pages that an argument is, or names."""
    if isinstance(value, Page):
        return [value]
    if isinstance(value, PageArray):
        return [page for page in value.array.items if page is not None]
    if isinstance(value, Dio):
        return [page for page in value.pages.items if page is not None]
    if isinstance(value, DioSubmit):
        return [*_submitted(value)]
    return [*_of_bio(value)] if isinstance(value, Bio) else []


def _submitted(sdio: DioSubmit) -> Iterator[Page]:
    if sdio.cur_page is not None:
        yield sdio.cur_page
    if sdio.bio is not None:
        yield from _of_bio(sdio.bio)


def _of_bio(bio: Bio) -> Iterator[Page]:
    if bio.bi_io_vec is not None:
        yield from (bvec_at(bio, index).bv_page for index in range(bio.bi_vcnt))


def _iter(i: IovIter) -> Record:
    return {
        "type": i.iter_type.removeprefix("ITER_"),
        "count": i.count,
        "iov_offset": i.iov_offset,
        "nr_segs": i.nr_segs,
    }


def _bio(bio: Bio) -> Record:
    return {
        "nr": bio.nr,
        "bits": bio.bi_flags,
        "vcnt": bio.bi_vcnt,
        "size": bio.bi_iter.bi_size,
        "max": bio.bi_max_vecs,
        "status": bio.bi_status,
    }


def _dio(dio: Dio | DioSubmit | IomapDio, labels: Labels) -> Record:
    if isinstance(dio, IomapDio):
        return {"ref": dio.ref, "size": dio.size, "error": dio.error}
    if isinstance(dio, DioSubmit):
        return _submission(dio, labels)
    whole = {"ref": dio.refcount, "result": dio.result, "page_errors": dio.page_errors}
    return whole if dio.submit is None else {**whole, **_submission(dio.submit, labels)}


def _submission(sdio: DioSubmit, labels: Labels) -> Record:
    return {
        "head": sdio.head,
        "tail": sdio.tail,
        "from": sdio.from_,
        "to": sdio.to,
        "avail": sdio.blocks_available,
        "cur_page": None if sdio.cur_page is None else _name(sdio.cur_page, labels),
    }


def _page(page: Page) -> Record:
    folio = page_folio(page)
    return {
        "rc": folio._refcount,
        "pin": folio._pincount if folio_test_large(folio) else None,
        "dirty": folio_test_dirty(folio),
        "freed": bool(page.flags & PG_buddy),
    }


def _name(page: Page, labels: Labels) -> str:
    return labels.get(page, f"pfn:{page.pfn:#x}")


def _plain(value: Any, labels: Labels) -> Any:
    """An argument or a result as data: what has no other form is told by its kind."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Page):
        return _name(value, labels)
    if isinstance(value, PageArray):
        held = [page for page in value.array.items if page is not None]
        return [_name(page, labels) for page in held[:MOST_PAGES]]
    if isinstance(value, Bio):
        return f"bio {value.nr}"
    if isinstance(value, bytes):
        return value[:64].hex()
    if isinstance(value, tuple):
        return [_plain(each, labels) for each in value]
    return type(value).__name__
