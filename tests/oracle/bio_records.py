"""A bio as the probe would record it: flags, places, and its pages at this moment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pintutor.linux.include.linux.bio import bio_for_each_segment_all, bvec_at
from pintutor.linux.include.linux.blk_types import OP_NAMES, Bio, bio_flags, bio_op
from pintutor.linux.include.linux.mm import folio_maybe_dma_pinned, page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_flags import folio_test_dirty, folio_test_large
from pintutor.linux.include.uapi.errno import errname

if TYPE_CHECKING:
    from tests.oracle.driver import Driver

Record = dict[str, Any]

UNSEEN = {"QOS_THROTTLED", "QOS_MERGED", "CGROUP_ACCT", "TRACE_COMPLETION"}
"""Flags that have no part in the model."""

RECORDED = {"REFFED": "REFFED(bi_cnt)"}
"""What the probe calls a flag."""

EXACT = (
    "op",
    "bi_vcnt",
    "bi_size",
    "bi_sector",
    "bi_idx",
    "bi_bvec_done",
    "bi_status",
    "mark_dirty",
    "nr",
    "raw_gup_flags",
    "ret",
    "iter_count_before",
    "iter_count_after",
    "iter_type",
    "maxpages",
)
"""What is compared as it stands."""


class Seen(NamedTuple):
    """A page of a bio, with its counts at the moment of the record."""

    page: Page
    ref: int
    pincount: int | None
    """None for a small folio."""
    dirty: bool
    pinned: bool


def of_bio(bio: Bio) -> Record:
    """What the probe notes of a bio."""
    names = (
        name.removeprefix("BIO_")
        for bit, name in enumerate(bio_flags())
        if bio.bi_flags & 1 << bit
    )
    places = [bvec_at(bio, index) for index in range(bio.bi_vcnt)]
    return {
        "bio": bio.nr,
        "op": OP_NAMES[bio_op(bio)],
        "bi_flags": sorted(
            "REFFED(bi_cnt)" if name == "REFFED" else name for name in names
        ),
        "bi_vcnt": bio.bi_vcnt,
        "bi_size": bio.bi_iter.bi_size,
        "raw": bio.bi_flags,
        "max": bio.bi_max_vecs,
        "places": [(bv.bv_page, bv.bv_offset, bv.bv_len) for bv in places],
        "seen": [_seen(part.bv_page) for part in bio_for_each_segment_all(bio)],
    }


def of_end(bio: Bio) -> Record:
    """What is noted besides once a bio has been under way."""
    return {
        "bi_idx": bio.bi_iter.bi_idx,
        "bi_bvec_done": bio.bi_iter.bi_bvec_done,
        "bi_status": bio.bi_status,
    }


def _seen(page: Page) -> Seen:
    folio = page_folio(page)
    return Seen(
        page,
        folio._refcount,
        folio._pincount if folio_test_large(folio) else None,
        folio_test_dirty(folio),
        folio_maybe_dma_pinned(folio),
    )


def same_events(driver: Driver, key: str, real: list[Record]) -> None:
    """Compare what happened since the last comparison with what the probe saw.

    Bios may end in another order than they did there, and the parts of a bio that was
    split were seen only where they ended in the probe's own task.
    """
    labels: dict[int, str] = {}
    model = list(driver.records)
    driver.records.clear()
    wanted = [one for one in real if not one["ev"].startswith("unpin_user_")]
    parts = [one for one in wanted if _is_part(one)]
    whole = [one for one in wanted if not _is_part(one)]
    found = [one for one in model if not _is_part(one)]
    _same_parts(driver, key, parts, [one for one in model if _is_part(one)])
    for ev in dict.fromkeys(one["ev"] for one in (*whole, *found)):
        theirs = _in_order([one for one in whole if one["ev"] == ev])
        ours = [one for one in found if one["ev"] == ev]
        _name_bios(theirs, ours, labels)
        ours.sort(key=lambda one: labels.get(one.get("bio", -1), ""))
        driver.same(f"{key}: calls of {ev}", len(theirs), len(ours))
        for index, (there, here) in enumerate(zip(theirs, ours, strict=False)):
            _same_event(driver, f"{key}: {ev}[{index}]", there, here, labels)


def _in_order(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda one: one.get("bio", ""))


def _name_bios(theirs: list[Record], ours: list[Record], labels: dict[int, str]) -> None:
    """Give the model's bios the names of the probe's, in the order of first sight."""
    names = [one["bio"] for one in theirs if "bio" in one]
    new = [name for name in names if name not in labels.values()]
    unnamed = (one["bio"] for one in ours if "bio" in one and one["bio"] not in labels)
    labels.update(zip(unnamed, new, strict=False))


def _is_part(record: Record) -> bool:
    """Whether it is the end of a bio that was split off another."""
    return record["ev"] == "bio_endio" and not record["bi_vcnt"] and record["op"] != "FLUSH"


def _same_parts(driver: Driver, key: str, theirs: list[Record], ours: list[Record]) -> None:
    if theirs:
        driver.same(f"{key}: parts", _ends(theirs), _ends(ours))


def _ends(parts: list[Record]) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            *sorted(set(one["bi_flags"]) - UNSEEN),
            one.get("bi_idx", 0),
            one.get("bi_bvec_done", 0),
            one["bi_status"],
        )
        for one in parts
    )


def _same_event(
    driver: Driver, key: str, real: Record, model: Record, labels: dict[int, str]
) -> None:
    for name in EXACT:
        if name in model or name in real:
            ret = model.get(name, 0)
            driver.same(f"{key}.{name}", real.get(name, 0), _named(name, ret))
    if "bio" not in model:
        return
    driver.same(f"{key}.bio", real["bio"], labels.get(model["bio"]))
    flags = sorted(set(real["bi_flags"]) - UNSEEN)
    driver.same(f"{key}.bi_flags", flags, model["bi_flags"])
    _same_places(driver, key, real, model["places"])
    _same_pages(driver, key, real, model["seen"])


def _named(name: str, value: Any) -> Any:
    return errname(value) if name == "ret" and value < 0 else value


def _same_places(
    driver: Driver, key: str, real: Record, places: list[tuple[Page, int, int]]
) -> None:
    if "bvecs_summary" in real:
        shown = real["bvecs_summary"]
        driver.same(f"{key}.places", shown["n"], len(places))
        for which, (page, offset, length) in zip(
            ("first", "last"), (places[0], places[-1]), strict=True
        ):
            driver.same_page(f"{key}.{which}", shown[which], page)
            driver.same(f"{key}.{which}_len", shown[f"{which}_len"], length)
            driver.same(f"{key}.{which}_off", shown.get(f"{which}_off", 0), offset)
        return
    bvecs = real.get("bvecs")
    if bvecs is None:
        return
    driver.same(f"{key}.places", len(bvecs), len(places))
    for index, (there, here) in enumerate(zip(bvecs, places, strict=False)):
        driver.same_page(f"{key}.bvecs[{index}]", there["page"], here[0])
        driver.same(f"{key}.bvecs[{index}]", (there["off"], there["len"]), here[1:])


def _same_pages(driver: Driver, key: str, real: Record, seen: list[Seen]) -> None:
    for index, (there, here) in enumerate(zip(real.get("pages", ()), seen, strict=False)):
        where = f"{key}.pages[{index}]"
        driver.same_page(where, there["page"], here.page)
        # A page that was made in this step waits in a batch, with a reference more.
        waiting = there["page"].startswith("X") and there["ref"] - here.ref == 1
        driver.same(f"{where}.ref", there["ref"] - waiting, here.ref)
        if "pincount" in there:
            driver.same(f"{where}.pincount", there["pincount"], here.pincount)
        driver.same(f"{where}.dirty", "dirty" in there["fl"], here.dirty)
        driver.same(f"{where}.pinned", "maybe_dma_pinned" in there["fl"], here.pinned)
    if "pages_hist" in real:
        bases = driver.bases()
        grown = Counter(
            (one.ref - bases.get(page_folio(one.page), 0), one.pincount) for one in seen
        )
        hist = Counter(
            {(one["d_ref"], one.get("pincount")): one["n"] for one in real["pages_hist"]}
        )
        driver.same(f"{key}.pages_hist", hist, grown)
    elif "pages" in real:
        driver.same(f"{key}.pages", len(real["pages"]), len(seen))


def same_bio_counts(driver: Driver, key: str, real: dict[str, int]) -> None:
    """The counts of calls, where every call was counted; the rest is in the events."""
    apart = ("bio_endio", "unpin_user_")
    names = [one["ev"].removesuffix(":ret") for one in driver.records]
    found = {name: names.count(name) for name in dict.fromkeys(names)}
    theirs = {name.removesuffix(":ret"): n for name, n in real.items()}
    for counts in (found, theirs):
        for name in [name for name in counts if name.startswith(apart)]:
            del counts[name]
    driver.same(key, theirs, found)
